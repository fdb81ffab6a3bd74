// The bytes of an image that is part of a larger file: a cell of a Parquet file, a member of a tar archive.
import { FoibleError } from '#core/errors.ts'
import type { MediaLocator } from '#core/sample.ts'
import type { AsyncFile } from './dataset-reader.ts'
import { readParquetImage } from './read-parquet-image.ts'

export type PartLocator = Exclude<MediaLocator, { readonly kind: 'file' }>

/** The encoded bytes, from the opened `locator.file`. Throws `broken_file` where there is no image. */
export async function readPart(file: AsyncFile, locator: PartLocator, signal: AbortSignal): Promise<Uint8Array> {
  if (locator.kind === 'range') {
    const { start, size } = locator
    if (start + size <= file.byteLength) return new Uint8Array(await file.slice(start, start + size))
    const message = `“${locator.file}” ends before byte ${start + size}, where an image was; import it again.`
    throw new FoibleError('broken_file', message, { ...locator })
  }
  const bytes = await readParquetImage(file, locator.column, locator.row, signal)
  if (bytes !== null) return bytes
  throw new FoibleError('broken_file', `Row ${locator.row} of “${locator.file}” holds no image.`, { ...locator })
}
