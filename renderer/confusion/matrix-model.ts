// The confusion matrix as it is drawn: what each cell is worth, as arrays over the cells. Knows no canvas.
import { matrixAxes, type AxisEntry, type AxisOptions, type MatrixAxes, type MatrixSource } from './axis-model.ts'
import { gatherCells, type GatheredCells } from './gather-cells.ts'

export type CellScale = 'count' | 'row' | 'column'

export interface MatrixOptions extends AxisOptions {
  readonly hideDiagonal: boolean
  readonly scale: CellScale
  readonly log: boolean
}

/** Parallel arrays, by row and then column. */
export interface DrawnCells extends GatheredCells {
  /** What the scale makes of a cell: a count, or a share of its row or column. */
  readonly value: Float64Array
  /** Colour position in [0, 1]; -1 for what is not drawn. */
  readonly level: Float32Array
}

export interface DrawnMatrix {
  readonly rows: readonly AxisEntry[]
  readonly columns: readonly AxisEntry[]
  /** Judged samples of a row or column; of those of samples that are not judged, what they have. */
  readonly rowTotals: Float64Array
  readonly columnTotals: Float64Array
  readonly cells: DrawnCells
  /** The greatest value of judged cells that are drawn. */
  readonly maxValue: number
}

/** With `axes` of another matrix (see `transferAxes`) both are laid out alike. */
export function drawMatrix(
  source: MatrixSource,
  options: MatrixOptions,
  axes: MatrixAxes = matrixAxes(source, options),
): DrawnMatrix {
  const { rows, columns } = axes
  const gathered = gatherCells(source, axes)
  const isJudgedRow = Uint8Array.from(rows, ({ kind }) => (kind === 'unaccepted' || kind === 'no class' ? 0 : 1))
  const isJudgedColumn = Uint8Array.from(columns, ({ kind }) => (kind === 'no prediction' ? 0 : 1))
  const isJudged = (cell: number) =>
    isJudgedRow[gathered.row[cell] ?? 0] === 1 && isJudgedColumn[gathered.column[cell] ?? 0] === 1
  const { rowTotals, columnTotals } = sumUp(gathered, isJudgedRow, isJudgedColumn, isJudged)

  // Where the others meet themselves lie right answers too, which would leave all mistakes pale.
  const isMixed = (cell: number) =>
    rows[gathered.row[cell] ?? 0]?.kind === 'other' && columns[gathered.column[cell] ?? 0]?.kind === 'other'
  const totalOf = (cell: number, count: number) => {
    if (options.scale === 'count') return 1
    const total =
      options.scale === 'row' ? rowTotals[gathered.row[cell] ?? 0] : columnTotals[gathered.column[cell] ?? 0]
    // A cell beside the judged ones counts for itself only, lest it change their shares.
    const isOwn =
      options.scale === 'row'
        ? isJudgedRow[gathered.row[cell] ?? 0] === 1
        : isJudgedColumn[gathered.column[cell] ?? 0] === 1
    return (total ?? 0) + (isJudged(cell) || !isOwn ? 0 : count)
  }
  const diagonal = diagonalOf(rows, columns)
  const value = new Float64Array(gathered.count.length)
  const level = new Float32Array(gathered.count.length)
  let maxValue = 0
  for (let cell = 0; cell < value.length; cell += 1) {
    const count = gathered.count[cell] ?? 0
    const total = totalOf(cell, count)
    const worth = total === 0 ? 0 : count / total
    value[cell] = worth
    if (options.hideDiagonal && diagonal[gathered.row[cell] ?? 0] === gathered.column[cell]) level[cell] = -1
    else if (isJudged(cell) && !(options.hideDiagonal && isMixed(cell))) maxValue = Math.max(maxValue, worth)
  }
  for (let cell = 0; cell < level.length; cell += 1) {
    if (level[cell] === 0) level[cell] = Math.min(1, colorLevel(value[cell] ?? 0, maxValue, options))
  }
  return { rows, columns, rowTotals, columnTotals, maxValue, cells: { ...gathered, value, level } }
}

/** Judged samples by row and column; in a row or column of samples that are not judged, those that it has. */
function sumUp(
  { row, column, count }: GatheredCells,
  isJudgedRow: Uint8Array,
  isJudgedColumn: Uint8Array,
  isJudged: (cell: number) => boolean,
) {
  const [rows, columns] = [isJudgedRow.length, isJudgedColumn.length]
  const [rowTotals, columnTotals] = [new Float64Array(rows), new Float64Array(columns)]
  const [rowRest, columnRest] = [new Float64Array(rows), new Float64Array(columns)]
  for (let cell = 0; cell < count.length; cell += 1) {
    const [r, c, n] = [row[cell] ?? 0, column[cell] ?? 0, count[cell] ?? 0]
    const [intoRows, intoColumns] = isJudged(cell) ? [rowTotals, columnTotals] : [rowRest, columnRest]
    intoRows[r] = (intoRows[r] ?? 0) + n
    intoColumns[c] = (intoColumns[c] ?? 0) + n
  }
  return {
    rowTotals: rowTotals.map((total, index) => (isJudgedRow[index] === 1 ? total : (rowRest[index] ?? 0))),
    columnTotals: columnTotals.map((total, index) => (isJudgedColumn[index] === 1 ? total : (columnRest[index] ?? 0))),
  }
}

/** Column of the same class, by row; -1 where there is none. */
export function diagonalOf(rows: readonly AxisEntry[], columns: readonly AxisEntry[]): Int32Array {
  const columnOf = new Map(
    columns.flatMap(({ kind, members }, column) => (kind === 'class' ? [[members[0], column] as const] : [])),
  )
  return Int32Array.from(rows, ({ kind, members }) => (kind === 'class' ? (columnOf.get(members[0]) ?? -1) : -1))
}

/** Where a value lies between nothing and the greatest. The log scale counts images, or hundredths of a share. */
export function colorLevel(value: number, max: number, options: Pick<MatrixOptions, 'scale' | 'log'>): number {
  if (max <= 0) return 0
  if (!options.log) return value / max
  const unit = options.scale === 'count' ? 1 : 100
  return Math.log1p(value * unit) / Math.log1p(max * unit)
}
