// The vectors that a run keeps, as one matrix in memory. The newest of a dataset stays, for whoever asks again.
import { FoibleError } from '#core/errors.ts'
import type { KeptKind } from '#core/sample.ts'
import { halfToFloat } from '#models/half-floats.ts'
import { countKeptVectors, readKeptBlocks } from '#store/kept-vector-table.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import { letOthersRun } from '#formats/let-others-run.ts'

/** n vectors of `size` numbers, in no order. */
export interface Vectors {
  readonly sampleIds: Uint32Array
  readonly size: number
  /** n x size, as the bits of binary16, in shared memory. */
  readonly halves: Uint16Array
  /** 1 / length; NaN where a vector has no direction: it is zero, or not finite. */
  readonly inverseNorms: Float32Array
  /** By row of the dataset: the place of its vector, -1 = none. */
  readonly placeOf: Int32Array
}

/** Of the numbers alone. Beyond it a machine for desktops has better use for its memory. */
const maxBytes = 4 * 2 ** 30

/** The value of each of the 65,536 halves. */
export const halfValues = Float32Array.from({ length: 2 ** 16 }, (_, bits) => halfToFloat(bits))

interface Loaded {
  readonly key: string
  readonly vectors: Promise<Vectors>
}
const loaded = new WeakMap<DatasetHandle, Loaded>()

/**
 * Throws `not_found` where the run keeps nothing of the kind, `too_large`.
 * @param run Its name.
 */
export async function loadVectors(dataset: DatasetHandle, run: string, kind: KeptKind): Promise<Vectors> {
  const { id, settings } = dataset.columns.run(run)
  const size = settings.kept?.[kind]
  const count = size === undefined ? 0 : countKeptVectors(dataset.db, id, kind, size).samples
  if (size === undefined || count === 0) throw nothingKept(run, kind)
  const bytes = count * size * Uint16Array.BYTES_PER_ELEMENT
  if (bytes > maxBytes) throw tooLarge(run, count, bytes)
  const key = [id, kind, dataset.rowsVersion, count].join(' ')
  const known = loaded.get(dataset)
  if (known?.key === key) return await known.vectors
  const vectors = load(dataset, id, kind, { size, count })
  loaded.set(dataset, { key, vectors })
  const forget = () => {
    if (loaded.get(dataset)?.vectors === vectors) loaded.delete(dataset)
  }
  // A run that is going on moves its blocks together: what was missed for that comes the next time.
  vectors.then(({ sampleIds }) => sampleIds.length < count && forget(), forget)
  return await vectors
}

async function load(
  dataset: DatasetHandle,
  run: number,
  kind: KeptKind,
  { size, count }: { readonly size: number; readonly count: number },
): Promise<Vectors> {
  const { rowsVersion } = dataset
  const sampleIds = new Uint32Array(count)
  const halves = new Uint16Array(new SharedArrayBuffer(count * size * Uint16Array.BYTES_PER_ELEMENT))
  const placeOf = new Int32Array(dataset.rowCount).fill(-1)
  let at = 0
  for (let after = 0; ;) {
    const { blocks, last } = readKeptBlocks(dataset.db, run, kind, after)
    if (blocks.length === 0) break
    for (const block of blocks) {
      for (const [i, id] of block.sampleIds.entries()) {
        // What a run has added meanwhile waits for the next time.
        if (at === count || placeOf[id - 1] !== -1) continue
        placeOf[id - 1] = at
        sampleIds[at] = id
        halves.set(block.halves.subarray(i * size, (i + 1) * size), at * size)
        at++
      }
    }
    after = last
    await letOthersRun()
    if (dataset.rowsVersion !== rowsVersion) throw new FoibleError('cancelled', 'The dataset changed meanwhile.')
  }
  return {
    sampleIds: sampleIds.subarray(0, at),
    size,
    halves: halves.subarray(0, at * size),
    inverseNorms: Float32Array.from({ length: at }, (_, place) => inverseNorm(halves, place * size, size)),
    placeOf,
  }
}

function inverseNorm(halves: Uint16Array, from: number, size: number): number {
  let sum = 0
  for (let i = from; i < from + size; i++) sum += halfValues[halves[i]!]! ** 2
  return sum > 0 && sum < Infinity ? 1 / Math.sqrt(sum) : Number.NaN
}

function nothingKept(run: string, kind: KeptKind): FoibleError {
  const what = kind === 'embedding' ? 'embeddings' : 'logits'
  const message = `${run} keeps no ${what}. Predict with it again and choose to keep them: only what is missing is predicted.`
  return new FoibleError('not_found', message, { model: run, kind })
}

function tooLarge(run: string, count: number, bytes: number): FoibleError {
  const message = `The ${count} embeddings of ${run} take ${Math.round(bytes / 2 ** 30)} GiB, more than Foible compares at once: keep those of a part of the dataset, or of a smaller model.`
  return new FoibleError('too_large', message, { model: run, samples: count, sizeBytes: bytes })
}
