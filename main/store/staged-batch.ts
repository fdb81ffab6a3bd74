// The bytes of a finished batch of predictions while it waits to be folded into columns.

/** n samples; `topCodes` and `topProbabilities` are n x 5, code 0 = none. `truthRank` 0 = not judged. */
export interface StagedBatch {
  readonly sampleIds: Uint32Array
  readonly topCodes: Uint32Array
  readonly topProbabilities: Float32Array
  readonly entropy: Float32Array
  readonly margin: Float32Array
  readonly truthConfidence: Float32Array
  readonly truthRank: Uint32Array
}

const order = [
  'sampleIds',
  'topCodes',
  'topProbabilities',
  'entropy',
  'margin',
  'truthConfidence',
  'truthRank',
] as const
const isFloat = {
  sampleIds: false,
  topCodes: false,
  topProbabilities: true,
  entropy: true,
  margin: true,
  truthConfidence: true,
  truthRank: false,
}
const perRow = {
  sampleIds: 1,
  topCodes: 5,
  topProbabilities: 5,
  entropy: 1,
  margin: 1,
  truthConfidence: 1,
  truthRank: 1,
}

/** The arrays one after the other, 4 bytes an element; their lengths follow from the total. */
export function encodeStagedBatch(batch: StagedBatch): Uint8Array {
  const parts = order.map((name) => {
    const array = batch[name]
    return new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
  })
  return Buffer.concat(parts)
}

export function decodeStagedBatch(bytes: Uint8Array): StagedBatch {
  const buffer = new Uint8Array(bytes).buffer
  const elementsPerRow = order.reduce((sum, name) => sum + perRow[name], 0)
  const n = buffer.byteLength / 4 / elementsPerRow
  if (!Number.isInteger(n)) throw new Error(`a staged batch of ${buffer.byteLength} bytes`)
  let at = 0
  const take = (name: (typeof order)[number]) => {
    const length = n * perRow[name]
    const array = isFloat[name] ? new Float32Array(buffer, at, length) : new Uint32Array(buffer, at, length)
    at += length * 4
    return array
  }
  const parts = Object.fromEntries(order.map((name) => [name, take(name)]))
  return parts as unknown as StagedBatch
}
