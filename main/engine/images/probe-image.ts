// What an image's first and last bytes tell without decoding it: size, and whether it is whole.
import { open } from 'node:fs/promises'
import { sniffImageExtension } from '#formats/image-type.ts'
import { readImageHeader } from '#models/preprocess/read-image-header.ts'
import type { ImageProbe } from '../imports/build-dataset.ts'

const headBytes = 256 * 1024
/** An image of more pixels is refused before anything is allocated for it. */
export const maxPixels = 100e6

export async function probeImageFile(file: string): Promise<ImageProbe> {
  const unreadable = (problem: string): ImageProbe => ({ width: null, height: null, problem })
  let handle
  try {
    handle = await open(file, 'r')
  } catch {
    return unreadable('The file is missing or may not be read.')
  }
  try {
    const { size } = await handle.stat()
    if (size === 0) return unreadable('The file is empty.')
    const head = Buffer.alloc(Math.min(size, headBytes))
    await handle.read(head, 0, head.length, 0)
    const type = sniffImageExtension(head)
    if (type === null) return unreadable('The file is not an image that Foible can read.')
    const tail = Buffer.alloc(Math.min(size, 12))
    await handle.read(tail, 0, tail.length, size - tail.length)
    if (isTruncated(type, tail)) return unreadable('The image is cut off.')
    return probeHeader(head)
  } finally {
    await handle.close()
  }
}

/** Upright size; unknown where the header lies beyond the first bytes or is of a kind that only the decoder reads. */
function probeHeader(head: Uint8Array): ImageProbe {
  const header = readImageHeader(head)
  if (header === null) return { width: null, height: null, problem: null }
  const { width, height, orientation } = header
  if (width * height > maxPixels) {
    const megapixels = Math.round((width * height) / 1e6)
    return {
      width: null,
      height: null,
      problem: `The image claims ${megapixels} megapixels, more than the ${maxPixels / 1e6} that Foible decodes.`,
    }
  }
  const turned = orientation >= 5
  return { width: turned ? height : width, height: turned ? width : height, problem: null }
}

function isTruncated(type: string, tail: Buffer): boolean {
  if (type === 'png') return !tail.includes('IEND')
  // Cameras pad JPEG files with zeroes after the end marker.
  if (type === 'jpg') return tail.some((byte) => byte !== 0) && !tail.includes(Buffer.from([0xff, 0xd9]))
  return false
}
