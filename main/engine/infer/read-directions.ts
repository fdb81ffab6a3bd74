// A run's kept embeddings as directions of length 1, of the images themselves or of how they differ from the mean of their class.
import { throwIfCancelled } from '#core/errors.ts'
import { type VectorBlock, readKeptBlocks } from '#store/kept-vector-table.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import { letOthersRun } from '#formats/let-others-run.ts'
import { halfValues } from '../vectors/load-vectors.ts'

/** Mean embeddings. What a classifier says of an image is mostly its class: without it, the rest can be seen. */
export interface Centres {
  /** By row, the place of its mean. */
  readonly placeOf: ArrayLike<number>
  /** Places x dim; the first is the mean of all. */
  readonly means: Float32Array
}

/** A class of fewer images says little of its mean: these differ from the mean of all. */
const fewestOfClass = 3

/** The mean of every class, over all images that have an embedding. */
export async function findCentres(dataset: DatasetHandle, run: number, signal: AbortSignal): Promise<Centres> {
  const field = dataset.columns.classField()
  const labels = field === null ? null : dataset.columns.column({ kind: 'field', name: field.name })
  const codes = labels?.kind === 'codes' ? labels.codes : new Uint8Array(dataset.rowCount)
  const places = (labels?.kind === 'codes' ? labels.dictionary.values.length : 0) + 1
  const counts = new Uint32Array(places)
  let means = new Float32Array(0)
  for await (const { id, vector } of readVectors(dataset, run, signal)) {
    if (means.length === 0) means = new Float32Array(places * vector.length)
    for (const place of new Set([0, codes[id - 1]!])) {
      counts[place]!++
      // A running mean: sums of many images would lose their last digits.
      const from = place * vector.length
      for (let i = 0; i < vector.length; i++) means[from + i]! += (vector[i]! - means[from + i]!) / counts[place]!
    }
  }
  const placeOf = Uint32Array.from(codes, (code) => (counts[code]! < fewestOfClass ? 0 : code))
  return { placeOf, means }
}

/** Images of no direction are left out: those that are the mean itself, and those with numbers that are none. */
export async function* readDirections(
  dataset: DatasetHandle,
  run: number,
  centres: Centres | null,
  signal: AbortSignal,
): AsyncGenerator<{ readonly id: number; readonly vector: Float32Array }> {
  for await (const { id, vector } of readVectors(dataset, run, signal)) {
    const dim = vector.length
    if (centres !== null) {
      const from = centres.placeOf[id - 1]! * dim
      for (let i = 0; i < dim; i++) vector[i]! -= centres.means[from + i]!
    }
    const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0))
    if (!(length > 0 && length < Infinity)) continue
    for (let i = 0; i < dim; i++) vector[i]! /= length
    yield { id, vector }
  }
}

async function* readVectors(dataset: DatasetHandle, run: number, signal: AbortSignal) {
  let after = 0
  for (;;) {
    throwIfCancelled(signal)
    const { blocks, last } = readKeptBlocks(dataset.db, run, 'embedding', after)
    if (blocks.length === 0) return
    for (const block of blocks) yield* vectorsOf(block)
    after = last
    await letOthersRun(signal)
  }
}

function* vectorsOf({ sampleIds, halves }: VectorBlock) {
  const dim = halves.length / sampleIds.length
  for (const [at, id] of sampleIds.entries()) {
    const vector = Float32Array.from(halves.subarray(at * dim, (at + 1) * dim), (bits) => halfValues[bits]!)
    if (vector.every(Number.isFinite)) yield { id, vector }
  }
}
