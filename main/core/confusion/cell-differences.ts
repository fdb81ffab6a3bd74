// The cells of one confusion minus another: what is counted and tested of each, and its interval where somebody looks.
import type { Interval } from '../statistics/interval.ts'
import { newcombeInterval } from '../statistics/newcombe.ts'
import { pairedNewcombeInterval } from '../statistics/paired-newcombe.ts'

/** Differences up to this false discovery rate are called sure, as slices are; others could be chance. */
export const sureQ = 0.1

/** Every cell that has images on either side, in order of truth and then predicted; parallel arrays but for the totals. */
export interface CellDifferences {
  readonly truth: Uint32Array
  readonly predicted: Uint32Array
  readonly counts: readonly [Uint32Array, Uint32Array]
  /** Images of each truth code on either side. */
  readonly totals: readonly [Uint32Array, Uint32Array]
  /** For two runs on the same images: on how many both give this answer. null: the sides have different images. */
  readonly both: Uint32Array | null
  /** Benjamini-Hochberg over the cells that counts with their margins could make a discovery; NaN for the others. */
  readonly q: Float64Array
  /** How many cells these are. */
  readonly tested: number
}

/** A cell of either confusion. Rates are shares of the images of the truth class. */
export interface CellDifference {
  readonly truth: number
  readonly predicted: number
  readonly counts: readonly [number, number]
  readonly n: readonly [number, number]
  /** Rate minus rate, with Newcombe's interval; null where one side has no image of the class. */
  readonly difference: number | null
  readonly interval: Interval | null
  readonly q: number | null
}

export function cellDifference(differences: CellDifferences, cell: number): CellDifference {
  const { truth, predicted, counts, totals, both, q } = differences
  const code = truth[cell]!
  const [countA, countB] = [counts[0][cell]!, counts[1][cell]!]
  const [nA, nB] = [totals[0][code]!, totals[1][code]!]
  const isCompared = nA > 0 && nB > 0
  return {
    truth: code,
    predicted: predicted[cell]!,
    counts: [countA, countB],
    n: [nA, nB],
    difference: isCompared ? countA / nA - countB / nB : null,
    interval: isCompared ? intervalOf(countA, nA, countB, nB, both === null ? null : both[cell]!) : null,
    q: Number.isNaN(q[cell]!) ? null : q[cell]!,
  }
}

function intervalOf(countA: number, nA: number, countB: number, nB: number, both: number | null): Interval {
  if (both === null) return newcombeInterval(countA, nA, countB, nB)
  const [onlyA, onlyB] = [countA - both, countB - both]
  return pairedNewcombeInterval({ both, onlyA, onlyB, neither: nA - both - onlyA - onlyB })
}
