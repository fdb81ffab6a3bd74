// What a check found, as the contract has it.
import type { PreprocessingCheck } from '#contract/preprocessing.ts'
import { countRight, meanTruth } from '#core/preprocessing/compare-outcomes.ts'
import type { Confirmation, JudgedCandidate } from '#core/preprocessing/judge-candidates.ts'
import { wilsonInterval } from '#core/statistics/wilson.ts'
import { describePreprocessing } from '#models/describe-preprocessing.ts'
import type { ModelSpec } from '#models/model-spec.ts'
import type { Feeding } from '#models/preprocess/list-candidates.ts'

/** The model's own preprocessing as the subject of a sentence. */
export function describeOrigin({ preprocessing: { origin } }: ModelSpec): string {
  if (origin === 'default') return 'The usual preprocessing, which was taken for want of a better,'
  if (origin === 'chosen by hand') return 'The preprocessing that was chosen by hand'
  return `The preprocessing of ${origin}`
}

export function describeCandidate({
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

export function describeConfirmation({
  images,
  right,
  ownRight,
  paired,
}: Confirmation): PreprocessingCheck['confirmation'] {
  const { higher, lower, p } = paired
  return { images, right, ownRight, higher, lower, p }
}
