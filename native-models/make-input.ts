// From prepared values to the tensor of a model's own type: float32 as they are, float16 rounded, bytes rounded and held within 0 to 255.
import { Tensor } from 'onnxruntime-node'
import { floatToHalf } from './half-floats.ts'
import type { ModelSpec } from './model-spec.ts'

/** A function of whole batches. The tensor it makes holds until the next call. */
export function createInputMaker(
  model: Pick<ModelSpec, 'input' | 'layout' | 'width' | 'height'>,
): (values: Float32Array, batch: number) => Tensor {
  const { width, height } = model
  const shapeOf = (batch: number) => (model.layout === 'nchw' ? [batch, 3, height, width] : [batch, height, width, 3])
  if (model.input.type === 'float16') {
    let halves = new Uint16Array(0)
    return (values, batch) => {
      if (halves.length < values.length) halves = new Uint16Array(values.length)
      for (let i = 0; i < values.length; i++) halves[i] = floatToHalf(values[i] ?? 0)
      return halfTensor(halves.subarray(0, values.length), shapeOf(batch))
    }
  }
  if (model.input.type === 'uint8') {
    let bytes = new Uint8ClampedArray(0)
    return (values, batch) => {
      if (bytes.length < values.length) bytes = new Uint8ClampedArray(values.length)
      bytes.set(values)
      return new Tensor('uint8', new Uint8Array(bytes.buffer, 0, values.length), shapeOf(batch))
    }
  }
  return (values, batch) => new Tensor('float32', values, shapeOf(batch))
}

/**
 * Where Node has a Float16Array, onnxruntime-common puts one around the bits, and onnxruntime-node 1.30 finds it empty ("not enough
 * space: expected n, got 0"): the tensor gets its bits back.
 */
function halfTensor(bits: Uint16Array, shape: readonly number[]): Tensor {
  const tensor = new Tensor('float16', bits, shape)
  Reflect.set(tensor, 'cpuData', bits)
  return tensor
}
