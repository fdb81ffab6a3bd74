// The bytes of a finished batch of predictions while it waits to be folded into columns.

/** n samples; `topCodes` and `topProbabilities` are n x 5, code 0 = none. `truthRank` 0 = not judged. */
export interface StagedBatch {
  /** Of the execution provider that made it, in the run's column `provider`. Absent: not known. */
  readonly providerCode?: number
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

/** In front of batches that tell their provider: no sample has this id, which is what batches of older versions begin with. */
const withProvider = 0

/** Two numbers and then the arrays one after the other, 4 bytes an element; their lengths follow from the total. */
export function encodeStagedBatch(batch: StagedBatch): Uint8Array {
  const parts = [Uint32Array.of(withProvider, batch.providerCode ?? 0), ...order.map((name) => batch[name])]
  return Buffer.concat(parts.map((array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength)))
}

export function decodeStagedBatch(bytes: Uint8Array): StagedBatch {
  const buffer = new Uint8Array(bytes).buffer
  const [first, providerCode = 0] = new Uint32Array(buffer, 0, Math.min(2, Math.floor(buffer.byteLength / 4)))
  let at = first === withProvider ? 8 : 0
  const elementsPerRow = order.reduce((sum, name) => sum + perRow[name], 0)
  const n = (buffer.byteLength - at) / 4 / elementsPerRow
  if (!Number.isInteger(n)) throw new Error(`a staged batch of ${buffer.byteLength} bytes`)
  const take = (name: (typeof order)[number]) => {
    const length = n * perRow[name]
    const array = isFloat[name] ? new Float32Array(buffer, at, length) : new Uint32Array(buffer, at, length)
    at += length * 4
    return array
  }
  const parts = Object.fromEntries(order.map((name) => [name, take(name)])) as unknown as StagedBatch
  return first === withProvider ? { ...parts, providerCode } : parts
}
