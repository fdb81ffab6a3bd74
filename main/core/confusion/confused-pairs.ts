// The ranked list beside the matrix: which mistakes a model makes most.
import type { Interval } from '../statistics/interval.ts'
import { wilsonInterval } from '../statistics/wilson.ts'
import type { Confusion, ConfusionCells } from './compute-confusion.ts'
import { selectBest } from './select-best.ts'

export interface ConfusedPair {
  readonly truth: number
  readonly predicted: number
  readonly count: number
  /** Images of the truth class. */
  readonly n: number
  /** count / n, with its interval. */
  readonly rate: number
  readonly wilson: Interval
  /** The rate over the share of all judged images that got this answer. */
  readonly lift: number
  /** Images of the predicted class that are taken for the truth class: mistakes both ways are a boundary. */
  readonly reverse: number
}

/** The `limit` most frequent off-diagonal cells, then by rate, ties by codes. */
export function rankConfusedPairs(confusion: Confusion, limit: number): readonly ConfusedPair[] {
  const { truth, predicted, count, truthTotals, predictedTotals, n: total } = confusion
  return mostFrequentMistakes(confusion, limit).map((cell) => {
    const n = truthTotals[truth[cell]!]!
    const rate = count[cell]! / n
    return {
      truth: truth[cell]!,
      predicted: predicted[cell]!,
      count: count[cell]!,
      n,
      rate,
      wilson: wilsonInterval(count[cell]!, n),
      lift: (rate * total) / predictedTotals[predicted[cell]!]!,
      reverse: countAt(confusion, predicted[cell]!, truth[cell]!),
    }
  })
}

function mostFrequentMistakes({ truth, predicted, count, truthTotals }: Confusion, limit: number): readonly number[] {
  const rateOf = (cell: number) => count[cell]! / truthTotals[truth[cell]!]!
  return selectBest(
    count.length,
    limit,
    (cell) => truth[cell] !== predicted[cell],
    (a, b) => count[b]! - count[a]! || rateOf(b) - rateOf(a),
  )
}

/** The count of one cell, by bisection. */
export function countAt({ truth, predicted, count }: ConfusionCells, truthCode: number, predictedCode: number): number {
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
