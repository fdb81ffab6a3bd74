// The images of a check, scored under several ways of feeding a model in a prediction process, with a clock.
import type { Outcomes } from '#core/preprocessing/compare-outcomes.ts'
import { imagesWithinBudget } from '#models/batch-limit.ts'
import type { ModelSpec } from '#models/model-spec.ts'
import type { PredictItem } from '#models/predictor.ts'
import type { Feeding } from '#models/preprocess/list-candidates.ts'
import type { FeedingScores } from '#models/proof-messages.ts'
import type { Proof } from '#models/start-proof.ts'

/** Tensors a request, between which progress is told and a cancel is heard. */
const tensorsPerRequest = 32

export interface SampleScorer {
  /** Of the readable ones of `items`, in their order; null where the model cannot be fed so. */
  readonly score: (items: readonly PredictItem[], feedings: readonly Feeding[]) => Promise<(Outcomes | null)[]>
  /** Samples that could not be read so far. */
  readonly unreadable: ReadonlySet<number>
  /** Of everything fed so far, the loading of the model not counted. */
  readonly msPerTensor: () => number
}

/** @param onFed Told how many images were fed. */
export function createSampleScorer(proof: Proof, model: ModelSpec, onFed: (count: number) => void): SampleScorer {
  const unreadable = new Set<number>()
  let [fed, elapsedMs] = [0, 0]

  async function score(items: readonly PredictItem[], feedings: readonly Feeding[]): Promise<(Outcomes | null)[]> {
    const parts: FeedingScores[][] = feedings.map(() => [])
    const perRequest = Math.max(
      model.batch ?? 1,
      Math.floor(Math.min(tensorsPerRequest, imagesWithinBudget(model)) / feedings.length),
    )
    for (let first = 0; first < items.length; first += perRequest) {
      const part = items.slice(first, first + perRequest)
      const startedMs = performance.now()
      const scored = await proof.score(part, feedings)
      elapsedMs += performance.now() - startedMs
      fed += part.length * feedings.length
      for (const { sampleId } of scored.failures) unreadable.add(sampleId)
      scored.feedings.forEach((scores, i) => parts[i]!.push(scores))
      onFed(part.length * feedings.length)
    }
    return parts.map(joinScores)
  }

  return { score, unreadable, msPerTensor: () => elapsedMs / Math.max(1, fed) }
}

function joinScores(parts: readonly FeedingScores[]): Outcomes | null {
  const scores = parts.flatMap((part) => ('problem' in part ? [] : [part]))
  if (scores.length < parts.length) return null
  return {
    rank: Uint32Array.from(scores.flatMap(({ truthRank }) => [...truthRank])),
    truth: Float64Array.from(scores.flatMap(({ truthConfidence }) => [...truthConfidence])),
    entropy: Float64Array.from(scores.flatMap(({ entropy }) => [...entropy])),
  }
}
