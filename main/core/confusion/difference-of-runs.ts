// Two runs on the same images: which answers one gives more often than the other, class by class.
import { createBitset, setBit, type Bitset } from '../columns/bitset.ts'
import { visitRowBlocks } from '../columns/row-blocks.ts'
import { mcnemarMidP } from '../statistics/mcnemar.ts'
import type { CellDifferences } from './cell-differences.ts'
import {
  computeConfusion,
  placeOf,
  type ConfusionCells,
  type RowsOfClasses,
  type RunAnswers,
} from './compute-confusion.ts'
import { countAt } from './confused-pairs.ts'
import { controlFalseDiscoveries } from './difference-of-confusions.ts'
import { PairMemo } from './pair-memo.ts'
import { uniteCells } from './unite-cells.ts'

export interface RunDifferenceInput extends RowsOfClasses {
  /** Both on the same axis. */
  readonly a: RunAnswers
  readonly b: RunAnswers
}

export interface RunDifference extends CellDifferences {
  /** Images of a class that both runs have judged. */
  readonly n: number
  readonly both: Uint32Array
}

/** So many answers have to differ before all of them in one direction make p <= .10: 2 ** -4. */
const leastDiscordant = 4

/**
 * Every cell that one of the runs has, over the images of a class that both have judged: `totals` are the same on both
 * sides. Differences are paired: McNemar's exact mid-p over the images on which only one of the two gives the answer.
 */
export function differenceOfRuns(input: RunDifferenceInput): RunDifference {
  const { judged, agreeing } = compareAnswers(input)
  const confuse = (run: RunAnswers, rows: Bitset) => computeConfusion({ ...input, ...run, rows })
  const a = confuse(input.a, judged)
  const b = confuse(input.b, judged)
  const cells = uniteCells(a, b)
  const both = takeCounts(confuse(input.a, agreeing), cells.truth, cells.predicted)
  const p = new Float64Array(cells.truth.length).fill(NaN)
  const known = new PairMemo<number>(a.n + 1)
  for (let cell = 0; cell < p.length; cell++) {
    const [onlyA, onlyB] = [cells.counts[0][cell]! - both[cell]!, cells.counts[1][cell]! - both[cell]!]
    if (onlyA + onlyB >= leastDiscordant) p[cell] = known.get(onlyA, onlyB, () => mcnemarMidP(onlyA, onlyB))
  }
  const totals = [a.truthTotals, b.truthTotals] as const
  return { ...cells, totals, both, ...controlFalseDiscoveries(p), n: a.n }
}

/** Rows that both have judged, and those among them on which both give the same answer. */
function compareAnswers({ rows, truth, axisCount, a, b }: RunDifferenceInput) {
  const [judged, agreeing] = [createBitset(truth.length), createBitset(truth.length)]
  visitRowBlocks(rows, (list, count) => {
    for (let i = 0; i < count; i++) {
      const row = list[i]!
      const actual = truth[row]!
      const saidA = placeOf(a, row, actual, axisCount)
      const saidB = placeOf(b, row, actual, axisCount)
      if (saidA === 0 || saidB === 0) continue
      setBit(judged, row)
      if (saidA === saidB) setBit(agreeing, row)
    }
  })
  return { judged, agreeing }
}

/** The counts of `confusion` in these cells, 0 where it has none. */
function takeCounts(confusion: ConfusionCells, truth: Uint32Array, predicted: Uint32Array): Uint32Array {
  const taken = new Uint32Array(truth.length)
  for (let cell = 0; cell < truth.length; cell++) taken[cell] = countAt(confusion, truth[cell]!, predicted[cell]!)
  return taken
}
