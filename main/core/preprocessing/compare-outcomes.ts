// The same images under two ways of feeding a model: which of the two does it understand better? Pure.
import { mcnemarMidP } from '../statistics/mcnemar.ts'

/** What a model made of each image. */
export interface Outcomes {
  /** Whether its first answer is right: 1 or 0. */
  readonly right: Uint8Array
  /** Probability of the right class; NaN where the model gave no number. */
  readonly truth: Float64Array
  /** Nats. */
  readonly entropy: Float64Array
}

export interface Paired {
  /** Images that only the first, and only the second, gets right. */
  readonly onlyThis: number
  readonly onlyOther: number
  /** Images whose right class is more, and less, probable under the first. */
  readonly likelier: number
  readonly unlikelier: number
  /** Two-sided: the smaller of McNemar's mid-p and the sign test's mid-p on the right class' probability, times two for having asked both. */
  readonly p: number
  /** Which of the two the evidence is for: 1 the first, -1 the second, 0 neither. */
  readonly favours: -1 | 0 | 1
}

/** Probabilities nearer than this share of each other are the same: kernels round. */
const tie = 1e-4

export function compareOutcomes(a: Outcomes, b: Outcomes): Paired {
  let [onlyThis, onlyOther, likelier, unlikelier] = [0, 0, 0, 0]
  a.right.forEach((right, i) => {
    if (right > (b.right[i] ?? 0)) onlyThis++
    if (right < (b.right[i] ?? 0)) onlyOther++
    const [p, q] = [numberOr0(a.truth[i]), numberOr0(b.truth[i])]
    if (Math.abs(p - q) <= tie * Math.max(p, q)) return
    if (p > q) likelier++
    else unlikelier++
  })
  const answers = { p: mcnemarMidP(onlyThis, onlyOther), favours: Math.sign(onlyThis - onlyOther) }
  const truths = { p: mcnemarMidP(likelier, unlikelier), favours: Math.sign(likelier - unlikelier) }
  const [strong, weak] = answers.p <= truths.p ? [answers, truths] : [truths, answers]
  // More right answers at the price of less certainty in most of them, or the other way round, is no evidence for either.
  const isContradicted = weak.p <= 0.05 && weak.favours * strong.favours < 0
  const favours = isContradicted ? 0 : strong.favours
  return {
    onlyThis,
    onlyOther,
    likelier,
    unlikelier,
    p: favours === 0 ? 1 : Math.min(1, 2 * strong.p),
    favours: favours > 0 ? 1 : favours < 0 ? -1 : 0,
  }
}

export function countRight({ right }: Outcomes): number {
  return right.reduce((sum, value) => sum + value, 0)
}

/** Mean of the right class' probability. */
export function meanTruth({ truth }: Outcomes): number {
  return truth.reduce((sum, value) => sum + numberOr0(value), 0) / truth.length
}

function numberOr0(value: number | undefined): number {
  return value === undefined || Number.isNaN(value) ? 0 : value
}
