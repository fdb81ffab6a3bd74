// From drawn matrices to pictures: viridis for magnitude, blue to orange for change, grey for what could be chance. Pure.
import { cssColor, diverging, viridis } from '../charts/palette.ts'
import type { DrawnDifference } from './difference-model.ts'
import type { AxisEntry, DrawnMatrix } from './matrix-model.ts'
import type { MatrixPicture } from './paint-matrix.ts'

/** Nothing is closest to the ground: viridis runs upwards on a dark ground and downwards on a light one. */
export function magnitudeColor(level: number, dark: boolean): string {
  return cssColor(viridis(dark ? 0.12 + 0.88 * level : 0.94 * (1 - level)))
}

export function matrixPicture(drawn: DrawnMatrix, dark: boolean): MatrixPicture {
  return {
    rows: drawn.rows.map(({ name }) => name),
    columns: drawn.columns.map(({ name }) => name),
    diagonal: diagonalOf(drawn.rows, drawn.columns),
    folded: { row: isFolded(drawn.rows), column: isFolded(drawn.columns) },
    cells: drawn.cells.map(({ row, column, level }) => ({ row, column, fill: magnitudeColor(level, dark) })),
  }
}

export function differencePicture({ axes, cells }: DrawnDifference, dark: boolean): MatrixPicture {
  return {
    rows: axes.rows.map(({ name }) => name),
    columns: axes.columns.map(({ name }) => name),
    diagonal: diagonalOf(axes.rows, axes.columns),
    folded: { row: isFolded(axes.rows), column: isFolded(axes.columns) },
    cells: cells.map(({ row, column, level, sure }) => ({
      row,
      column,
      fill: sure
        ? cssColor(diverging(Math.sign(level) * (0.35 + 0.65 * Math.abs(level)), dark))
        : chanceColor(level, dark),
    })),
  }
}

/** Grey as far from the ground as the difference is great, and never as far as a sure one. */
function chanceColor(level: number, dark: boolean): string {
  const grey = dark ? 62 + 46 * Math.abs(level) : 226 - 58 * Math.abs(level)
  return cssColor([Math.round(grey), Math.round(grey), Math.round(grey)])
}

function isFolded(entries: readonly AxisEntry[]): boolean {
  return (entries.at(-1)?.members.length ?? 0) > 1
}

function diagonalOf(rows: readonly AxisEntry[], columns: readonly AxisEntry[]): readonly number[] {
  const columnOf = new Map(
    columns.flatMap(({ members }, column) => (members.length === 1 ? [[members[0], column] as const] : [])),
  )
  return rows.map(({ members }) => (members.length === 1 ? (columnOf.get(members[0]) ?? -1) : -1))
}
