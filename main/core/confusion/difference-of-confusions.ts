// Two confusions side by side (beach minus street, background minus clean): what changes, and what could be chance.
import { benjaminiHochberg } from '../statistics/benjamini-hochberg.ts'
import { compareProportions, type ProportionComparison } from '../statistics/hypergeometric.ts'
import type { CellDifferences } from './cell-differences.ts'
import type { Confusion } from './compute-confusion.ts'
import { PairMemo } from './pair-memo.ts'
import { uniteCells } from './unite-cells.ts'

/** A cell whose smallest attainable p is above this is not tested. */
const testableUpTo = 0.1

/**
 * Every cell that has images in `a` or in `b`, on the same axes. Tested are those of classes that both sides have, by the
 * exact two-sided mid-p of equal rates.
 */
export function differenceOfConfusions(a: Confusion, b: Confusion): CellDifferences {
  const cells = uniteCells(a, b)
  const { truth, counts } = cells
  const p = new Float64Array(truth.length).fill(NaN)
  // Most cells of a class share their few small counts.
  let known = new PairMemo<ProportionComparison>(1)
  for (let cell = 0; cell < truth.length; cell++) {
    const code = truth[cell]!
    const [nA, nB] = [a.truthTotals[code]!, b.truthTotals[code]!]
    if (cell === 0 || code !== truth[cell - 1]) known = new PairMemo(nB + 1)
    if (nA === 0 || nB === 0) continue
    const [countA, countB] = [counts[0][cell]!, counts[1][cell]!]
    const comparison = known.get(countA, countB, () => compareProportions(countA, nA, countB, nB))
    if (comparison.leastMidP <= testableUpTo) p[cell] = comparison.midP
  }
  return { ...cells, totals: [a.truthTotals, b.truthTotals], both: null, ...controlFalseDiscoveries(p) }
}

/** q of the cells that have a p; NaN stands for none. */
export function controlFalseDiscoveries(p: Float64Array): { q: Float64Array; tested: number } {
  const places = new Uint32Array(p.length)
  let tested = 0
  for (let cell = 0; cell < p.length; cell++) if (!Number.isNaN(p[cell]!)) places[tested++] = cell
  const ofTested = benjaminiHochberg(Float64Array.from({ length: tested }, (_, i) => p[places[i]!]!))
  const q = new Float64Array(p.length).fill(NaN)
  for (let i = 0; i < tested; i++) q[places[i]!] = ofTested[i]!
  return { q, tested }
}
