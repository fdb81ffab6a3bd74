// From drawn matrices to pictures: viridis for magnitude, blue to orange for change, grey for what could be chance. Pure.
import { diverging, viridis, type Rgb } from '../charts/palette.ts'
import type { AxisEntry } from './axis-model.ts'
import type { DrawnDifference } from './difference-model.ts'
import { diagonalOf, type DrawnMatrix } from './matrix-model.ts'

/** Colours of one number each; a cell with a greater one lies above. 0 is not painted. */
export interface MatrixPicture {
  readonly rows: readonly string[]
  readonly columns: readonly string[]
  readonly row: Uint32Array
  readonly column: Uint32Array
  readonly shade: Uint8Array
  readonly palette: readonly Rgb[]
  /** Column of the same class, by row; -1 where there is none. */
  readonly diagonal: Int32Array
  /** How many rows and columns are single classes; the names of those after them are always drawn. */
  readonly classRows: number
  readonly classColumns: number
}

/** Nothing is closest to the ground: viridis runs upwards on a dark ground and downwards on a light one. */
export function magnitudeColor(level: number, dark: boolean): Rgb {
  return viridis(dark ? 0.12 + 0.88 * level : 0.94 * (1 - level))
}

const magnitudes = 255
/** Shades of grey, then as many again in pairs of less and more. */
const changes = 84

export function matrixPicture({ rows, columns, cells }: DrawnMatrix, dark: boolean): MatrixPicture {
  return {
    ...describeAxes(rows, columns),
    row: cells.row,
    column: cells.column,
    shade: Uint8Array.from(cells.level, (level) => (level < 0 ? 0 : 1 + Math.round(level * (magnitudes - 1)))),
    palette: Array.from({ length: magnitudes + 1 }, (_, shade) =>
      magnitudeColor(Math.max(0, shade - 1) / (magnitudes - 1), dark),
    ),
  }
}

export function differencePicture({ axes, cells }: DrawnDifference, dark: boolean): MatrixPicture {
  const shadeOf = (level: number, sure: boolean) => {
    const step = Math.round(Math.abs(level) * (changes - 1))
    return sure ? 1 + changes + 2 * step + (level > 0 ? 1 : 0) : 1 + step
  }
  return {
    ...describeAxes(axes.rows, axes.columns),
    row: cells.row,
    column: cells.column,
    shade: Uint8Array.from(cells.level, (level, cell) => shadeOf(level, cells.sure[cell] === 1)),
    palette: Array.from({ length: 1 + 3 * changes }, (_, shade) => {
      if (shade <= changes) return chanceColor(Math.max(0, shade - 1) / (changes - 1), dark)
      const step = (shade - 1 - changes) >> 1
      const sign = (shade - 1 - changes) % 2 === 1 ? 1 : -1
      return diverging(sign * (0.35 + (0.65 * step) / (changes - 1)), dark)
    }),
  }
}

/** Grey as far from the ground as the difference is great, and never as far as a sure one. */
function chanceColor(level: number, dark: boolean): Rgb {
  const grey = Math.round(dark ? 62 + 46 * level : 226 - 58 * level)
  return [grey, grey, grey]
}

function describeAxes(rows: readonly AxisEntry[], columns: readonly AxisEntry[]) {
  const countClasses = (entries: readonly AxisEntry[]) => entries.filter(({ kind }) => kind === 'class').length
  return {
    rows: rows.map(({ name }) => name),
    columns: columns.map(({ name }) => name),
    diagonal: diagonalOf(rows, columns),
    classRows: countClasses(rows),
    classColumns: countClasses(columns),
  }
}
