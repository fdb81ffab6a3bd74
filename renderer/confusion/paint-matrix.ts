// Paints a matrix on a canvas: cells, the axes' names as far as they fit, and the cell in focus. Knows no React.
import type { Extent, Viewport } from './viewport.ts'

export interface PaintedCell {
  readonly row: number
  readonly column: number
  readonly fill: string
}

export interface MatrixPicture {
  readonly rows: readonly string[]
  readonly columns: readonly string[]
  /** In painting order. */
  readonly cells: readonly PaintedCell[]
  /** Column of the same class, by row; -1 where there is none. */
  readonly diagonal: readonly number[]
}

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
export const gutter = { left: 104, top: 92 } as const

/** Names are drawn every so many pixels at most. */
const nameStepPx = 12
const smallestCellPx = 1.6

export function paintMatrix(
  context: CanvasRenderingContext2D,
  picture: MatrixPicture,
  viewport: Viewport,
  extent: Extent,
  focus: Spot | null,
  colors: PaintColors,
): void {
  const ratio = devicePixelRatio
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  context.clearRect(0, 0, extent.width + gutter.left, extent.height + gutter.top)
  context.save()
  context.translate(gutter.left, gutter.top)
  paintCells(context, picture, viewport, extent, colors)
  if (focus) paintFocus(context, viewport, extent, focus, colors)
  context.restore()
  paintNames(context, picture, viewport, extent, focus, colors)
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

function paintCells(
  context: CanvasRenderingContext2D,
  { cells, diagonal }: MatrixPicture,
  { cell, left, top }: Viewport,
  extent: Extent,
  colors: PaintColors,
): void {
  const width = Math.min(extent.width, (extent.columns - left) * cell)
  const height = Math.min(extent.height, (extent.rows - top) * cell)
  context.save()
  context.beginPath()
  context.rect(0, 0, width, height)
  context.clip()
  context.fillStyle = colors.ground
  context.fillRect(0, 0, width, height)
  const size = Math.max(smallestCellPx, cell > 6 ? cell - 1 : cell)
  context.fillStyle = colors.line
  diagonal.forEach((column, row) => {
    if (column >= 0) context.fillRect((column - left) * cell, (row - top) * cell, size, size)
  })
  for (const { row, column, fill } of cells) {
    const [x, y] = [(column - left) * cell, (row - top) * cell]
    if (x > width || y > height || x < -cell || y < -cell) continue
    context.fillStyle = fill
    context.fillRect(x, y, size, size)
  }
  context.restore()
  context.strokeStyle = colors.line
  context.strokeRect(0.5, 0.5, width - 1, height - 1)
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
  { rows, columns }: MatrixPicture,
  { cell, left, top }: Viewport,
  extent: Extent,
  focus: Spot | null,
  colors: PaintColors,
): void {
  context.font = `11px ${getComputedStyle(context.canvas).fontFamily}`
  context.textBaseline = 'middle'
  const step = Math.max(1, Math.ceil(nameStepPx / cell))
  const draw = (
    names: readonly string[],
    start: number,
    span: number,
    inFocus: number,
    place: (at: number) => void,
    room: number,
  ) => {
    const first = Math.max(0, Math.ceil((start - 0.5) / step) * step)
    const shown: number[] = []
    for (let index = first; index < names.length && (index + 0.5 - start) * cell < span; index += step) {
      // A name in focus that falls between two drawn ones takes the place of its neighbours.
      if (inFocus < 0 || Math.abs(index - inFocus) * cell >= nameStepPx) shown.push(index)
    }
    if (inFocus >= 0) shown.push(inFocus)
    for (const index of shown) {
      context.save()
      context.fillStyle = index === inFocus ? colors.text : colors.dim
      place((index + 0.5 - start) * cell)
      context.fillText(fitText(context, names[index] ?? '', room), 0, 0)
      context.restore()
    }
  }
  context.textAlign = 'right'
  draw(
    rows,
    top,
    extent.height,
    focus?.row ?? -1,
    (at) => context.translate(gutter.left - 6, gutter.top + at),
    gutter.left - 10,
  )
  context.textAlign = 'left'
  const placeColumn = (at: number) => {
    context.translate(gutter.left + at, gutter.top - 6)
    context.rotate(-Math.PI / 2)
  }
  draw(columns, left, extent.width, focus?.column ?? -1, placeColumn, gutter.top - 10)
}

function fitText(context: CanvasRenderingContext2D, text: string, room: number): string {
  if (context.measureText(text).width <= room) return text
  let shown = text
  while (shown.length > 1 && context.measureText(`${shown}…`).width > room) shown = shown.slice(0, -1)
  return `${shown}…`
}
