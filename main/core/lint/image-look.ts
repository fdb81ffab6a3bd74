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
  /** Mean colour: 0xRRGGBB. */
  readonly colour: number
  /** A union of `lookFlags`. */
  readonly flags: number
}

/** 8-bit pixels of an upright image of any size, with 1 (grey), 2 (grey, alpha), 3 (RGB) or 4 (RGBA) bytes each. */
export interface LookPixels {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

/** Compression leaves tints of this much in grey images, averaged over a patch. */
const greyTolerance = 4
const opaque = 250
/** Standard deviation of the grey patches, of 255. */
const flatBelow = 3

/** `known`: flags that only the file's header tells. */
export function computeLook({ width, height, data }: LookPixels, known: number): ImageLook {
  const bytes = data.length / (width * height)
  const hasColour = bytes >= 3
  const patches = hashSide * hashSide
  const grey = new Float64Array(patches)
  const mean = [0, 0, 0]
  let tint = 0
  let isTransparent = false
  for (let patch = 0; patch < patches; patch++) {
    const [left, right] = span(patch % hashSide, width)
    const [top, bottom] = span(Math.floor(patch / hashSide), height)
    let red = 0
    let green = 0
    let blue = 0
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) {
        const at = (y * width + x) * bytes
        red += data[at]!
        green += data[hasColour ? at + 1 : at]!
        blue += data[hasColour ? at + 2 : at]!
        if (bytes % 2 === 0 && data[at + bytes - 1]! < opaque) isTransparent = true
      }
    }
    const pixels = (right - left) * (bottom - top)
    red /= pixels
    green /= pixels
    blue /= pixels
    grey[patch] = 0.299 * red + 0.587 * green + 0.114 * blue
    mean[0]! += red / patches
    mean[1]! += green / patches
    mean[2]! += blue / patches
    tint = Math.max(tint, Math.max(red, green, blue) - Math.min(red, green, blue))
  }
  return {
    hash: computePerceptualHash(grey),
    colour: (Math.round(mean[0]!) << 16) | (Math.round(mean[1]!) << 8) | Math.round(mean[2]!),
    flags:
      known |
      lookFlags.looked |
      (isTransparent ? lookFlags.transparent : 0) |
      (tint <= greyTolerance ? lookFlags.grey : 0) |
      (deviationOf(grey) < flatBelow ? lookFlags.flat : 0),
  }
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
