// Which images count in the statistics, why the others do not, and the cells that those that do fall into.
import type { Codes } from '../columns/column.ts'
import { visitRowBlocks } from '../columns/row-blocks.ts'
import { countCells } from './count-cells.ts'
import type { Cells } from './count-cells.ts'
import { countedRows, visitJudged } from './visit-judged.ts'
import type { JudgedInput, LeftOut } from './visit-judged.ts'

export interface SliceInput extends JudgedInput {
  /** The field's value of each row, 1..valueCount; 0 is missing. */
  readonly values: Codes
  readonly valueCount: number
}

/** The counted images. A key is `class * levels + m`, m = number of models that fail on the image. */
export interface Universe {
  readonly size: number
  /** m has the values 0..levels - 1. */
  readonly levels: number
  readonly valueCount: number
  readonly cells: Cells
  /** Number of images by key, over all values. */
  readonly keyCounts: Float64Array
  /** Every class has images of one value only. */
  readonly fieldFollowsClass: boolean
  readonly leftOut: LeftOut
  /** Images with a class and predictions and no value in the field: how many, and their sum of m. */
  readonly missing: { readonly n: number; readonly failedModels: number }
}

export function gatherUniverse(input: SliceInput): Universe {
  const { valueCount, classCount } = input
  const levels = input.correct.length + 1
  let leftOut: LeftOut = { excluded: 0, noClass: 0, noPrediction: 0 }
  const cells = countCells(
    (visit) => {
      leftOut = visitJudged(input, visit)
    },
    {
      values: input.values,
      weights: input.weights ?? null,
      rooms: countValues(input),
      keyCount: (classCount + 1) * levels,
    },
  )
  const { starts, ends, keys, counts } = cells
  const missing = { n: 0, failedModels: 0 }
  for (let cell = starts[0]!; cell < ends[0]!; cell++) {
    missing.n += counts[cell]!
    missing.failedModels += (keys[cell]! % levels) * counts[cell]!
  }
  const keyCounts = new Float64Array((classCount + 1) * levels)
  let size = 0
  for (let value = 1; value <= valueCount; value++) {
    for (let cell = starts[value]!; cell < ends[value]!; cell++) {
      keyCounts[keys[cell]!]! += counts[cell]!
      size += counts[cell]!
    }
  }
  const fieldFollowsClass = followsClass(cells, valueCount, classCount, levels)
  return { size, levels, valueCount, cells, keyCounts, fieldFollowsClass, leftOut, missing }
}

/** Rows of each value, whether judged or not. */
function countValues(input: SliceInput): Uint32Array {
  const counts = new Uint32Array(input.valueCount + 1)
  const { values } = input
  visitRowBlocks(countedRows(input), (rows, count) => {
    for (let index = 0; index < count; index++) counts[values[rows[index]!]!]!++
  })
  return counts
}

function followsClass({ starts, ends, keys }: Cells, valueCount: number, classCount: number, levels: number): boolean {
  const onlyValue = new Uint32Array(classCount + 1)
  for (let value = 1; value <= valueCount; value++) {
    for (let cell = starts[value]!; cell < ends[value]!; cell++) {
      const classCode = Math.floor(keys[cell]! / levels)
      const only = onlyValue[classCode]!
      if (only !== 0 && only !== value) return false
      onlyValue[classCode] = value
    }
  }
  return true
}
