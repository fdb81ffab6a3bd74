// Two confusions side by side (beach minus street, background minus clean): what changes, and what could be chance.
import { benjaminiHochberg } from '../statistics/benjamini-hochberg.ts'
import { compareProportions } from '../statistics/hypergeometric.ts'
import type { Interval } from '../statistics/interval.ts'
import { newcombeInterval } from '../statistics/newcombe.ts'
import type { Confusion } from './compute-confusion.ts'

/** A cell of either confusion. Rates are shares of the images of the truth class. */
export interface CellDifference {
  readonly truth: number
  readonly predicted: number
  readonly countA: number
  readonly nA: number
  readonly countB: number
  readonly nB: number
  /** rateA - rateB with Newcombe's interval; null where one side has no image of the class. */
  readonly difference: number | null
  readonly interval: Interval | null
  /** Exact two-sided mid-p of equal rates. */
  readonly p: number | null
  /** Benjamini-Hochberg over the cells; null for one that no counts with its margins could make a discovery. */
  readonly q: number | null
}

/** A cell whose smallest attainable p is above this is not tested. */
const testableUpTo = 0.1

/** Every cell that has images in `a` or in `b`, on the same axes, in order of truth and then predicted. */
export function differenceOfConfusions(a: Confusion, b: Confusion): readonly CellDifference[] {
  const cells: CellDifference[] = []
  const tested: { readonly cell: number; readonly p: number }[] = []
  forEachCell(a, b, (truth, predicted, countA, countB) => {
    const nA = a.truthTotals[truth] ?? 0
    const nB = b.truthTotals[truth] ?? 0
    const counts = { truth, predicted, countA, nA, countB, nB }
    if (nA === 0 || nB === 0) {
      cells.push({ ...counts, difference: null, interval: null, p: null, q: null })
      return
    }
    const { midP, leastMidP } = compareProportions(countA, nA, countB, nB)
    if (leastMidP <= testableUpTo) tested.push({ cell: cells.length, p: midP })
    const difference = countA / nA - countB / nB
    cells.push({ ...counts, difference, interval: newcombeInterval(countA, nA, countB, nB), p: midP, q: null })
  })
  const q = benjaminiHochberg(tested.map(({ p }) => p))
  tested.forEach(({ cell }, index) => (cells[cell] = { ...cells[cell]!, q: q[index]! }))
  return cells
}

/** Walks both sorted lists at once. */
function forEachCell(
  a: Confusion,
  b: Confusion,
  visit: (truth: number, predicted: number, countA: number, countB: number) => void,
): void {
  let i = 0
  let j = 0
  while (i < a.count.length || j < b.count.length) {
    const order =
      i === a.count.length
        ? 1
        : j === b.count.length
          ? -1
          : a.truth[i]! - b.truth[j]! || a.predicted[i]! - b.predicted[j]!
    if (order <= 0) visit(a.truth[i]!, a.predicted[i]!, a.count[i]!, order === 0 ? b.count[j]! : 0)
    else visit(b.truth[j]!, b.predicted[j]!, 0, b.count[j]!)
    if (order <= 0) i++
    if (order >= 0) j++
  }
}
