// An encoded image to a small WebP, upright and in RGB.
import { FastResizeFilter, ResizeFit, Transformer } from '@napi-rs/image'
import { FoibleError } from '#core/errors.ts'

/** Pixels of the longer side: sharp at twice the gallery's usual size. */
export const thumbnailSide = 256
const quality = 78

export interface Thumbnail {
  readonly data: Uint8Array
  /** Pixels of the upright original. */
  readonly width: number
  readonly height: number
}

/** Throws `broken_file` with the decoder's reason for what cannot be decoded. */
export async function makeThumbnail(bytes: Uint8Array, signal: AbortSignal): Promise<Thumbnail> {
  try {
    const image = new Transformer(bytes)
    const { width, height, orientation } = await image.metadata(true, signal)
    const turned = orientation !== undefined && orientation !== null && orientation >= 5
    const scale = Math.min(1, thumbnailSide / Math.max(width, height))
    if (scale < 1) {
      image.fastResize({
        width: Math.max(1, Math.round(width * scale)),
        height: Math.max(1, Math.round(height * scale)),
        filter: FastResizeFilter.Bilinear,
        fit: ResizeFit.Fill,
      })
    }
    const data = await image.rotate().webp(quality, signal)
    return { data, width: turned ? height : width, height: turned ? width : height }
  } catch (error) {
    if (signal.aborted) throw new FoibleError('cancelled', 'Cancelled.')
    const reason = error instanceof Error ? error.message : String(error)
    throw new FoibleError('broken_file', `The image cannot be decoded: ${reason}.`, { reason }, { cause: error })
  }
}
