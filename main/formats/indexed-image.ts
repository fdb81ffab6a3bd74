// An image as an index knows it: a file of the tree, or only a path whose file is not there.
import type { SampleBatch } from './dataset-reader.ts'

export interface IndexedImage {
  readonly path: string
  readonly sizeBytes: number | null
  readonly sha256: string | null
  readonly missing?: true
}

export function missingImage(path: string): IndexedImage {
  return { path, sizeBytes: null, sha256: null, missing: true }
}

/** The columns of a batch that say where its images are. */
export function describeMedia(
  images: readonly IndexedImage[],
): Pick<SampleBatch, 'locators' | 'sizesBytes' | 'sha256s' | 'missing'> {
  return {
    locators: images.map(({ path }) => ({ kind: 'file', path })),
    sizesBytes: images.map(({ sizeBytes }) => sizeBytes),
    sha256s: images.map(({ sha256 }) => sha256),
    ...(images.some(({ missing }) => missing) ? { missing: images.map(({ missing }) => missing === true) } : {}),
  }
}
