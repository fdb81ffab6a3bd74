// Values by examples: images that have a value already vote for those whose embeddings are near theirs.
import { FoibleError } from '#core/errors.ts'
import { type Examples, type Vote, voteOfNearest } from '#core/infer/nearest-vote.ts'
import { candidateCount, inferredSources } from '#store/inferred-columns.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import { letOthersRun } from '#formats/let-others-run.ts'
import { countRight, voteTemperature, votesTogether } from './count-right.ts'
import { type Centres, findCentres, readDirections } from './read-directions.ts'
import type { FoundBatch, ValueSource } from './value-source.ts'

export interface InferByExamples {
  readonly kind: 'examples'
  /** A run that keeps embeddings. */
  readonly run: string
  /** The field whose values are the examples; of an inferred one, those that a person confirmed. */
  readonly examples: string
  readonly neighbours: number
  readonly withinClass: 'auto' | 'on' | 'off'
}

/** Numbers of all examples: what fits beside everything else. */
const maxNumbers = 32 * 2 ** 20

/** Throws `usage` where the run keeps no embeddings or fewer than two values have examples, `too_large` for too many. */
export async function openExampleSource(
  dataset: DatasetHandle,
  field: string,
  by: InferByExamples,
  signal: AbortSignal,
): Promise<ValueSource> {
  const run = dataset.columns.run(by.run)
  if (run.settings.kept?.embedding === undefined) throw keepsNothing(by)
  const { codes, words } = exampleValues(dataset, by.examples)
  const space = await chooseSpace(dataset, run.id, field, by, codes, signal)
  if (new Set(space.examples.codes).size < 2) throw tooFewExamples(by)
  const withinClass = space.centres !== null
  return {
    words,
    settings: {
      model: by.run,
      sha256: run.modelSha256,
      vocabulary: by.examples,
      by: { kind: 'examples', field: by.examples, run: by.run, neighbours: by.neighbours, withinClass },
    },
    message: () => 'comparing embeddings',
    find: (rows) => compareAll(dataset, run.id, space, rows, by.neighbours, signal),
  }
}

/** How images are compared: as they are (`centres` null), or by how they differ from their class. */
interface Space {
  readonly centres: Centres | null
  readonly examples: Examples
}

/** A field that was begun goes on as it was; else what was asked for, else what is right more often on the examples. */
async function chooseSpace(
  dataset: DatasetHandle,
  run: number,
  field: string,
  by: InferByExamples,
  codes: ArrayLike<number>,
  signal: AbortSignal,
): Promise<Space> {
  const begun = dataset.columns.fields.find(({ name }) => name === field)?.settings?.by
  const asked = by.withinClass === 'auto' && begun?.kind === 'examples' ? begun.withinClass : null
  const load = async (centres: Centres | null): Promise<Space> => ({
    centres,
    examples: await loadExamples(dataset, run, centres, codes, signal),
  })
  const hasClasses = dataset.columns.classField() !== null
  if (!hasClasses || asked === false || by.withinClass === 'off') return await load(null)
  const within = await load(await findCentres(dataset, run, signal))
  if (asked === true || by.withinClass === 'on') return within
  const plain = await load(null)
  const rightWithin = await countRight(within.examples, by.neighbours, signal)
  return rightWithin > (await countRight(plain.examples, by.neighbours, signal)) ? within : plain
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
  centres: Centres | null,
  codes: ArrayLike<number>,
  signal: AbortSignal,
): Promise<Examples> {
  const sampleIds: number[] = []
  const parts: Float32Array[] = []
  let dim = 0
  for await (const { id, vector } of readDirections(dataset, run, centres, signal)) {
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

interface Found {
  readonly id: number
  readonly vote: Vote
}

async function* compareAll(
  dataset: DatasetHandle,
  run: number,
  { centres, examples }: Space,
  rows: Uint32Array,
  neighbours: number,
  signal: AbortSignal,
): AsyncGenerator<FoundBatch> {
  const wanted = new Set(rows)
  const together = votesTogether(examples)
  let found: Found[] = []
  for await (const { id, vector } of readDirections(dataset, run, centres, signal)) {
    if (!wanted.delete(id - 1)) continue
    found.push({ id, vote: voteOfNearest(examples, vector, id, neighbours, candidateCount, voteTemperature) })
    if (found.length < together) continue
    yield toBatch(found)
    found = []
    await letOthersRun(signal)
  }
  const failures = Array.from(wanted, (row) => ({ sampleId: row + 1 }))
  yield { ...toBatch(found), failures }
}

function toBatch(found: readonly Found[]): FoundBatch {
  return {
    sampleIds: Uint32Array.from(found, ({ id }) => id),
    topIds: Int32Array.from(found.flatMap(({ vote }) => Array.from(vote.codes, (code) => code - 1))),
    topProbabilities: Float32Array.from(found.flatMap(({ vote }) => [...vote.shares])),
    margin: Float32Array.from(found, ({ vote }) => vote.shares[0]! - vote.shares[1]!),
    failures: [],
  }
}

function keepsNothing({ run }: InferByExamples): FoibleError {
  const message = `${run} keeps no embeddings. Predict with it again and keep them: what is there already stays.`
  return new FoibleError('usage', message, { run })
}

function tooFewExamples({ run, examples }: InferByExamples): FoibleError {
  const message = `At least two values of ${examples} need an image with an embedding of ${run}. Confirm some first, or choose another field.`
  return new FoibleError('usage', message, { run, examples })
}
