// The window onto the matrix: pixels a cell and the cell at the top left corner. Pure; knows no canvas.

import { nameStepPx } from './axis-names.ts'

export interface Viewport {
  /** Pixels a cell. */
  readonly cell: number
  /** Matrix position at the left and upper edge, in cells; may be negative where the matrix is smaller than the window. */
  readonly left: number
  readonly top: number
}

export interface Extent {
  readonly rows: number
  readonly columns: number
  /** Pixels. */
  readonly width: number
  readonly height: number
}

const largestCell = 48
/** A matrix of few classes is not blown up beyond this when it is fitted. */
const largestFittedCell = 28

/** The whole matrix, as large as fits. */
export function fitViewport({ rows, columns, width, height }: Extent): Viewport {
  const cell = Math.min(width / Math.max(1, columns), height / Math.max(1, rows), largestFittedCell)
  return { cell: Math.max(cell, 1e-3), left: 0, top: 0 }
}

/** Zooms by a factor around a pixel; never smaller than the fit, never larger than 48 pixels a cell. */
export function zoomViewport(
  viewport: Viewport,
  factor: number,
  at: readonly [number, number],
  extent: Extent,
): Viewport {
  const least = fitViewport(extent).cell
  const cell = Math.min(Math.max(viewport.cell * factor, least), Math.max(largestCell, least))
  const next = {
    cell,
    left: viewport.left + at[0] / viewport.cell - at[0] / cell,
    top: viewport.top + at[1] / viewport.cell - at[1] / cell,
  }
  return clampViewport(next, extent)
}

/** Moves the matrix with the pointer by so many pixels. */
export function panViewport(viewport: Viewport, dx: number, dy: number, extent: Extent): Viewport {
  const moved = { ...viewport, left: viewport.left - dx / viewport.cell, top: viewport.top - dy / viewport.cell }
  return clampViewport(moved, extent)
}

/** Moves just enough to show a cell, with one cell around it. */
export function revealCell(viewport: Viewport, row: number, column: number, extent: Extent): Viewport {
  const [across, down] = [extent.width / viewport.cell, extent.height / viewport.cell]
  const into = (start: number, span: number, at: number) =>
    at - 1 < start ? at - 1 : at + 2 > start + span ? at + 2 - span : start
  return clampViewport(
    { ...viewport, left: into(viewport.left, across, column), top: into(viewport.top, down, row) },
    extent,
  )
}

/** Zooms in on a cell if it is too small to read, and centres it. */
export function centreOn(viewport: Viewport, row: number, column: number, extent: Extent): Viewport {
  const cell = Math.max(viewport.cell, 16)
  return clampViewport(
    { cell, left: column + 0.5 - extent.width / cell / 2, top: row + 0.5 - extent.height / cell / 2 },
    extent,
  )
}

/** The cell under a pixel; null outside of the matrix. */
export function cellAt(
  viewport: Viewport,
  at: readonly [number, number],
  extent: Extent,
): { readonly row: number; readonly column: number } | null {
  const [column, row] = [
    Math.floor(viewport.left + at[0] / viewport.cell),
    Math.floor(viewport.top + at[1] / viewport.cell),
  ]
  const inside = column >= 0 && row >= 0 && column < extent.columns && row < extent.rows
  return inside ? { row, column } : null
}

/**
 * The row or column from `first` on whose name is under a pixel beside the matrix: names are wider than the smallest
 * cells, and these rows and columns are few. null: none.
 */
export function namedAt(
  { cell, left, top }: Viewport,
  side: 'row' | 'column',
  at: number,
  first: number,
  { rows, columns }: Extent,
): number | null {
  const [start, count] = side === 'row' ? [top, rows] : [left, columns]
  for (let index = first; index < count; index += 1) {
    if (Math.abs((index + 0.5 - start) * cell - at) <= Math.max(cell, nameStepPx) / 2) return index
  }
  return null
}

function clampViewport(viewport: Viewport, extent: Extent): Viewport {
  const clamp = (start: number, span: number, count: number) =>
    span >= count ? 0 : Math.min(Math.max(start, 0), count - span)
  return {
    cell: viewport.cell,
    left: clamp(viewport.left, extent.width / viewport.cell, extent.columns),
    top: clamp(viewport.top, extent.height / viewport.cell, extent.rows),
  }
}
