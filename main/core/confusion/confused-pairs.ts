// The ranked list beside the matrix: which mistakes a model makes most.
import type { Interval } from '../statistics/interval.ts'
import { wilsonInterval } from '../statistics/wilson.ts'
import type { Confusion } from './compute-confusion.ts'

export interface ConfusedPair {
  readonly truth: number
  readonly predicted: number
  readonly count: number
  /** Images of the truth class. */
  readonly n: number
  /** count / n, with its interval. */
  readonly rate: number
  readonly wilson: Interval
  /** The rate beside the share of all images that the model calls so. */
  readonly lift: number
  /** Images of the predicted class that are taken for the truth class: mistakes both ways are a boundary. */
  readonly reverse: number
}

/** The `limit` most frequent off-diagonal cells, then by rate, ties by codes. */
export function rankConfusedPairs(confusion: Confusion, limit: number): readonly ConfusedPair[] {
  const { truth, predicted, count, truthTotals, predictedTotals, n: total } = confusion
  const least = nthGreatest(confusion, limit)
  const wrong: number[] = []
  for (let cell = 0; cell < count.length; cell++) {
    if (truth[cell] !== predicted[cell] && count[cell]! >= least) wrong.push(cell)
  }
  const rateOf = (cell: number): number => count[cell]! / truthTotals[truth[cell]!]!
  const first = wrong.sort((a, b) => count[b]! - count[a]! || rateOf(b) - rateOf(a) || a - b).slice(0, limit)
  return first.map((cell) => {
    const n = truthTotals[truth[cell]!]!
    return {
      truth: truth[cell]!,
      predicted: predicted[cell]!,
      count: count[cell]!,
      n,
      rate: rateOf(cell),
      wilson: wilsonInterval(count[cell]!, n),
      lift: (rateOf(cell) * total) / predictedTotals[predicted[cell]!]!,
      reverse: countAt(confusion, predicted[cell]!, truth[cell]!),
    }
  })
}

/** The `limit`th greatest count off the diagonal: smaller ones need not be sorted. */
function nthGreatest({ truth, predicted, count }: Confusion, limit: number): number {
  const sorted = count.filter((_, cell) => truth[cell] !== predicted[cell]).sort()
  return sorted[sorted.length - limit] ?? 0
}

/** The count of one cell, by bisection. */
export function countAt({ truth, predicted, count }: Confusion, truthCode: number, predictedCode: number): number {
  let low = 0
  let high = count.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const order = truth[middle]! - truthCode || predicted[middle]! - predictedCode
    if (order === 0) return count[middle]!
    if (order < 0) low = middle + 1
    else high = middle
  }
  return 0
}
