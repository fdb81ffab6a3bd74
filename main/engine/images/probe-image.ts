// What an image's first and last bytes tell without decoding it: size, and whether it is whole.
import { open } from 'node:fs/promises'
import { Transformer } from '@napi-rs/image'
import { sniffImageExtension } from '#formats/image-type.ts'
import type { ImageProbe } from '../imports/build-dataset.ts'

const headBytes = 256 * 1024
/** EXIF orientations that lay an image on its side. */
const sideways = new Set([5, 6, 7, 8])

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
    return await probeHeader(head)
  } finally {
    await handle.close()
  }
}

async function probeHeader(head: Uint8Array): Promise<ImageProbe> {
  try {
    const { width, height, orientation } = await new Transformer(head).metadata(true)
    const turned = orientation !== undefined && orientation !== null && sideways.has(orientation)
    return { width: turned ? height : width, height: turned ? width : height, problem: null }
  } catch {
    // The header may lie beyond the first bytes, or need the whole file: the decoder has the last word later.
    return { width: null, height: null, problem: null }
  }
}

function isTruncated(type: string, tail: Buffer): boolean {
  if (type === 'png') return !tail.includes('IEND')
  // Cameras pad JPEG files with zeroes after the end marker.
  if (type === 'jpg') return tail.some((byte) => byte !== 0) && !tail.includes(Buffer.from([0xff, 0xd9]))
  return false
}
