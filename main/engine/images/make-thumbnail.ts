// An encoded image to a small WebP, upright and in RGB.
import { FastResizeFilter, ResizeFit, Transformer } from '@napi-rs/image'
import { FoibleError } from '#core/errors.ts'
import { readImageHeader } from '#models/preprocess/read-image-header.ts'
import { refuseTooLarge } from './refuse-too-large.ts'

/** Pixels of the longer side: sharp at twice the gallery's usual size. */
export const thumbnailSide = 256
const quality = 78

/** Throws `broken_file` with the decoder's reason for what cannot be decoded, `too_large` beyond the pixel limit. */
export async function makeThumbnail(bytes: Uint8Array, signal: AbortSignal): Promise<Uint8Array> {
  const header = readImageHeader(bytes)
  refuseTooLarge(header)
  try {
    const image = new Transformer(bytes)
    // The header tells the size without decoding; for the kinds it does not know the decoder has to.
    const { width, height } = header ?? (await image.metadata(false, signal))
    const scale = Math.min(1, thumbnailSide / Math.max(width, height))
    if (scale < 1) {
      image.fastResize({
        width: Math.max(1, Math.round(width * scale)),
        height: Math.max(1, Math.round(height * scale)),
        filter: FastResizeFilter.Bilinear,
        fit: ResizeFit.Fill,
      })
    }
    return await image.rotate(header?.orientation).webp(quality, signal)
  } catch (error) {
    if (signal.aborted) throw new FoibleError('cancelled', 'Cancelled.')
    const reason = error instanceof Error ? error.message : String(error)
    throw new FoibleError('broken_file', `The image cannot be decoded: ${reason}.`, { reason }, { cause: error })
  }
}
