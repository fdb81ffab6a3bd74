// Which files are images: by name while indexing, by their first bytes when they are written.
import { extension } from './safe-path.ts'

const imageExtensions = new Set([
  'jpg',
  'jpeg',
  'jfif',
  'png',
  'webp',
  'bmp',
  'gif',
  'tif',
  'tiff',
  'avif',
  'heic',
  'heif',
  'jp2',
  'ppm',
  'pgm',
  'pbm',
  'pnm',
  'ico',
])

export function isImagePath(path: string): boolean {
  return imageExtensions.has(extension(path))
}

/** The extension that the first bytes ask for (`png`, `jpg`, `webp`, `gif`, `bmp`, `tiff`, `avif`); null if they are of no known kind. */
export function sniffImageExtension(bytes: Uint8Array): string | null {
  const ascii = (start: number, end: number) => String.fromCharCode(...bytes.subarray(start, end))
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return 'jpg'
  if (bytes[0] === 0x89 && ascii(1, 4) === 'PNG') return 'png'
  if (ascii(0, 4) === 'RIFF' && ascii(8, 12) === 'WEBP') return 'webp'
  if (ascii(0, 4) === 'GIF8') return 'gif'
  if (ascii(0, 2) === 'BM') return 'bmp'
  if (ascii(0, 4) === 'II*\0' || ascii(0, 4) === 'MM\0*') return 'tiff'
  if (ascii(4, 8) === 'ftyp' && /^avi[fs]/.test(ascii(8, 12))) return 'avif'
  return null
}
