// The difference of two confusion matrices as it is drawn: which cells changed, and which could be chance. Pure.
import type { ConfusionDifference, DifferenceCell } from '#contract/analysis.ts'
import { matrixAxes, type MatrixAxes, type MatrixOptions, type MatrixSource } from './matrix-model.ts'

/** Two sides and their cells: values of a field, or runs on the same samples. */
export type DifferenceSource = Pick<ConfusionDifference, 'classes' | 'cells'>
export type { DifferenceCell }

export interface DrawnDifference {
  readonly axes: MatrixAxes
  readonly source: MatrixSource
  readonly cells: readonly {
    readonly row: number
    readonly column: number
    readonly cell: DifferenceCell
    /** Difference over the greatest one drawn, in [-1, 1]. */
    readonly level: number
    /** q <= .10: chance is no good explanation. */
    readonly sure: boolean
  }[]
  readonly maxDifference: number
}

/** Differences are called sure at this false discovery rate, as slices are. */
export const sureQ = 0.1

/** Cells of single classes only: a difference of sums over `other` would mix rows. Sure cells are drawn last. */
export function drawDifference(
  difference: DifferenceSource,
  options: Pick<MatrixOptions, 'order' | 'top' | 'foldOutside' | 'hideDiagonal'>,
): DrawnDifference {
  const source = differenceSource(difference)
  const axes = matrixAxes(source, options)
  const drawn = difference.cells.flatMap((cell) => {
    const [row, column] = [axes.rowOf.get(cell.truth), axes.columnOf.get(cell.predicted)]
    if (row === undefined || column === undefined || cell.difference === null) return []
    if (axes.rows[row]?.members.length !== 1 || axes.columns[column]?.members.length !== 1) return []
    if (options.hideDiagonal && cell.truth === cell.predicted) return []
    return [{ row, column, cell, difference: cell.difference, sure: isSure(cell) }]
  })
  const maxDifference = drawn.reduce((max, { difference: value }) => Math.max(max, Math.abs(value)), 0)
  return {
    axes,
    source,
    maxDifference,
    cells: drawn
      .map(({ difference: value, ...rest }) => ({ ...rest, level: maxDifference === 0 ? 0 : value / maxDifference }))
      .sort((a, b) => Number(a.sure) - Number(b.sure) || Math.abs(a.level) - Math.abs(b.level)),
  }
}

export function isSure(cell: DifferenceCell): boolean {
  return cell.q !== null && cell.q <= sureQ
}

/** Wrong answers whose share changed: sure ones first, then by size; at most `limit`. */
export function changedPairs(difference: DifferenceSource, limit: number): readonly DifferenceCell[] {
  return difference.cells
    .filter((cell) => cell.truth !== cell.predicted && cell.difference !== null && cell.difference !== 0)
    .toSorted(
      (a, b) =>
        Number(isSure(b)) - Number(isSure(a)) ||
        Math.abs(b.difference ?? 0) - Math.abs(a.difference ?? 0) ||
        b.counts[0] + b.counts[1] - (a.counts[0] + a.counts[1]),
    )
    .slice(0, limit)
}

function differenceSource({ classes, cells }: DifferenceSource): MatrixSource {
  const rowTotals = classes.map(() => 0)
  for (const cell of cells) rowTotals[cell.truth] = cell.n[0] + cell.n[1]
  return {
    classes,
    truth: cells.map((cell) => cell.truth),
    predicted: cells.map((cell) => cell.predicted),
    count: cells.map((cell) => cell.counts[0] + cell.counts[1]),
    rowTotals,
  }
}
