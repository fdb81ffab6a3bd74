// The limit on pixels, before anything is allocated for them.
import { FoibleError } from '#core/errors.ts'
import { maxPixels } from './probe-image.ts'

/** Throws `too_large`; an image of unknown size (null) passes. */
export function refuseTooLarge(size: { readonly width: number; readonly height: number } | null): void {
  if (size === null || size.width * size.height <= maxPixels) return
  const megapixels = Math.round((size.width * size.height) / 1e6)
  throw new FoibleError(
    'too_large',
    `The image has ${megapixels} megapixels, more than the ${maxPixels / 1e6} that Foible decodes.`,
  )
}
