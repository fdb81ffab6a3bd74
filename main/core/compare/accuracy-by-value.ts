// How often each model is right on each value of a field.
import type { Bitset } from '../columns/bitset.ts'
import { rightCode } from '../columns/column.ts'
import type { Codes } from '../columns/column.ts'
import { blockRows, takeBlock, visitRowBlocks } from '../columns/row-blocks.ts'
import type { Interval } from '../statistics/interval.ts'
import { wilsonInterval } from '../statistics/wilson.ts'

/** Images with a verdict, how many of them are right, and that rate with its interval. */
export interface Accuracy {
  readonly n: number
  readonly right: number
  readonly accuracy: number
  readonly wilson: Interval
}

export interface ValueAccuracy {
  /** 0 is the row of missing values. */
  readonly valueCode: number
  /** One a model, each over the images that it has judged. */
  readonly models: readonly Accuracy[]
}

export interface AccuracyInput {
  readonly rows: Bitset
  /** The field's value of each row, 1..valueCount; 0 is missing. */
  readonly values: Codes
  readonly valueCount: number
  readonly correct: readonly Uint8Array[]
  /** For how many images each row stands; by default one each. */
  readonly weights?: Float64Array | null | undefined
  /** Called every few milliseconds; it throws where nobody waits for the answer any more. */
  readonly checkpoint?: (() => void) | undefined
}

/** Accuracy of every model over all rows, and by value; values without any judged image are left out. */
export function accuracyByValue(input: AccuracyInput): {
  readonly overall: readonly Accuracy[]
  readonly values: readonly ValueAccuracy[]
} {
  const tallies = tally(input)
  const byValue = Array.from({ length: input.valueCount + 1 }, (_, valueCode) => ({
    valueCode,
    models: tallies.map(({ judged, right }) => accuracyOf(right[valueCode]!, judged[valueCode]!)),
  }))
  return {
    overall: tallies.map(({ judged, right }) => accuracyOf(sum(right), sum(judged))),
    values: byValue.filter(({ models }) => models.some(({ n }) => n > 0)),
  }
}

interface Tally {
  /** Images by value. */
  readonly judged: Float64Array
  readonly right: Float64Array
}

function tally({ rows: bits, values, valueCount, correct, weights, checkpoint }: AccuracyInput): Tally[] {
  const tallies = correct.map((): Tally => ({
    judged: new Float64Array(valueCount + 1),
    right: new Float64Array(valueCount + 1),
  }))
  const groups = new Uint32Array(blockRows)
  visitRowBlocks(bits, (rows, count) => {
    checkpoint?.()
    takeBlock(values, rows, count, groups)
    tallies.forEach((sums, model) => addVerdicts(sums, correct[model]!, rows, groups, count, weights ?? null))
  })
  return tallies
}

function addVerdicts(
  { judged, right }: Tally,
  column: Uint8Array,
  rows: Uint32Array,
  groups: Uint32Array,
  count: number,
  weights: Float64Array | null,
): void {
  for (let index = 0; index < count; index++) {
    const row = rows[index]!
    const verdict = column[row]!
    if (verdict === 0) continue
    const images = weights === null ? 1 : weights[row]!
    judged[groups[index]!]! += images
    if (verdict === rightCode) right[groups[index]!]! += images
  }
}

function accuracyOf(right: number, n: number): Accuracy {
  return { n, right, accuracy: n === 0 ? 0 : right / n, wilson: wilsonInterval(right, n) }
}

function sum(counts: Float64Array): number {
  return counts.reduce((total, count) => total + count, 0)
}
