// Values by examples: images that have a value already vote for those whose embeddings are near theirs.
import { FoibleError } from '#core/errors.ts'
import { type Examples, voteOfNearest } from '#core/infer/nearest-vote.ts'
import { candidateCount, inferredSources } from '#store/inferred-columns.ts'
import { type VectorBlock, readKeptBlocks } from '#store/kept-vector-table.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import { halfValues, letOthersRun } from '../vectors/load-vectors.ts'
import type { FoundBatch, ValueSource } from './value-source.ts'

export interface InferByExamples {
  readonly kind: 'examples'
  /** A run that keeps embeddings. */
  readonly run: string
  /** The field whose values are the examples; of an inferred one, those that a person confirmed. */
  readonly examples: string
  readonly neighbours: number
}

/** Numbers of all examples: what fits beside everything else. */
const maxNumbers = 128 * 2 ** 20
/** Multiplications between two moments in which others have their turn. */
const workTogether = 20_000_000

/** Throws `usage` where the run keeps no embeddings or fewer than two values have examples, `too_large` for too many. */
export async function openExampleSource(
  dataset: DatasetHandle,
  by: InferByExamples,
  signal: AbortSignal,
): Promise<ValueSource> {
  const run = dataset.columns.run(by.run)
  const { codes, words } = exampleValues(dataset, by.examples)
  const examples = await loadExamples(dataset, run.id, codes, signal)
  if (new Set(examples.codes).size < 2) throw tooFewExamples(dataset, run.id, by)
  return {
    words,
    settings: {
      model: by.run,
      sha256: run.modelSha256,
      vocabulary: by.examples,
      by: { kind: 'examples', field: by.examples, run: by.run, neighbours: by.neighbours },
    },
    message: () => 'comparing embeddings',
    find: (rows) => compareAll(dataset, run.id, examples, rows, by.neighbours, signal),
  }
}

/** A code a row, 0 = no example. */
function exampleValues(dataset: DatasetHandle, name: string) {
  const column = dataset.columns.column({ kind: 'field', name })
  if (column.kind !== 'codes') {
    throw new FoibleError('usage', `${name} has numbers, no names: choose a field with names.`, { field: name })
  }
  const words = column.dictionary.values
  if (dataset.columns.field(name).settings === null) return { codes: column.codes, words }
  const sources = dataset.columns.column({ kind: 'source', field: name })
  const codes = Uint32Array.from(column.codes, (code, row) =>
    sources.kind === 'codes' && sources.codes[row] === inferredSources.person ? code : 0,
  )
  return { codes, words }
}

async function loadExamples(
  dataset: DatasetHandle,
  run: number,
  codes: ArrayLike<number>,
  signal: AbortSignal,
): Promise<Examples> {
  const sampleIds: number[] = []
  const parts: Float32Array[] = []
  let dim = 0
  for await (const { id, vector } of readVectors(dataset, run, signal)) {
    if ((codes[id - 1] ?? 0) === 0) continue
    sampleIds.push(id)
    parts.push(vector)
    dim = vector.length
    if (sampleIds.length * dim <= maxNumbers) continue
    const message = `More than ${Math.floor(maxNumbers / dim).toLocaleString('en-US')} images have a value to learn from. Take a field that has fewer.`
    throw new FoibleError('too_large', message, { examples: sampleIds.length })
  }
  const vectors = new Float32Array(sampleIds.length * dim)
  parts.forEach((part, i) => vectors.set(part, i * dim))
  return {
    vectors,
    dim,
    sampleIds: Uint32Array.from(sampleIds),
    codes: Uint32Array.from(sampleIds, (id) => codes[id - 1]!),
  }
}

async function* compareAll(
  dataset: DatasetHandle,
  run: number,
  examples: Examples,
  rows: Uint32Array,
  neighbours: number,
  signal: AbortSignal,
): AsyncGenerator<FoundBatch> {
  const wanted = new Set(rows)
  const together = Math.max(1, Math.floor(workTogether / examples.vectors.length))
  let found: { readonly id: number; readonly vote: ReturnType<typeof voteOfNearest> }[] = []
  for await (const { id, vector } of readVectors(dataset, run, signal)) {
    if (!wanted.delete(id - 1)) continue
    found.push({ id, vote: voteOfNearest(examples, vector, id, neighbours, candidateCount) })
    if (found.length < together) continue
    yield toBatch(found)
    found = []
    await letOthersRun(signal)
  }
  const failures = Array.from(wanted, (row) => ({ sampleId: row + 1 }))
  yield { ...toBatch(found), failures }
}

function toBatch(
  found: readonly { readonly id: number; readonly vote: ReturnType<typeof voteOfNearest> }[],
): FoundBatch {
  return {
    sampleIds: Uint32Array.from(found, ({ id }) => id),
    topIds: Int32Array.from(found.flatMap(({ vote }) => Array.from(vote.codes, (code) => code - 1))),
    topProbabilities: Float32Array.from(found.flatMap(({ vote }) => [...vote.shares])),
    margin: Float32Array.from(found, ({ vote }) => vote.shares[0]! - vote.shares[1]!),
    failures: [],
  }
}

/** Of length 1; those of no length at all are left out. */
async function* readVectors(dataset: DatasetHandle, run: number, signal: AbortSignal) {
  let after = 0
  for (;;) {
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
    const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0))
    if (!(length > 0 && length < Infinity)) continue
    for (let i = 0; i < dim; i++) vector[i]! /= length
    yield { id, vector }
  }
}

function tooFewExamples(dataset: DatasetHandle, run: number, by: InferByExamples): FoibleError {
  const { blocks } = readKeptBlocks(dataset.db, run, 'embedding', 0)
  const message =
    blocks.length === 0
      ? `${by.run} keeps no embeddings. Predict with it again and keep them: what is there already stays.`
      : `At least two values of ${by.examples} need an image with an embedding of ${by.run}. Confirm some first, or choose another field.`
  return new FoibleError('usage', message, { run: by.run, examples: by.examples })
}
