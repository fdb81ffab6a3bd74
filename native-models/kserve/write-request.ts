// The body of an inference request: JSON, with the tensor's bytes behind it where the server takes them, else with its numbers inside. Pure.
import { halfToFloat } from '../half-floats.ts'
import { protocolType } from './server-metadata.ts'

/** A tensor in the element type that the model takes: bits of float16 in a Uint16Array. */
export interface RequestTensor {
  readonly name: string
  /** `float32`, `float16`, `uint8`. */
  readonly type: string
  readonly shape: readonly number[]
  readonly data: Float32Array | Uint16Array | Uint8Array
}

export interface InferenceRequest {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array<ArrayBuffer> | string
}

/**
 * Asks for these outputs and no others.
 * @see The Open Inference Protocol's "Binary Tensor Data Extension": little-endian, row-major, in the order of the inputs.
 */
export function writeRequest(tensor: RequestTensor, outputs: readonly string[], isBinary: boolean): InferenceRequest {
  const { name, type, shape, data } = tensor
  const input = { name, shape, datatype: protocolType(type) }
  if (!isBinary) {
    // The numbers are put in as text: an array of millions of numbers would be made only to be written.
    const json = JSON.stringify({ inputs: [{ ...input, data: '@' }], outputs: outputs.map((name) => ({ name })) })
    const [before, after] = json.split('"data":"@"')
    return { headers: { 'content-type': 'application/json' }, body: `${before}"data":[${numbersOf(tensor)}]${after}` }
  }
  const header = new TextEncoder().encode(
    JSON.stringify({
      inputs: [{ ...input, parameters: { binary_data_size: data.byteLength } }],
      outputs: outputs.map((name) => ({ name, parameters: { binary_data: true } })),
    }),
  )
  const body = new Uint8Array(header.length + data.byteLength)
  body.set(header)
  body.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), header.length)
  return {
    headers: {
      'content-type': 'application/octet-stream',
      'inference-header-content-length': String(header.length),
    },
    body,
  }
}

function numbersOf({ type, data }: RequestTensor): string {
  if (type === 'float16') return Array.from(data, halfToFloat).join(',')
  return data.join(',')
}
