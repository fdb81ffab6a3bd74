// What an image's first and last bytes tell without decoding it: size, and whether it is whole.
import { open } from 'node:fs/promises'
import { sniffImageExtension } from '#formats/image-type.ts'
import { readImageHeader } from '#models/preprocess/read-image-header.ts'
import type { ImageProbe } from '../imports/build-dataset.ts'

const headBytes = 256 * 1024
/** An image of more pixels is refused before anything is allocated for it. */
export const maxPixels = 100e6

/** Problems of samples, by which the linter tells them apart. */
export const cutOff = 'The image is cut off.'
export const notAnImage = 'The file is not an image that Foible can read.'

export async function probeImageFile(file: string): Promise<ImageProbe> {
  let handle
  try {
    handle = await open(file, 'r')
  } catch {
    return unreadable('The file is missing or may not be read.')
  }
  try {
    const { size } = await handle.stat()
    const head = Buffer.alloc(Math.min(size, headBytes))
    await handle.read(head, 0, head.length, 0)
    const tail = Buffer.alloc(Math.min(size, 12))
    await handle.read(tail, 0, tail.length, size - tail.length)
    return probeImageBytes(head, tail)
  } finally {
    await handle.close()
  }
}

/** `head`: its first bytes; `tail`: its last 12, null where they are not at hand. */
export function probeImageBytes(head: Uint8Array, tail: Uint8Array | null): ImageProbe {
  if (head.length === 0) return unreadable('The file is empty.')
  const type = sniffImageExtension(head)
  if (type === null) return unreadable(notAnImage)
  if (tail !== null && isTruncated(type, Buffer.from(tail))) return unreadable(cutOff)
  return probeHeader(head)
}

function unreadable(problem: string): ImageProbe {
  return { width: null, height: null, problem }
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
