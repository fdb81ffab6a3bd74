// The difference of two confusion matrices as it is drawn: which cells changed, and which could be chance. Pure.
import type { ConfusionDifference } from '#contract/confusion.ts'
import { cellDifference, sureQ, type CellDifference } from '#core/confusion/cell-differences.ts'
import { selectBest } from '#core/confusion/select-best.ts'
import { matrixAxes, type MatrixAxes, type MatrixSource } from './axis-model.ts'
import type { MatrixOptions } from './matrix-model.ts'

/** Two sides and their cells: values of a field, or runs on the same samples. */
export type DifferenceSource = Pick<
  ConfusionDifference,
  'classes' | 'refused' | 'truth' | 'predicted' | 'counts' | 'totals' | 'both' | 'q' | 'tested'
>

export interface DrawnDifference {
  readonly axes: MatrixAxes
  readonly source: MatrixSource
  /** Parallel arrays. */
  readonly cells: {
    readonly row: Uint32Array
    readonly column: Uint32Array
    /** Which cell of the difference it is. */
    readonly cell: Uint32Array
    /** Difference over the greatest one drawn, in [-1, 1]. */
    readonly level: Float32Array
    /** 1: q <= .10, chance is no good explanation. */
    readonly sure: Uint8Array
  }
  readonly maxDifference: number
}

/** Cells of single classes only: a difference of sums over `other` would mix rows. */
export function drawDifference(
  difference: DifferenceSource,
  options: Pick<MatrixOptions, 'order' | 'top' | 'foldOutside' | 'hideDiagonal'>,
): DrawnDifference {
  const source = differenceSource(difference)
  const axes = matrixAxes(source, options)
  const isSingle = (entries: MatrixAxes['rows']) => Uint8Array.from(entries, ({ kind }) => (kind === 'other' ? 0 : 1))
  const [isSingleRow, isSingleColumn] = [isSingle(axes.rows), isSingle(axes.columns)]
  const most = difference.truth.length
  const drawn = {
    row: new Uint32Array(most),
    column: new Uint32Array(most),
    cell: new Uint32Array(most),
    level: new Float32Array(most),
    sure: new Uint8Array(most),
  }
  let [used, maxDifference] = [0, 0]
  for (let cell = 0; cell < most; cell += 1) {
    const [truth, predicted] = [difference.truth[cell] ?? 0, difference.predicted[cell] ?? 0]
    const [row, column] = [axes.rowOf[truth] ?? -1, axes.columnOf[predicted] ?? -1]
    const change = changeOf(difference, cell)
    if (isSingleRow[row] !== 1 || isSingleColumn[column] !== 1 || Number.isNaN(change)) continue
    if (options.hideDiagonal && truth === predicted) continue
    drawn.row[used] = row
    drawn.column[used] = column
    drawn.cell[used] = cell
    drawn.level[used] = change
    drawn.sure[used] = isSure(difference, cell) ? 1 : 0
    maxDifference = Math.max(maxDifference, Math.abs(change))
    used += 1
  }
  return {
    axes,
    source,
    maxDifference,
    cells: {
      row: drawn.row.subarray(0, used),
      column: drawn.column.subarray(0, used),
      cell: drawn.cell.subarray(0, used),
      level: drawn.level.subarray(0, used).map((change) => (maxDifference === 0 ? 0 : change / maxDifference)),
      sure: drawn.sure.subarray(0, used),
    },
  }
}

/** Rate minus rate of a cell; NaN where one side has no sample of the class. */
export function changeOf({ truth, counts, totals }: DifferenceSource, cell: number): number {
  const code = truth[cell] ?? 0
  const [nA, nB] = [totals[0][code] ?? 0, totals[1][code] ?? 0]
  return nA === 0 || nB === 0 ? NaN : (counts[0][cell] ?? 0) / nA - (counts[1][cell] ?? 0) / nB
}

/** Which cell of the difference is drawn there; -1: none. */
export function differenceAt({ cells }: DrawnDifference, row: number, column: number): number {
  const at = cells.row.findIndex((some, index) => some === row && cells.column[index] === column)
  return at === -1 ? -1 : (cells.cell[at] ?? -1)
}

/** NaN, no q, is not sure. */
export function isSure({ q }: DifferenceSource, cell: number): boolean {
  return (q[cell] ?? NaN) <= sureQ
}

export function countSure({ q }: DifferenceSource): number {
  let sure = 0
  for (let cell = 0; cell < q.length; cell += 1) if ((q[cell] ?? NaN) <= sureQ) sure += 1
  return sure
}

/** Wrong answers whose share changed: sure ones first, then by size; at most `limit`. */
export function changedPairs(difference: DifferenceSource, limit: number): readonly CellDifference[] {
  const { truth, predicted, counts } = difference
  const sizeOf = (cell: number) => Math.abs(changeOf(difference, cell))
  const samplesOf = (cell: number) => (counts[0][cell] ?? 0) + (counts[1][cell] ?? 0)
  return selectBest(
    truth.length,
    limit,
    (cell) => truth[cell] !== predicted[cell] && sizeOf(cell) > 0,
    (a, b) =>
      Number(isSure(difference, b)) - Number(isSure(difference, a)) ||
      sizeOf(b) - sizeOf(a) ||
      samplesOf(b) - samplesOf(a),
  ).map((cell) => cellDifference(difference, cell))
}

/** Classes are worth a row for what surely changed; answers outside the dataset that did have columns of their own. */
function differenceSource(difference: DifferenceSource): MatrixSource {
  const { classes, refused, truth, predicted, counts, totals } = difference
  const interest = new Float64Array(truth.length)
  const isSureAnswer = new Uint8Array(classes.length)
  for (let cell = 0; cell < truth.length; cell += 1) {
    const size = Math.abs(changeOf(difference, cell))
    if (!(size > 0)) continue
    const sure = isSure(difference, cell)
    interest[cell] = sure ? 1 + size : size / 1e6
    if (sure) isSureAnswer[predicted[cell] ?? 0] = 1
  }
  return {
    classes: classes.map(({ name, ofDataset }, index) => ({ name, ofDataset: ofDataset || isSureAnswer[index] === 1 })),
    interest,
    refused,
    truth,
    predicted,
    count: counts[0].map((count, cell) => count + (counts[1][cell] ?? 0)),
    rowTotals: totals[0].map((total, index) => total + (totals[1][index] ?? 0)),
    unjudged: { truth: [], predicted: [], count: [] },
  }
}
