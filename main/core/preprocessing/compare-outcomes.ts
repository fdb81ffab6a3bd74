// The same images under two ways of feeding a model: which of the two does it understand better? Pure.
import { mcnemarMidP } from '../statistics/mcnemar.ts'

/** What a model made of each image. */
export interface Outcomes {
  /** Place of the right class among the model's answers, 1 = right; 0 where the model gave no number. */
  readonly rank: Uint32Array
  /** Probability of the right class; NaN where the model gave no number. */
  readonly truth: Float64Array
  /** Nats. */
  readonly entropy: Float64Array
}

export interface Paired {
  /** Images that only the first, and only the second, gets right. */
  readonly onlyThis: number
  readonly onlyOther: number
  /** Images whose right class comes higher up, and further down, under the first. */
  readonly higher: number
  readonly lower: number
  /** Two-sided: the smaller of McNemar's mid-p and the sign test's mid-p on the right class' place, times two for having asked both. */
  readonly p: number
  /** Which of the two the evidence is for: 1 the first, -1 the second, 0 neither. */
  readonly favours: -1 | 0 | 1
}

/**
 * Places, not probabilities: more contrast makes a network surer of everything, right or wrong, and would pass for understanding.
 */
export function compareOutcomes(a: Outcomes, b: Outcomes): Paired {
  let [onlyThis, onlyOther, higher, lower] = [0, 0, 0, 0]
  a.rank.forEach((rank, i) => {
    const [p, q] = [placeOf(rank), placeOf(b.rank[i] ?? 0)]
    if (p < q) higher++
    if (p > q) lower++
    if (p === 1 && q !== 1) onlyThis++
    if (p !== 1 && q === 1) onlyOther++
  })
  const answers = { p: mcnemarMidP(onlyThis, onlyOther), favours: Math.sign(onlyThis - onlyOther) }
  const places = { p: mcnemarMidP(higher, lower), favours: Math.sign(higher - lower) }
  const [strong, weak] = answers.p <= places.p ? [answers, places] : [places, answers]
  // More right answers at the price of lower places in most of the others, or the other way round, is no evidence for either.
  const isContradicted = weak.p <= 0.05 && weak.favours * strong.favours < 0
  const favours = isContradicted ? 0 : strong.favours
  return {
    onlyThis,
    onlyOther,
    higher,
    lower,
    p: favours === 0 ? 1 : Math.min(1, 2 * strong.p),
    favours: favours > 0 ? 1 : favours < 0 ? -1 : 0,
  }
}

function placeOf(rank: number): number {
  return rank === 0 ? Infinity : rank
}

export function countRight({ rank }: Outcomes): number {
  return rank.reduce((sum, place) => sum + (place === 1 ? 1 : 0), 0)
}

/** Negative where `a` is the better: more right answers, then higher places of the right class, by their mean logarithm. */
export function compareFigures(a: Outcomes, b: Outcomes): number {
  return countRight(b) - countRight(a) || meanLogPlace(a) - meanLogPlace(b)
}

function meanLogPlace({ rank }: Outcomes): number {
  // No answer counts as the last place of a very long list.
  return rank.reduce((sum, place) => sum + Math.log(place === 0 ? 1e6 : place), 0) / rank.length
}

/** Mean of the right class' probability; no number counts as 0. */
export function meanTruth({ truth }: Outcomes): number {
  return truth.reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : value), 0) / truth.length
}
