// The perceptual hash of an image: 64 bits that stay nearly the same when it is scaled, compressed or a little changed. Pure.
// As imagehash's `phash` (after C. Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions", 2010).
import { popCount } from '../columns/bitset.ts'

/** Patches of a side that an image is averaged to before it is hashed. */
export const hashSide = 32
/** Coefficients of a side: the lowest frequencies. */
const kept = 8

/** cosines[u * hashSide + x] of the discrete cosine transform (type II). */
const cosines = Float64Array.from({ length: kept * hashSide }, (_, at) => {
  const u = Math.floor(at / hashSide)
  return Math.cos((Math.PI * u * (2 * (at % hashSide) + 1)) / (2 * hashSide))
})

/**
 * Bit k (the first is the highest) tells whether coefficient k of the 8 x 8 lowest frequencies, row by row, lies above
 * their median. `grey` has 32 x 32 values, row by row. The two halves are unsigned, the upper first.
 */
export function computePerceptualHash(grey: Float64Array): readonly [number, number] {
  const coefficients = transform(grey)
  const sorted = coefficients.toSorted()
  const median = (sorted[31]! + sorted[32]!) / 2
  let upper = 0
  let lower = 0
  for (let k = 0; k < 32; k++) {
    upper = (upper << 1) | (coefficients[k]! > median ? 1 : 0)
    lower = (lower << 1) | (coefficients[k + 32]! > median ? 1 : 0)
  }
  return [upper >>> 0, lower >>> 0]
}

/** The 8 x 8 lowest frequencies; row v, column u. */
function transform(grey: Float64Array): Float64Array {
  const rows = new Float64Array(hashSide * kept)
  for (let y = 0; y < hashSide; y++) {
    for (let u = 0; u < kept; u++) {
      let sum = 0
      for (let x = 0; x < hashSide; x++) sum += grey[y * hashSide + x]! * cosines[u * hashSide + x]!
      rows[y * kept + u] = sum
    }
  }
  const result = new Float64Array(kept * kept)
  for (let v = 0; v < kept; v++) {
    for (let u = 0; u < kept; u++) {
      let sum = 0
      for (let y = 0; y < hashSide; y++) sum += rows[y * kept + u]! * cosines[v * hashSide + y]!
      result[v * kept + u] = sum
    }
  }
  return result
}

/** Bits in which two hashes differ, each given by its halves. */
export function hashDistance(a1: number, a2: number, b1: number, b2: number): number {
  return popCount(a1 ^ b1) + popCount(a2 ^ b2)
}
