// How often each model is right on each value of a field.
import { rowsOf } from '../columns/bitset.ts'
import type { Bitset } from '../columns/bitset.ts'
import { rightCode } from '../columns/column.ts'
import type { Codes } from '../columns/column.ts'
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
}

/** Accuracy of every model over all rows, and by value; values without any judged image are left out. */
export function accuracyByValue({ rows: bits, values, valueCount, correct }: AccuracyInput): {
  readonly overall: readonly Accuracy[]
  readonly values: readonly ValueAccuracy[]
} {
  const rows = rowsOf(bits)
  const tallies = correct.map((column) => tally(rows, values, valueCount, column))
  const byValue = Array.from({ length: valueCount + 1 }, (_, valueCode) => ({
    valueCode,
    models: tallies.map(({ judged, right }) => accuracyOf(right[valueCode]!, judged[valueCode]!)),
  }))
  return {
    overall: tallies.map(({ judged, right }) => accuracyOf(sum(right), sum(judged))),
    values: byValue.filter(({ models }) => models.some(({ n }) => n > 0)),
  }
}

function tally(rows: Uint32Array, values: Codes, valueCount: number, column: Uint8Array) {
  const judged = new Uint32Array(valueCount + 1)
  const right = new Uint32Array(valueCount + 1)
  for (let index = 0; index < rows.length; index++) {
    const verdict = column[rows[index]!]!
    if (verdict === 0) continue
    const value = values[rows[index]!]!
    judged[value]!++
    if (verdict === rightCode) right[value]!++
  }
  return { judged, right }
}

function accuracyOf(right: number, n: number): Accuracy {
  return { n, right, accuracy: n === 0 ? 0 : right / n, wilson: wilsonInterval(right, n) }
}

function sum(counts: Uint32Array): number {
  return counts.reduce((total, count) => total + count, 0)
}
