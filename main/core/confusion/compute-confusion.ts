// Which class is taken for which: sparse counts of (truth, predicted) over a set of rows.
import { type Bitset, countBits } from '../columns/bitset.ts'
import { rightCode } from '../columns/column.ts'
import type { Codes } from '../columns/column.ts'
import { blockRows, visitRowBlocks } from '../columns/row-blocks.ts'
import { PairList } from './count-pairs.ts'

/** What a run answered. */
export interface RunAnswers {
  /** The answer of each row; 0 is no prediction. */
  readonly predicted: Codes
  /** The place on the axis of each answer, from 1; 0 for 0. Places 1..classCount are the classes. */
  readonly axisOf: Uint32Array
  /** The run's verdicts: a right answer lies on the diagonal, whichever of the accepted labels it was. */
  readonly correct: Uint8Array
}

export interface RowsOfClasses {
  readonly rows: Bitset
  /** The class of each row, 1..classCount; 0 is missing. */
  readonly truth: Codes
  readonly classCount: number
  /** Number of places on the axis, at least `classCount`. */
  readonly axisCount: number
}

export type ConfusionInput = RowsOfClasses & RunAnswers

/** Parallel arrays, in order of truth and then predicted. */
export interface ConfusionCells {
  readonly truth: Uint32Array
  readonly predicted: Uint32Array
  readonly count: Uint32Array
}

/**
 * Cells that have images. `predicted` is a place on the axis, or `axisCount + 1`: the image's own class, where the image
 * does not accept that.
 */
export interface Confusion extends ConfusionCells {
  /** Judged images by truth code, and by predicted code. */
  readonly truthTotals: Uint32Array
  readonly predictedTotals: Uint32Array
  /** Judged images: they have a class, a prediction and a verdict. */
  readonly n: number
  readonly right: number
  /** The images that are not judged. Truth 0 is no class, predicted 0 no prediction; both known: nothing to judge by. */
  readonly unjudged: ConfusionCells
}

/** A full matrix has at most so many cells, and so many for each image: it is looked through in the end. */
const largestMatrix = 1 << 22
const cellsPerImage = 8
const smallestMatrix = 1 << 12

/** Counts the cells: in a full matrix where that is small, else in lists of the images. */
export function computeConfusion(input: ConfusionInput): Confusion {
  const { classCount, axisCount } = input
  const greatest = Math.max(classCount, axisCount + 1)
  const unjudged = new PairList(greatest)
  const size = (classCount + 1) * (axisCount + 1)
  const isDense = size <= Math.min(largestMatrix, Math.max(smallestMatrix, countBits(input.rows) * cellsPerImage))
  const cells = isDense
    ? splitMatrix(countMatrix(input, unjudged), classCount, axisCount)
    : countLists(input, unjudged, new PairList(greatest))
  const [truthTotals, predictedTotals] = [new Uint32Array(classCount + 1), new Uint32Array(axisCount + 2)]
  let n = 0
  let right = 0
  for (let cell = 0; cell < cells.count.length; cell++) {
    const truth = cells.truth[cell]!
    const predicted = cells.predicted[cell]!
    const count = cells.count[cell]!
    truthTotals[truth]! += count
    predictedTotals[predicted]! += count
    n += count
    if (truth === predicted) right += count
  }
  return { ...cells, truthTotals, predictedTotals, n, right, unjudged: asCells(unjudged, classCount, axisCount) }
}

/**
 * A row a truth code, a column a place on the axis. Right answers are counted in column 0, so that their place need not
 * be chosen image by image; row 0 has no image. Cells are worked out for a block of rows before they are counted: the two
 * memory accesses in turn would wait for each other.
 */
function countMatrix(input: ConfusionInput, unjudged: PairList): Uint32Array {
  const { truth, predicted, axisOf, correct, classCount, axisCount } = input
  const width = axisCount + 1
  const matrix = new Uint32Array((classCount + 1) * width)
  const cells = new Int32Array(blockRows)
  visitRowBlocks(input.rows, (rows, count) => {
    let signs = 0
    for (let i = 0; i < count; i++) {
      const row = rows[i]!
      const actual = truth[row]!
      const verdict = correct[row]!
      const answer = predicted[row]!
      signs |= (actual - 1) | (verdict - 1) | (answer - 1)
      cells[i] = Math.imul(actual, width) + axisOf[answer & -(verdict & 1)]!
    }
    // Negative where one of them was 0.
    if (signs < 0) setAside(input, rows, count, cells, unjudged)
    for (let i = 0; i < count; i++) matrix[cells[i]!]!++
  })
  return matrix
}

/** Lists those of a block that are not judged, and has them counted where no image is. */
function setAside(
  input: ConfusionInput,
  rows: Uint32Array,
  count: number,
  cells: Int32Array,
  unjudged: PairList,
): void {
  const { truth, predicted, axisOf, correct } = input
  for (let i = 0; i < count; i++) {
    const row = rows[i]!
    if (truth[row] !== 0 && correct[row] !== 0 && predicted[row] !== 0) continue
    cells[i] = 0
    unjudged.push(truth[row]!, axisOf[predicted[row]!]!)
  }
}

function splitMatrix(matrix: Uint32Array, classCount: number, axisCount: number): ConfusionCells {
  const width = axisCount + 1
  let used = 0
  for (let cell = width; cell < matrix.length; cell++) used += matrix[cell] === 0 ? 0 : 1
  const [truth, predicted, count] = [new Uint32Array(used), new Uint32Array(used), new Uint32Array(used)]
  let next = 0
  for (let actual = 1; actual <= classCount; actual++) {
    const base = actual * width
    const refused = matrix[base + actual]!
    matrix[base + actual] = matrix[base]!
    for (let place = 1; place <= axisCount; place++) {
      const images = matrix[base + place]!
      if (images === 0) continue
      truth[next] = actual
      predicted[next] = place
      count[next++] = images
    }
    if (refused === 0) continue
    truth[next] = actual
    predicted[next] = axisCount + 1
    count[next++] = refused
  }
  return { truth, predicted, count }
}

function countLists(input: ConfusionInput, unjudged: PairList, judged: PairList): ConfusionCells {
  const { truth, classCount, axisCount, axisOf, predicted } = input
  visitRowBlocks(input.rows, (rows, count) => {
    for (let i = 0; i < count; i++) {
      const row = rows[i]!
      const actual = truth[row]!
      const place = placeOf(input, row, actual, axisCount)
      if (place === 0) unjudged.push(actual, axisOf[predicted[row]!]!)
      else judged.push(actual, place)
    }
  })
  return asCells(judged, classCount, axisCount + 1)
}

/** The predicted code of a row as in `Confusion`; 0 where it is not judged. */
export function placeOf(
  { predicted, axisOf, correct }: RunAnswers,
  row: number,
  actual: number,
  axisCount: number,
): number {
  const verdict = correct[row]!
  const answer = predicted[row]!
  if (actual === 0 || verdict === 0 || answer === 0) return 0
  if (verdict === rightCode) return actual
  const place = axisOf[answer]!
  return place === actual ? axisCount + 1 : place
}

function asCells(pairs: PairList, greatestTruth: number, greatestPlace: number): ConfusionCells {
  const { first, second, count } = pairs.count(greatestTruth, greatestPlace)
  return { truth: first, predicted: second, count }
}
