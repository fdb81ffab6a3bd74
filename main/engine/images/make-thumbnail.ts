// An encoded image to a small WebP, upright and in RGB, and what its pixels look like: one decoding for both.
import { FastResizeFilter, JsColorType, ResizeFit, Transformer } from '@napi-rs/image'
import { FoibleError } from '#core/errors.ts'
import { type ImageLook, type LookPixels, computeLook, lookFlags } from '#core/lint/image-look.ts'
import { upperBytes } from '#models/preprocess/decode-image.ts'
import { type ImageHeader, readImageHeader } from '#models/preprocess/read-image-header.ts'
import { refuseTooLarge } from './refuse-too-large.ts'

/** Pixels of the longer side: sharp at twice the gallery's usual size. */
export const thumbnailSide = 256
const quality = 78

export interface Thumbnail {
  readonly data: Uint8Array
  readonly look: ImageLook
}

/** Throws `broken_file` with the decoder's reason for what cannot be decoded, `too_large` beyond the pixel limit. */
export async function makeThumbnail(bytes: Uint8Array, signal: AbortSignal): Promise<Thumbnail> {
  const header = readImageHeader(bytes)
  refuseTooLarge(header)
  try {
    const image = new Transformer(bytes)
    // The header tells the size without decoding; for the kinds it does not know the decoder has to.
    const { width, height } = header ?? (await image.metadata(false, signal))
    const scale = Math.min(1, thumbnailSide / Math.max(width, height))
    if (scale < 1) {
      const sides = [width, height].map((side) => Math.max(1, Math.round(side * scale)))
      // The library turns before it resizes, whatever the order of the calls.
      const [across, down] = (header?.orientation ?? 1) >= 5 ? sides.toReversed() : sides
      image.fastResize({ width: across!, height: down!, filter: FastResizeFilter.Bilinear, fit: ResizeFit.Fill })
    }
    const data = await image.rotate(header?.orientation).webp(quality, signal)
    // Decoded, turned and resized already: these are the thumbnail's own pixels.
    return { data, look: computeLook(pixelsOf(image), flagsOf(header)) }
  } catch (error) {
    if (signal.aborted) throw new FoibleError('cancelled', 'Cancelled.')
    const reason = error instanceof Error ? error.message : String(error)
    throw new FoibleError('broken_file', `The image cannot be decoded: ${reason}.`, { reason }, { cause: error })
  }
}

function pixelsOf(image: Transformer): LookPixels {
  const { width, height, colorType } = image.metadataSync()
  const data = image.rawPixelsSync()
  switch (colorType) {
    case JsColorType.L16:
    case JsColorType.La16:
    case JsColorType.Rgb16:
    case JsColorType.Rgba16:
      return { width, height, data: upperBytes(data) }
    case JsColorType.Rgb32F:
    case JsColorType.Rgba32F:
      return { width, height, data: Uint8Array.from(new Float32Array(new Uint8Array(data).buffer), toByte) }
    default:
      return { width, height, data }
  }
}

function toByte(light: number): number {
  return Math.round(Math.min(1, Math.max(0, light)) * 255)
}

/** What the header alone tells. */
export function flagsOf(header: ImageHeader | null): number {
  const isTurned = header !== null && header.orientation !== 1
  return (isTurned ? lookFlags.turned : 0) | (header?.cmyk === true ? lookFlags.cmyk : 0)
}
