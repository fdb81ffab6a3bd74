// Size and EXIF orientation of an encoded image from its first bytes, so that a bomb is refused before it is decoded. Pure.

export interface ImageHeader {
  readonly format: 'jpeg' | 'png' | 'webp' | 'bmp' | 'tiff'
  /** Pixels as stored, before the orientation is applied. */
  readonly width: number
  readonly height: number
  /** EXIF orientation, 1 to 8. */
  readonly orientation: number
  /** Four inks instead of three lights; told of JPEG only. */
  readonly cmyk: boolean
  /** False where the end of the image's data is plainly missing. */
  readonly complete: boolean
}

/** Reads JPEG, PNG, WebP, BMP and TIFF headers; null for any other kind, and where the header itself is broken. */
export function readImageHeader(bytes: Uint8Array): ImageHeader | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  try {
    if (bytes[0] === 0xff && bytes[1] === 0xd8) return readJpeg(bytes, view)
    if (bytes[0] === 0x89 && ascii(bytes, 1, 3) === 'PNG') return readPng(bytes, view)
    if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 4) === 'WEBP') return readWebp(bytes, view)
    if (ascii(bytes, 0, 2) === 'BM') return readBmp(view)
    if (isTiff(bytes, 0)) return readTiff(view)
    return null
  } catch (error) {
    if (error instanceof RangeError) return null // The header ends too early: the decoder will say how.
    throw error
  }
}

function ascii(bytes: Uint8Array, start: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(start, start + length))
}

function readJpeg(bytes: Uint8Array, view: DataView): ImageHeader | null {
  let orientation = 1
  let size: { width: number; height: number; cmyk: boolean } | null = null
  let at = 2
  for (;;) {
    while (view.getUint8(at) === 0xff && view.getUint8(at + 1) === 0xff) at++
    const marker = view.getUint8(at + 1)
    if (view.getUint8(at) !== 0xff) return null
    const length = view.getUint16(at + 2)
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
    if (isFrame) {
      size = { height: view.getUint16(at + 5), width: view.getUint16(at + 7), cmyk: view.getUint8(at + 9) === 4 }
    }
    if (marker === 0xe1 && ascii(bytes, at + 4, 6) === 'Exif\0\0') {
      orientation = orientationOf(bytes.subarray(at + 10, at + 2 + length))
    }
    if (marker === 0xda) break
    at += 2 + length
  }
  return size && { format: 'jpeg', ...size, orientation, complete: hasEndOfImage(bytes, at) }
}

/** From the back: usually it is the last two bytes. */
function hasEndOfImage(bytes: Uint8Array, from: number): boolean {
  for (let i = bytes.length - 2; i > from; i--) {
    if (bytes[i] === 0xff && bytes[i + 1] === 0xd9) return true
  }
  return false
}

function readPng(bytes: Uint8Array, view: DataView): ImageHeader {
  const size = { format: 'png', width: view.getUint32(16), height: view.getUint32(20), cmyk: false } as const
  for (let at = 8; at + 8 <= bytes.length; at += 12 + view.getUint32(at)) {
    const type = ascii(bytes, at + 4, 4)
    if (type === 'eXIf') {
      const orientation = orientationOf(bytes.subarray(at + 8, at + 8 + view.getUint32(at)))
      return { ...size, orientation, complete: true }
    }
  }
  return { ...size, orientation: 1, complete: true }
}

function readWebp(bytes: Uint8Array, view: DataView): ImageHeader | null {
  const kind = ascii(bytes, 12, 4)
  if (kind === 'VP8 ') {
    return plain('webp', view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff)
  }
  if (kind === 'VP8L') {
    const bits = view.getUint32(21, true)
    return plain('webp', (bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1)
  }
  if (kind !== 'VP8X') return null
  const width = (view.getUint32(24, true) & 0xffffff) + 1
  const height = (view.getUint32(26, true) >>> 8) + 1
  for (let at = 12; at + 8 <= bytes.length;) {
    const length = view.getUint32(at + 4, true)
    if (ascii(bytes, at, 4) === 'EXIF') {
      const start = ascii(bytes, at + 8, 6) === 'Exif\0\0' ? at + 14 : at + 8
      return {
        format: 'webp',
        width,
        height,
        orientation: orientationOf(bytes.subarray(start, at + 8 + length)),
        cmyk: false,
        complete: true,
      }
    }
    at += 8 + length + (length % 2)
  }
  return plain('webp', width, height)
}

function plain(format: ImageHeader['format'], width: number, height: number): ImageHeader {
  return { format, width, height, orientation: 1, cmyk: false, complete: true }
}

function readBmp(view: DataView): ImageHeader {
  return plain('bmp', view.getInt32(18, true), Math.abs(view.getInt32(22, true)))
}

function readTiff(view: DataView): ImageHeader | null {
  const tags = readIfd(view)
  const width = tags.get(256)
  const height = tags.get(257)
  return width === undefined || height === undefined
    ? null
    : { ...plain('tiff', width, height), orientation: validOrientation(tags.get(274)) }
}

function isTiff(bytes: Uint8Array, at: number): boolean {
  const start = ascii(bytes, at, 4)
  return start === 'II*\0' || start === 'MM\0*'
}

function orientationOf(tiff: Uint8Array): number {
  if (!isTiff(tiff, 0)) return 1
  try {
    return validOrientation(readIfd(new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength)).get(274))
  } catch (error) {
    if (error instanceof RangeError) return 1 // Broken EXIF data say nothing; the image may be whole.
    throw error
  }
}

function validOrientation(value: number | undefined): number {
  return value !== undefined && value >= 1 && value <= 8 ? value : 1
}

/** The single SHORT and LONG values of a TIFF structure's first directory, by tag. */
function readIfd(view: DataView): ReadonlyMap<number, number> {
  const little = view.getUint8(0) === 0x49
  const start = view.getUint32(4, little)
  const values = new Map<number, number>()
  const count = view.getUint16(start, little)
  for (let i = 0; i < count; i++) {
    const at = start + 2 + i * 12
    const type = view.getUint16(at + 2, little)
    if (view.getUint32(at + 4, little) !== 1) continue
    if (type === 3) values.set(view.getUint16(at, little), view.getUint16(at + 8, little))
    if (type === 4) values.set(view.getUint16(at, little), view.getUint32(at + 8, little))
  }
  return values
}
