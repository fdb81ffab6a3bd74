// From a model's output tensor to rows of float32 scores, in the order of its classes.
import type { Tensor } from 'onnxruntime-node'
import { halfToFloat } from './half-floats.ts'

/** Null where the tensor has no floats. */
export function readScores(tensor: Tensor | undefined): Float32Array | null {
  if (tensor === undefined) return null
  const { data, type } = tensor
  if (data instanceof Float32Array) return data
  if (data instanceof Float64Array) return Float32Array.from(data)
  if (type !== 'float16' || !ArrayBuffer.isView(data)) return null
  // Bits, or numbers where this Node has an array of halves.
  const bits = new Uint16Array(data.buffer, data.byteOffset, data.byteLength / Uint16Array.BYTES_PER_ELEMENT)
  return Float32Array.from(bits, halfToFloat)
}

/** Puts the first score of each row, the background's, behind the others. */
export function orderScores(scores: Float32Array, classCount: number): Float32Array {
  const ordered = new Float32Array(scores.length)
  for (let row = 0; row < scores.length; row += classCount) {
    ordered.set(scores.subarray(row + 1, row + classCount), row)
    ordered[row + classCount - 1] = scores[row] ?? 0
  }
  return ordered
}
