// The one pass over the rows: which images count in the statistics, why the others do not, and what each of them adds.
import { rowsOf, testBit } from '../columns/bitset.ts'
import type { Bitset } from '../columns/bitset.ts'
import { rightCode } from '../columns/column.ts'
import type { Codes } from '../columns/column.ts'

export interface SliceInput {
  /** The images under the filter. */
  readonly rows: Bitset
  /** The field's value of each row, 1..valueCount; 0 is missing. */
  readonly values: Codes
  readonly valueCount: number
  /** The class of each row, 1..classCount; 0 is missing. */
  readonly classes: Codes
  readonly classCount: number
  /** One column a model: 0 no prediction or no truth, 1 wrong, 2 right. At least one model. */
  readonly correct: readonly Uint8Array[]
  /** Images that a review took out, and so kept out of the statistics. */
  readonly excluded?: Bitset
}

/** Images under the filter that are not in the statistics, each counted under the first reason that holds. */
export interface LeftOut {
  readonly excluded: number
  readonly noClass: number
  readonly noPrediction: number
}

/** The counted images. A key is `class * levels + m`, m = number of models that fail on the image. */
export interface Universe {
  readonly size: number
  /** m has the values 0..levels - 1. */
  readonly levels: number
  /** Keys of the images, those of value v at `offsets[v]` up to `offsets[v + 1]`. */
  readonly keys: Uint32Array
  readonly offsets: Uint32Array
  /** Number of images by key. */
  readonly keyCounts: Uint32Array
  /** Every class has images of one value only. */
  readonly fieldFollowsClass: boolean
  readonly leftOut: LeftOut
  /** Images with a class and predictions and no value in the field: how many, and their sum of m. */
  readonly missing: { readonly n: number; readonly failedModels: number }
}

export function gatherUniverse(input: SliceInput): Universe {
  const { values, valueCount, classes, classCount, correct, excluded } = input
  const rows = rowsOf(input.rows)
  const levels = correct.length + 1
  const keyCounts = new Uint32Array((classCount + 1) * levels)
  const onlyValue = new Uint32Array(classCount + 1)
  const offsets = new Uint32Array(valueCount + 2)
  const memberValues = new Uint32Array(rows.length)
  const memberKeys = new Uint32Array(rows.length)
  const leftOut = { excluded: 0, noClass: 0, noPrediction: 0 }
  const missing = { n: 0, failedModels: 0 }
  let fieldFollowsClass = true
  let size = 0

  for (let index = 0; index < rows.length; index++) {
    const row = rows[index]!
    const classCode = classes[row]!
    const failed = failedModels(correct, row)
    const value = values[row]!
    if (excluded !== undefined && testBit(excluded, row)) leftOut.excluded++
    else if (classCode === 0) leftOut.noClass++
    else if (failed < 0) leftOut.noPrediction++
    else if (value === 0) {
      missing.n++
      missing.failedModels += failed
    } else {
      const key = classCode * levels + failed
      const only = onlyValue[classCode]!
      if (only !== value) {
        if (only !== 0) fieldFollowsClass = false
        onlyValue[classCode] = value
      }
      keyCounts[key]!++
      offsets[value + 1]!++
      memberValues[size] = value
      memberKeys[size] = key
      size++
    }
  }

  for (let value = 0; value <= valueCount; value++) offsets[value + 1]! += offsets[value]!
  const keys = groupKeys(memberKeys, memberValues, size, offsets)
  return { size, levels, keys, offsets, keyCounts, fieldFollowsClass, leftOut, missing }
}

/** Number of models that are wrong on the row, or -1 where one of them has no verdict. */
function failedModels(correct: readonly Uint8Array[], row: number): number {
  let failed = 0
  for (let model = 0; model < correct.length; model++) {
    const verdict = correct[model]![row]!
    if (verdict === 0) return -1
    failed += rightCode - verdict
  }
  return failed
}

/** A counting sort of the keys by value. */
function groupKeys(keys: Uint32Array, values: Uint32Array, size: number, offsets: Uint32Array): Uint32Array {
  const next = offsets.slice()
  const grouped = new Uint32Array(size)
  for (let member = 0; member < size; member++) {
    const value = values[member]!
    grouped[next[value]!++] = keys[member]!
  }
  return grouped
}
