// Takes a border off a decoded image: some datasets draw one to mark their images (ObjectNet's is red, 2 pixels wide).
import { FoibleError } from '#core/errors.ts'
import type { DecodedImage } from './decode-image.ts'

/** The image without `px` pixels of each edge. Throws `broken_file` if nothing would be left. */
export function cropBorder(image: DecodedImage, px: number): DecodedImage {
  if (px === 0) return image
  const { width, height } = sizeWithoutBorder(image, px)
  const { pixelBytes } = image
  const data = new Uint8Array(width * height * pixelBytes)
  for (let y = 0; y < height; y++) {
    const from = ((y + px) * image.width + px) * pixelBytes
    data.set(image.data.subarray(from, from + width * pixelBytes), y * width * pixelBytes)
  }
  return { width, height, pixelBytes, data }
}

/** Throws `broken_file` if nothing would be left. */
export function sizeWithoutBorder(
  { width, height }: { readonly width: number; readonly height: number },
  px: number,
): { readonly width: number; readonly height: number } {
  if (Math.min(width, height) > 2 * px) return { width: width - 2 * px, height: height - 2 * px }
  throw new FoibleError(
    'broken_file',
    `The image has ${width} x ${height} pixels, no more than the border of ${px} that is taken off: import it without the adapter.`,
    { width, height, px },
  )
}
