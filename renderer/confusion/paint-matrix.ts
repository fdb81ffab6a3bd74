// Paints a matrix on a canvas: cells, the axes' names as far as they fit, and the cell in focus. Knows no React.
import { namedIndices } from './axis-names.ts'
import { paintCells, smallestCellPx } from './paint-cells.ts'
import type { MatrixPicture } from './pictures.ts'
import type { Extent, Viewport } from './viewport.ts'

export interface Spot {
  /** -1: the whole column. */
  readonly row: number
  /** -1: the whole row. */
  readonly column: number
}

export interface PaintColors {
  readonly ground: string
  readonly line: string
  readonly text: string
  readonly dim: string
  readonly accent: string
}

/** Room for the names, in pixels. */
export const gutter = { left: 104, top: 92, end: 8 } as const

/** The layer below: a million cells take some tens of milliseconds, too long for every move of the pointer. */
export function paintMatrix(
  context: CanvasRenderingContext2D,
  picture: MatrixPicture,
  viewport: Viewport,
  extent: Extent,
  colors: PaintColors,
): void {
  clear(context, extent)
  context.translate(gutter.left, gutter.top)
  paintCells(context, picture, viewport, extent, colors)
}

/** The layer above: names, and row, column and frame of the cell in focus. */
export function paintFrame(
  context: CanvasRenderingContext2D,
  picture: MatrixPicture,
  viewport: Viewport,
  extent: Extent,
  focus: Spot | null,
  colors: PaintColors,
): void {
  clear(context, extent)
  context.save()
  context.translate(gutter.left, gutter.top)
  if (focus) paintFocus(context, viewport, extent, focus, colors)
  context.restore()
  paintNames(context, picture, viewport, extent, focus, colors)
}

function clear(context: CanvasRenderingContext2D, extent: Extent): void {
  context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0)
  context.clearRect(0, 0, extent.width + gutter.left + gutter.end, extent.height + gutter.top + gutter.end)
}

/** A small picture without names: the whole matrix in a square. */
export function paintTile(
  context: CanvasRenderingContext2D,
  picture: MatrixPicture,
  sizePx: number,
  colors: PaintColors,
): void {
  const extent = { rows: picture.rows.length, columns: picture.columns.length, width: sizePx, height: sizePx }
  const cell = sizePx / Math.max(extent.rows, extent.columns, 1)
  context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0)
  context.clearRect(0, 0, sizePx, sizePx)
  paintCells(context, picture, { cell, left: 0, top: 0 }, extent, colors)
}

function paintFocus(
  context: CanvasRenderingContext2D,
  { cell, left, top }: Viewport,
  { rows, columns, width, height }: Extent,
  { row, column }: Spot,
  colors: PaintColors,
): void {
  const [right, bottom] = [Math.min(width, (columns - left) * cell), Math.min(height, (rows - top) * cell)]
  const [x, y] = [(column - left) * cell, (row - top) * cell]
  context.fillStyle = colors.accent
  context.globalAlpha = 0.14
  if (row >= 0) context.fillRect(0, y, right, cell)
  if (column >= 0) context.fillRect(x, 0, cell, bottom)
  context.globalAlpha = 1
  if (row < 0 || column < 0) return
  context.strokeStyle = colors.accent
  context.lineWidth = 2
  context.strokeRect(x - 1, y - 1, Math.max(cell, smallestCellPx) + 1, Math.max(cell, smallestCellPx) + 1)
  context.lineWidth = 1
}

function paintNames(
  context: CanvasRenderingContext2D,
  { rows, columns, classRows, classColumns }: MatrixPicture,
  { cell, left, top }: Viewport,
  extent: Extent,
  focus: Spot | null,
  colors: PaintColors,
): void {
  context.font = `11px ${getComputedStyle(context.canvas).fontFamily}`
  context.textBaseline = 'middle'
  const named = (names: readonly string[], start: number, span: number, inFocus: number, classCount: number) =>
    namedIndices({ count: names.length, start, span, cell }, [inFocus, ...indicesFrom(classCount, names.length)]).map(
      (index) => ({ text: names[index] ?? '', at: (index + 0.5 - start) * cell, isInFocus: index === inFocus }),
    )
  context.textAlign = 'right'
  for (const { text, at, isInFocus } of named(rows, top, extent.height, focus?.row ?? -1, classRows)) {
    context.fillStyle = isInFocus ? colors.text : colors.dim
    context.fillText(fitText(context, text, gutter.left - 10), gutter.left - 6, gutter.top + at)
  }
  context.textAlign = 'left'
  for (const { text, at, isInFocus } of named(columns, left, extent.width, focus?.column ?? -1, classColumns)) {
    context.save()
    context.fillStyle = isInFocus ? colors.text : colors.dim
    context.translate(gutter.left + at, gutter.top - 6)
    context.rotate(-Math.PI / 2)
    context.fillText(fitText(context, text, gutter.top - 10), 0, 0)
    context.restore()
  }
}

function indicesFrom(start: number, end: number): number[] {
  return Array.from({ length: Math.max(0, end - start) }, (_, index) => start + index)
}

function fitText(context: CanvasRenderingContext2D, text: string, room: number): string {
  if (context.measureText(text).width <= room) return text
  let shown = text
  while (shown.length > 1 && context.measureText(`${shown}…`).width > room) shown = shown.slice(0, -1)
  return `${shown}…`
}
