// An encoded image without its border, for datasets that draw one around every picture.
import { CompressionType, Transformer } from '@napi-rs/image'
import { FoibleError } from '#core/errors.ts'
import { sizeWithoutBorder } from '#models/preprocess/crop-border.ts'
import { readImageHeader } from '#models/preprocess/read-image-header.ts'
import { refuseTooLarge } from './refuse-too-large.ts'

/**
 * The upright image without `px` pixels of each edge, as a PNG; the bytes themselves if `px` is 0.
 * Throws `broken_file` for what cannot be decoded or is all border, `too_large` beyond the pixel limit.
 */
export async function cropEncoded(bytes: Uint8Array, px: number, signal: AbortSignal): Promise<Uint8Array> {
  if (px === 0) return bytes
  const header = readImageHeader(bytes)
  refuseTooLarge(header)
  try {
    const image = new Transformer(bytes)
    const { width, height } = header ?? (await image.metadata(false, signal))
    const isTurned = (header?.orientation ?? 1) >= 5
    const inner = sizeWithoutBorder(isTurned ? { width: height, height: width } : { width, height }, px)
    // The library turns before it crops, whatever the order of the calls.
    return await image
      .rotate(header?.orientation)
      .crop(px, px, inner.width, inner.height)
      .png({ compressionType: CompressionType.Fast }, signal)
  } catch (error) {
    if (signal.aborted) throw new FoibleError('cancelled', 'Cancelled.')
    if (error instanceof FoibleError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new FoibleError('broken_file', `The image cannot be decoded: ${reason}.`, { reason }, { cause: error })
  }
}
