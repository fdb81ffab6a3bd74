// Two runs on the same images: which answers one gives more often than the other, class by class.
import { type Bitset, rowsOf } from '../columns/bitset.ts'
import { type Codes, rightCode } from '../columns/column.ts'
import { benjaminiHochberg } from '../statistics/benjamini-hochberg.ts'
import { mcnemarMidP } from '../statistics/mcnemar.ts'
import { pairedNewcombeInterval } from '../statistics/paired-newcombe.ts'
import type { CellDifference } from './difference-of-confusions.ts'

export interface AnswersOfRun {
  /** What the run said, on an axis that both share; 0 is no prediction. */
  readonly predicted: Codes
  /** A right answer lies on the diagonal, whichever of the accepted labels it was. */
  readonly correct: Uint8Array
}

export interface RunDifferenceInput {
  readonly rows: Bitset
  /** The class of each row, 1..classCount; 0 is missing. */
  readonly truth: Codes
  readonly classCount: number
  /** Number of codes on the shared axis. */
  readonly axisCount: number
  readonly a: AnswersOfRun
  readonly b: AnswersOfRun
}

export interface RunDifference {
  /** Images of a class that both runs have judged. */
  readonly n: number
  /** In order of truth and then predicted; `nA` and `nB` are the same images. */
  readonly cells: readonly CellDifference[]
}

/** So many answers have to differ before all of them in one direction make p <= .10: 2 ** -4. */
const leastDiscordant = 4

/**
 * Every cell that one of the runs has. Differences are paired: Newcombe's paired interval, McNemar's exact mid-p over the
 * images on which only one of the two gives the answer, Benjamini-Hochberg over the cells that could be discoveries.
 */
export function differenceOfRuns({
  rows: bits,
  truth,
  classCount,
  axisCount,
  a,
  b,
}: RunDifferenceInput): RunDifference {
  const rows = rowsOf(bits)
  const totals = new Uint32Array(classCount + 1)
  const counts = new Map<number, { both: number; onlyA: number; onlyB: number }>()
  const width = axisCount + 1
  const cellAt = (cell: number) => {
    const known = counts.get(cell)
    if (known !== undefined) return known
    const fresh = { both: 0, onlyA: 0, onlyB: 0 }
    counts.set(cell, fresh)
    return fresh
  }
  let n = 0
  for (const row of rows) {
    const actual = truth[row]!
    const [saidA, saidB] = [answerOf(a, row, actual), answerOf(b, row, actual)]
    if (actual === 0 || saidA === 0 || saidB === 0) continue
    n++
    totals[actual]!++
    if (saidA === saidB) cellAt(actual * width + saidA).both++
    else {
      cellAt(actual * width + saidA).onlyA++
      cellAt(actual * width + saidB).onlyB++
    }
  }
  const sorted = [...counts].sort(([x], [y]) => x - y)
  const cells = sorted.map(([cell, { both, onlyA, onlyB }]): CellDifference => {
    const truthCode = Math.floor(cell / width)
    const images = totals[truthCode]!
    const agreement = { both, onlyA, onlyB, neither: images - both - onlyA - onlyB }
    return {
      truth: truthCode,
      predicted: cell - truthCode * width,
      countA: both + onlyA,
      nA: images,
      countB: both + onlyB,
      nB: images,
      difference: (onlyA - onlyB) / images,
      interval: pairedNewcombeInterval(agreement),
      p: mcnemarMidP(onlyA, onlyB),
      q: null,
    }
  })
  const tested = sorted.flatMap(([, { onlyA, onlyB }], place) => (onlyA + onlyB >= leastDiscordant ? [place] : []))
  const q = benjaminiHochberg(tested.map((place) => cells[place]!.p!))
  tested.forEach((place, index) => (cells[place] = { ...cells[place]!, q: q[index]! }))
  return { n, cells }
}

/** 0 without a verdict or a prediction. */
function answerOf({ predicted, correct }: AnswersOfRun, row: number, actual: number): number {
  const verdict = correct[row]!
  if (verdict === 0) return 0
  return verdict === rightCode ? actual : predicted[row]!
}
