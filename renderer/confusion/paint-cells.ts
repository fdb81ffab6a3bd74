// Paints the cells of a matrix: as rectangles where they can be told apart, else pixel by pixel. Knows no names and no React.
import { cssColor } from '../charts/palette.ts'
import type { MatrixPicture } from './pictures.ts'
import type { PaintColors } from './paint-matrix.ts'
import { rasterise } from './rasterise.ts'
import type { Extent, Viewport } from './viewport.ts'

export const smallestCellPx = 1.6
/** Smaller cells are set as pixels: there may be a million of them. */
const leastRectanglePx = 3

export function paintCells(
  context: CanvasRenderingContext2D,
  picture: MatrixPicture,
  viewport: Viewport,
  extent: Extent,
  colors: PaintColors,
): void {
  const { cell, left, top } = viewport
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
  picture.diagonal.forEach((column, row) => {
    if (column >= 0) context.fillRect((column - left) * cell, (row - top) * cell, size, size)
  })
  if (cell < leastRectanglePx) paintPixels(context, picture, viewport, width, height)
  else paintRectangles(context, picture, viewport, width, height, size)
  // On the smallest cells the lines would hide what they set apart.
  if (cell >= leastRectanglePx) paintSeparators(context, picture, viewport, width, height, colors)
  context.restore()
  context.strokeStyle = colors.line
  context.strokeRect(0.5, 0.5, width - 1, height - 1)
}

/** Fainter shades first: one colour after the other. */
function paintRectangles(
  context: CanvasRenderingContext2D,
  { row, column, shade, palette }: MatrixPicture,
  { cell, left, top }: Viewport,
  width: number,
  height: number,
  size: number,
): void {
  const visible = palette.map((): number[] => [])
  for (let index = 0; index < row.length; index += 1) {
    const [x, y] = [((column[index] ?? 0) - left) * cell, ((row[index] ?? 0) - top) * cell]
    if (x > width || y > height || x < -cell || y < -cell) continue
    visible[shade[index] ?? 0]?.push(x, y)
  }
  visible.forEach((corners, number) => {
    const color = palette[number]
    if (number === 0 || corners.length === 0 || color === undefined) return
    context.fillStyle = cssColor(color)
    for (let at = 0; at < corners.length; at += 2) context.fillRect(corners[at] ?? 0, corners[at + 1] ?? 0, size, size)
  })
}

function paintPixels(
  context: CanvasRenderingContext2D,
  picture: MatrixPicture,
  viewport: Viewport,
  width: number,
  height: number,
): void {
  const scale = devicePixelRatio
  const [across, down] = [Math.max(1, Math.ceil(width * scale)), Math.max(1, Math.ceil(height * scale))]
  const pixels = rasterise(picture, { ...viewport, cell: viewport.cell * scale }, across, down, smallestCellPx * scale)
  const layer = new OffscreenCanvas(across, down)
  const target = layer.getContext('2d')
  if (target === null) return
  target.putImageData(new ImageData(pixels, across, down), 0, 0)
  context.drawImage(layer, 0, 0, across / scale, down / scale)
}

/** What is no class of its own stands apart. */
function paintSeparators(
  context: CanvasRenderingContext2D,
  { rows, columns, classRows, classColumns }: MatrixPicture,
  { cell, left, top }: Viewport,
  width: number,
  height: number,
  colors: PaintColors,
): void {
  context.strokeStyle = colors.dim
  context.beginPath()
  if (classRows > 0 && classRows < rows.length) {
    const y = Math.round((classRows - top) * cell) - 0.5
    context.moveTo(0, y)
    context.lineTo(width, y)
  }
  if (classColumns > 0 && classColumns < columns.length) {
    const x = Math.round((classColumns - left) * cell) - 0.5
    context.moveTo(x, 0)
    context.lineTo(x, height)
  }
  context.stroke()
}
