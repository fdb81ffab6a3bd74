// What one look at an image's pixels leaves behind: enough to find its likenesses and what is odd about it. Pure.
import { computePerceptualHash, hashSide } from './perceptual-hash.ts'

/** Bits of a look; a row without `looked` was never looked at. */
export const lookFlags = {
  looked: 1,
  /** Its EXIF data ask for a turn. */
  turned: 2,
  /** Some of it can be seen through. */
  transparent: 4,
  /** No colour anywhere. */
  grey: 8,
  cmyk: 16,
  /** So even that its hash says nothing. */
  flat: 32,
} as const

export interface ImageLook {
  /** The 64 bits of the perceptual hash, the upper half first. */
  readonly hash: readonly [number, number]
  /** Colours of a 4 x 4 grid, row by row, two of 16 bits (5, 6, 5) in each of the eight words, the first in the upper half. */
  readonly grid: Uint32Array
  /** A union of `lookFlags`. */
  readonly flags: number
}

/** 8-bit pixels of an upright image of any size, with 1 (grey), 2 (grey, alpha), 3 (RGB) or 4 (RGBA) bytes each. */
export interface LookPixels {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

const gridSide = 4
/** Words of a grid. */
export const gridWords = 8
const patchesOfCell = (hashSide / gridSide) ** 2

/** Compression leaves tints of this much in grey images, averaged over a patch. */
const greyTolerance = 4
const opaque = 250
/** Standard deviation of the grey patches, of 255. */
const flatBelow = 3

/** `known`: flags that only the file's header tells. */
export function computeLook({ width, height, data }: LookPixels, known: number): ImageLook {
  const bytes = data.length / (width * height)
  const [green1, blue1] = bytes >= 3 ? [1, 2] : [0, 0]
  const patches = hashSide * hashSide
  const grey = new Float64Array(patches)
  const grid = new Float64Array(gridSide * gridSide * 3)
  let tint = 0
  for (let patch = 0; patch < patches; patch++) {
    const [left, right] = span(patch % hashSide, width)
    const [top, bottom] = span(Math.floor(patch / hashSide), height)
    let red = 0
    let green = 0
    let blue = 0
    for (let y = top; y < bottom; y++) {
      const end = (y * width + right) * bytes
      for (let at = (y * width + left) * bytes; at < end; at += bytes) {
        red += data[at]!
        green += data[at + green1]!
        blue += data[at + blue1]!
      }
    }
    const pixels = (right - left) * (bottom - top)
    red /= pixels
    green /= pixels
    blue /= pixels
    grey[patch] = 0.299 * red + 0.587 * green + 0.114 * blue
    const cell = cellOf(patch) * 3
    grid[cell]! += red / patchesOfCell
    grid[cell + 1]! += green / patchesOfCell
    grid[cell + 2]! += blue / patchesOfCell
    tint = Math.max(tint, Math.max(red, green, blue) - Math.min(red, green, blue))
  }
  return {
    hash: computePerceptualHash(grey),
    grid: packGrid(grid),
    flags:
      known |
      lookFlags.looked |
      (bytes % 2 === 0 && isTransparent(data, bytes) ? lookFlags.transparent : 0) |
      (tint <= greyTolerance ? lookFlags.grey : 0) |
      (deviationOf(grey) < flatBelow ? lookFlags.flat : 0),
  }
}

/** The last byte of each pixel is its alpha. */
function isTransparent(data: Uint8Array, bytes: number): boolean {
  for (let at = bytes - 1; at < data.length; at += bytes) if (data[at]! < opaque) return true
  return false
}

function cellOf(patch: number): number {
  const [x, y] = [patch % hashSide, Math.floor(patch / hashSide)]
  return Math.floor((y * gridSide) / hashSide) * gridSide + Math.floor((x * gridSide) / hashSide)
}

function packGrid(colours: Float64Array): Uint32Array {
  const packed = new Uint32Array(gridWords)
  for (let cell = 0; cell < gridWords * 2; cell++) {
    const [red, green, blue] = colours.subarray(cell * 3, cell * 3 + 3)
    const half = ((red! >> 3) << 11) | ((green! >> 2) << 5) | (blue! >> 3)
    packed[cell >> 1]! |= cell % 2 === 0 ? half << 16 : half
  }
  return packed
}

/** The pixels of a side that patch `index` covers; at least one, so that small images are spread. */
function span(index: number, size: number): readonly [number, number] {
  const start = Math.floor((index * size) / hashSide)
  return [start, Math.max(start + 1, Math.floor(((index + 1) * size) / hashSide))]
}

function deviationOf(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
}
