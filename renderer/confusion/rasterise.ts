// Many small cells as pixels: of those that share a pixel the one with the greatest shade is seen. Pure.
import type { MatrixPicture } from './pictures.ts'
import type { Viewport } from './viewport.ts'

/** RGBA, `across` x `down`, clear where no cell is. `viewport` in device pixels; no cell is smaller than `leastPx`. */
export function rasterise(
  { row, column, shade, palette }: Pick<MatrixPicture, 'row' | 'column' | 'shade' | 'palette'>,
  { cell, left, top }: Viewport,
  across: number,
  down: number,
  leastPx: number,
): Uint8ClampedArray<ArrayBuffer> {
  const shades = new Uint8Array(across * down)
  const size = Math.max(1, Math.round(Math.max(cell, leastPx)))
  for (let index = 0; index < row.length; index += 1) {
    const of = shade[index] ?? 0
    const [x, y] = [Math.floor(((column[index] ?? 0) - left) * cell), Math.floor(((row[index] ?? 0) - top) * cell)]
    if (of === 0 || x >= across || y >= down || x + size <= 0 || y + size <= 0) continue
    const [right, bottom] = [Math.min(across, x + size), Math.min(down, y + size)]
    for (let py = Math.max(0, y); py < bottom; py += 1) {
      for (let px = Math.max(0, x); px < right; px += 1) {
        const at = py * across + px
        if ((shades[at] ?? 0) < of) shades[at] = of
      }
    }
  }
  const pixels = new Uint8ClampedArray(across * down * 4)
  for (let at = 0; at < shades.length; at += 1) {
    const of = shades[at] ?? 0
    if (of === 0) continue
    const [red, green, blue] = palette[of] ?? [0, 0, 0]
    pixels[at * 4] = red
    pixels[at * 4 + 1] = green
    pixels[at * 4 + 2] = blue
    pixels[at * 4 + 3] = 255
  }
  return pixels
}
