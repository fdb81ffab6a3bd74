// Pillow's nearest neighbour (ImagingScaleAffine of Geometry.c), which has no weights. Pure.
import type { DecodedImage } from './decode-image.ts'
import type { PixelPlan } from './plan-pixels.ts'

/** The part of the resized image that lies inside of the crop, as RGB rows; `target` starts at its upper left pixel. */
export function resampleNearest(
  image: DecodedImage,
  plan: PixelPlan,
  area: { left: number; top: number; width: number; height: number },
  target: Uint8Array,
  targetStride: number,
): void {
  const columns = sourcePositions(image.width, plan.resizedWidth)
  const rows = sourcePositions(image.height, plan.resizedHeight)
  for (let y = 0; y < area.height; y++) {
    const row = (rows[area.top + y] ?? 0) * image.width
    for (let x = 0; x < area.width; x++) {
      const from = (row + (columns[area.left + x] ?? 0)) * image.pixelBytes
      const to = y * targetStride + x * 3
      target[to] = image.data[from] ?? 0
      target[to + 1] = image.data[from + 1] ?? 0
      target[to + 2] = image.data[from + 2] ?? 0
    }
  }
}

/** Steps are added up, not multiplied, as there: the rounding of the sum decides at the borders. */
function sourcePositions(inSize: number, outSize: number): Int32Array {
  const scale = inSize / outSize
  const positions = new Int32Array(outSize)
  let position = scale * 0.5
  for (let i = 0; i < outSize; i++) {
    positions[i] = Math.min(inSize - 1, Math.trunc(position))
    position += scale
  }
  return positions
}
