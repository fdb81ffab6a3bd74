// Whether a model is fed as it was meant to be: other ways to feed it are tried on a few labelled images before a long run.
import type { CallContext } from '#contract/contract.ts'
import type { PreprocessingCheck } from '#contract/preprocessing.ts'
import { FoibleError } from '#core/errors.ts'
import { compareOutcomes, countRight, meanTruth } from '#core/preprocessing/compare-outcomes.ts'
import {
  type Confirmation,
  type JudgedCandidate,
  isBetter,
  judgeCandidates,
  rankCandidates,
} from '#core/preprocessing/judge-candidates.ts'
import { spreadOverClasses } from '#core/preprocessing/spread-over-classes.ts'
import { wilsonInterval } from '#core/statistics/wilson.ts'
import { chooseProvider } from '#models/choose-provider.ts'
import { describePreprocessing } from '#models/describe-preprocessing.ts'
import type { ModelSpec } from '#models/model-spec.ts'
import type { PredictItem } from '#models/predictor.ts'
import { type Factor, type Feeding, isOtherCut } from '#models/preprocess/list-candidates.ts'
import { nameFeeding } from '#models/preprocess/name-feeding.ts'
import { startProof } from '#models/start-proof.ts'
import { listProblemIds } from '#store/sample-table.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import type { EngineParts } from '../engine-parts.ts'
import { withServerToken } from '../models/with-server-token.ts'
import { fetchItems } from '../runs/fetch-items.ts'
import { planRun } from '../runs/plan-run.ts'
import type { Truth } from '../runs/truth.ts'
import { withoutBorder } from '../runs/without-border.ts'
import { createSampleScorer } from './score-sample.ts'
import { searchFeedings } from './search-feedings.ts'

export interface CheckRequest {
  readonly dataset: string
  readonly model: string
  /** Images of the search; as many others confirm what it found. */
  readonly sampleSize: number
  readonly provider: string
  readonly seed: number
  /** About how long it may take. */
  readonly maxSeconds: number
}

/** Below this nothing can be told. */
const leastImages = 8
/** A model that is too slow for the time there is gets fewer images, but no fewer than these, and then fewer candidates. */
const leastOfSlow = 16
/** Tried in a search that finds nothing; the exact number depends on the model. */
const usualCandidates = 16

const factorWords: Readonly<Record<Factor, string>> = {
  layout: 'The other layout',
  values: 'Other pixel values',
  channels: 'The other channel order',
  geometry: 'Other cuts',
  filter: 'Other filters',
}

/** Throws `usage` where too few images have a label that the model knows, and whatever starting a prediction throws. */
export async function checkPreprocessing(
  parts: EngineParts,
  request: CheckRequest,
  { signal, progress }: CallContext,
): Promise<PreprocessingCheck> {
  const dataset = parts.library.dataset(request.dataset)
  const spec = withoutBorder(await parts.models.spec(request.model, signal), dataset.meta.cropBorderPx ?? 0)
  const { planned, protocol } = await planRun(parts, dataset, spec, { protocol: null, templates: null }, signal)
  const [searchRows, freshRows] = chooseRows(dataset, spec, planned.truth, request)
  const fetch = async (rows: Uint32Array): Promise<PredictItem[]> => {
    const items: PredictItem[] = []
    for await (const item of fetchItems(parts, dataset, rows, planned.truth.acceptedIds, signal)) items.push(item)
    return items
  }
  const items = await fetch(searchRows)
  const entry = parts.resources.predictEntry
  const { providers } = await chooseProvider(request.provider, spec, { items: items.slice(0, 8), entry })
  const provider = providers[0] ?? 'cpu'

  const told = {
    done: 0,
    total: searchRows.length * usualCandidates + freshRows.length * 2,
    message: 'Loading the model',
  }
  const tell = (change: Partial<typeof told>) => {
    Object.assign(told, change)
    progress({ ...told, total: Math.max(told.total, told.done) })
  }
  tell({})
  const proof = startProof(entry, signal)
  try {
    await proof.openScores(await withServerToken(parts, spec), provider, planned.answers)
    const scorer = createSampleScorer(proof, spec, (count) => tell({ done: told.done + count }))
    const ownFeeding: Feeding = { preprocessing: spec.preprocessing, layout: spec.layout }
    const startedMs = performance.now()

    // What the first images cost says how many there can be.
    tell({ message: 'As it is' })
    await scorer.score(items.slice(0, leastImages), [ownFeeding])
    const limitMs = request.maxSeconds * 1000
    const affordable = Math.floor(limitMs / 2 / scorer.msPerTensor() / usualCandidates)
    const used = items.slice(0, Math.max(leastOfSlow, affordable))
    const [ownOutcomes] = await scorer.score(used, [ownFeeding])
    if (ownOutcomes == null || ownOutcomes.rank.length === 0) throw tooFew(spec, 0)

    const search = await searchFeedings(
      spec,
      { feeding: ownFeeding, outcomes: ownOutcomes },
      {
        score(feedings, factor) {
          tell({ message: factorWords[factor] })
          return scorer.score(used, feedings)
        },
        isOver: (open) => performance.now() - startedMs + open * used.length * scorer.msPerTensor() > limitMs,
      },
    )
    const candidates = search.tried.map(({ feeding, outcomes }) => ({
      feeding,
      outcomes,
      name: nameFeeding(feeding, ownFeeding),
    }))
    const ranked = rankCandidates(candidates, candidates[0]!)
    let confirmation: Confirmation | null = null
    if (search.best.feeding !== ownFeeding) {
      const name = nameFeeding(search.best.feeding, ownFeeding)
      tell({ message: `Confirming “${name}” on other images` })
      const fresh = (await fetch(freshRows)).slice(0, used.length)
      const [best, own] = await scorer.score(fresh, [search.best.feeding, ownFeeding])
      if (best != null && own != null) {
        confirmation = {
          name,
          images: best.rank.length,
          right: countRight(best),
          ownRight: countRight(own),
          paired: compareOutcomes(best, own),
          isOtherCut: isOtherCut(ownFeeding, search.best.feeding),
        }
      }
    }
    tell({ done: told.total, message: '' })
    const verdict = judgeCandidates(ranked, describeOrigin(spec), confirmation)
    const isProven = confirmation !== null && isBetter(confirmation)
    return {
      model: request.model,
      images: ownOutcomes.rank.length,
      unreadable: scorer.unreadable.size,
      protocol,
      provider,
      candidates: ranked.map(describeCandidate),
      verdict: verdict.kind,
      sentence: verdict.sentence,
      advice: verdict.advice,
      better: isProven ? ranked.findIndex(({ feeding }) => feeding === search.best.feeding) : null,
      confirmation: confirmation === null ? null : describeConfirmation(confirmation),
      isCutShort: search.isCutShort,
      example: exampleOf(used, scorer.unreadable),
    }
  } finally {
    proof.kill()
  }
}

/** Rows to search on and others to confirm on, each spread over the classes. */
function chooseRows(
  dataset: DatasetHandle,
  spec: ModelSpec,
  { acceptedIds }: Truth,
  { sampleSize, seed }: CheckRequest,
): [Uint32Array, Uint32Array] {
  const problems = new Set(listProblemIds(dataset.db))
  const classes = Array.from({ length: dataset.rowCount }, (_, row) =>
    problems.has(row + 1) ? null : (acceptedIds(row)?.[0] ?? null),
  )
  const rows = spreadOverClasses(classes, 2 * sampleSize, seed)
  if (rows.length < 2 * leastImages) throw tooFew(spec, rows.length)
  const half = Math.ceil(rows.length / 2)
  return [rows.subarray(0, half), rows.subarray(half)]
}

function tooFew({ name }: ModelSpec, found: number): FoibleError {
  const message = `The preprocessing is checked on at least ${2 * leastImages} images whose class ${name} knows, and here are ${found}: choose a dataset with such labels, or say under “Class names” what its classes are.`
  return new FoibleError('usage', message, { model: name, found })
}

function describeOrigin({ preprocessing: { origin } }: ModelSpec): string {
  if (origin === 'default') return 'The usual preprocessing, which was taken for want of a better,'
  if (origin === 'chosen by hand') return 'The preprocessing that was chosen by hand'
  return `The preprocessing of ${origin}`
}

function describeCandidate({
  name,
  feeding,
  standing,
  outcomes,
  paired,
}: JudgedCandidate<Feeding>): PreprocessingCheck['candidates'][number] {
  const n = outcomes?.rank.length ?? 0
  const right = outcomes === null ? 0 : countRight(outcomes)
  const entropy = outcomes === null ? Number.NaN : outcomes.entropy.reduce((sum, value) => sum + value, 0) / n
  return {
    name,
    preprocessing: describePreprocessing(feeding.preprocessing),
    feeding: { steps: feeding.preprocessing, layout: feeding.layout },
    standing,
    right,
    accuracy: n === 0 ? null : right / n,
    interval: [...wilsonInterval(right, n)],
    truthConfidence: outcomes === null ? null : meanTruth(outcomes),
    entropy: Number.isFinite(entropy) ? entropy : null,
    onlyThis: paired?.onlyThis ?? 0,
    onlyOwn: paired?.onlyOther ?? 0,
    higher: paired?.higher ?? 0,
    lower: paired?.lower ?? 0,
    p: paired?.p ?? null,
  }
}

function describeConfirmation({ images, right, ownRight, paired }: Confirmation): PreprocessingCheck['confirmation'] {
  const { higher, lower, p } = paired
  return { images, right, ownRight, higher, lower, p }
}

function exampleOf(items: readonly PredictItem[], unreadable: ReadonlySet<number>): number {
  return items.find(({ sampleId }) => !unreadable.has(sampleId))?.sampleId ?? 1
}
