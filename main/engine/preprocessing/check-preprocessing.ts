// Whether a model is fed as it was meant to be: other ways to feed it are tried on a few labelled images before a long run.
import type { CallContext } from '#contract/contract.ts'
import type { PreprocessingCheck } from '#contract/preprocessing.ts'
import { type Outcomes, compareOutcomes, countRight } from '#core/preprocessing/compare-outcomes.ts'
import { type Confirmation, isBetter, judgeCandidates, rankCandidates } from '#core/preprocessing/judge-candidates.ts'
import type { PredictItem } from '#models/predictor.ts'
import { type Factor, type Feeding, isOtherCut } from '#models/preprocess/list-candidates.ts'
import { nameFeeding } from '#models/preprocess/name-feeding.ts'
import type { EngineParts } from '../engine-parts.ts'
import { fetchItems } from '../runs/fetch-items.ts'
import { planRun } from '../runs/plan-run.ts'
import { withoutBorder } from '../runs/without-border.ts'
import { chooseRows, leastImages, tooFew } from './choose-rows.ts'
import { describeCandidate, describeConfirmation, describeOrigin } from './describe-check.ts'
import { openProof } from './open-proof.ts'
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
  const told = { done: 0, total: searchRows.length * usualCandidates + freshRows.length * 2, message: '' }
  const tell = (change: Partial<typeof told>) => {
    Object.assign(told, change)
    progress({ ...told, total: Math.max(told.total, told.done) })
  }
  tell({ message: 'Fetching images' })
  const items = await fetch(searchRows)
  tell({ message: 'Loading the model' })
  const { proof, provider } = await openProof(parts, spec, planned.answers, request.provider, items, signal)
  try {
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
    const confirmation = await confirm(search.best.feeding, ownFeeding, async (feedings, name) => {
      tell({ message: `Confirming “${name}” on other images` })
      return await scorer.score((await fetch(freshRows)).slice(0, used.length), feedings)
    })
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
      isCutShort: search.isCutShort || used.length < items.length,
      example: exampleOf(used, scorer.unreadable),
    }
  } finally {
    proof.kill()
  }
}

/** The best of the search against the model's own; null where they are the same. */
async function confirm(
  best: Feeding,
  own: Feeding,
  score: (feedings: readonly Feeding[], name: string) => Promise<readonly (Outcomes | null)[]>,
): Promise<Confirmation | null> {
  if (best === own) return null
  const name = nameFeeding(best, own)
  const [found, base] = await score([best, own], name)
  if (found == null || base == null) return null
  return {
    name,
    images: found.rank.length,
    right: countRight(found),
    ownRight: countRight(base),
    paired: compareOutcomes(found, base),
    isOtherCut: isOtherCut(own, best),
  }
}

function exampleOf(items: readonly PredictItem[], unreadable: ReadonlySet<number>): number {
  return items.find(({ sampleId }) => !unreadable.has(sampleId))?.sampleId ?? 1
}
