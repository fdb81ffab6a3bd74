// Which class is taken for which: sparse counts of (truth, predicted) over a set of rows.
import { rowsOf } from '../columns/bitset.ts'
import type { Bitset } from '../columns/bitset.ts'
import { rightCode } from '../columns/column.ts'
import type { Codes } from '../columns/column.ts'

export interface ConfusionInput {
  readonly rows: Bitset
  /** The class of each row, 1..classCount; 0 is missing. */
  readonly truth: Codes
  readonly classCount: number
  /** What the model said, on an axis whose codes 1..classCount are the classes; 0 is no prediction. */
  readonly predicted: Codes
  /** Number of codes on that axis, at least `classCount`. */
  readonly axisCount: number
  /** The run's verdicts: a right answer lies on the diagonal, whichever of the accepted labels it was. */
  readonly correct: Uint8Array
}

/** Cells that have images, in order of truth and then predicted; parallel arrays. */
export interface Confusion {
  readonly truth: Uint32Array
  readonly predicted: Uint32Array
  readonly count: Uint32Array
  /** Images by truth code, and by predicted code. */
  readonly truthTotals: Uint32Array
  readonly predictedTotals: Uint32Array
  /** Images counted, and images under the filter without a class or a prediction. */
  readonly n: number
  readonly leftOut: number
}

/** Up to so many cells they are counted in a full matrix. */
const densestMatrix = 1 << 22

/** Counts the cells: in a full matrix where that is small, else by sorting the images' cells. */
export function computeConfusion(input: ConfusionInput): Confusion {
  const rows = rowsOf(input.rows)
  const width = input.axisCount + 1
  const cellCount = (input.classCount + 1) * width
  const cells =
    cellCount <= densestMatrix
      ? nonZero(countMatrix(input, rows, new Uint32Array(cellCount)))
      : runLengths(listCells(input, rows).sort())
  const parts = splitCells(cells, width, input.classCount)
  const n = parts.truthTotals.reduce((sum, total) => sum + total, 0)
  return { ...parts, n, leftOut: rows.length - n }
}

function countMatrix(input: ConfusionInput, rows: Uint32Array, matrix: Uint32Array): Uint32Array {
  const { truth, predicted, axisCount, correct } = input
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index]!
    const actual = truth[row]!
    const verdict = correct[row]!
    const said = verdict === rightCode ? actual : predicted[row]!
    if (actual !== 0 && verdict !== 0 && said !== 0) matrix[actual * (axisCount + 1) + said]!++
  }
  return matrix
}

function listCells({ truth, predicted, axisCount, correct }: ConfusionInput, rows: Uint32Array): Float64Array {
  const cells = new Float64Array(rows.length)
  let n = 0
  for (const row of rows) {
    const actual = truth[row]!
    const verdict = correct[row]!
    const said = verdict === rightCode ? actual : predicted[row]!
    if (actual !== 0 && verdict !== 0 && said !== 0) cells[n++] = actual * (axisCount + 1) + said
  }
  return cells.subarray(0, n)
}

interface Cells {
  readonly cells: Float64Array
  readonly count: Uint32Array
}

function nonZero(matrix: Uint32Array): Cells {
  let used = 0
  for (let cell = 0; cell < matrix.length; cell++) if (matrix[cell] !== 0) used++
  const cells = new Float64Array(used)
  const count = new Uint32Array(used)
  let next = 0
  for (let cell = 0; cell < matrix.length; cell++) {
    if (matrix[cell] === 0) continue
    cells[next] = cell
    count[next++] = matrix[cell]!
  }
  return { cells, count }
}

function runLengths(sorted: Float64Array): Cells {
  const cells = new Float64Array(sorted.length)
  const count = new Uint32Array(sorted.length)
  let used = 0
  for (let index = 0; index < sorted.length; index++) {
    if (index === 0 || sorted[index] !== sorted[index - 1]) cells[used++] = sorted[index]!
    count[used - 1]!++
  }
  return { cells: cells.slice(0, used), count: count.slice(0, used) }
}

function splitCells({ cells, count }: Cells, width: number, classCount: number) {
  const truth = new Uint32Array(cells.length)
  const predicted = new Uint32Array(cells.length)
  const truthTotals = new Uint32Array(classCount + 1)
  const predictedTotals = new Uint32Array(width)
  for (let index = 0; index < cells.length; index++) {
    const actual = Math.floor(cells[index]! / width)
    const said = cells[index]! - actual * width
    truth[index] = actual
    predicted[index] = said
    truthTotals[actual]! += count[index]!
    predictedTotals[said]! += count[index]!
  }
  return { truth, predicted, count, truthTotals, predictedTotals }
}
