import { describe, expect, it } from 'vitest'
import { computeLook, lookFlags } from '#core/lint/image-look.ts'
import { hashDistance } from '#core/lint/perceptual-hash.ts'
import { drawPattern } from '../../../support/patterns.ts'

const lookAt = (seed: number, width: number, height: number) => computeLook(drawPattern(seed, width, height), 0)
const distance = (a: ReturnType<typeof lookAt>, b: ReturnType<typeof lookAt>) => hashDistance(...a.hash, ...b.hash)
const even = (width: number, height: number, pixel: readonly number[]) => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height * pixel.length }, (_, at) => pixel[at % pixel.length]!),
})

describe('a look at an image', () => {
  it('[LI4] has nearly the same hash at another size or with noise, and another one for another image', () => {
    for (let seed = 0; seed < 20; seed++) {
      const whole = lookAt(seed, 200, 150)
      expect(distance(whole, lookAt(seed, 97, 130))).toBeLessThanOrEqual(4)
      const noisy = drawPattern(seed, 200, 150)
      for (let at = 0; at < noisy.data.length; at++) noisy.data[at] = Math.min(255, noisy.data[at]! + ((at * 31) % 9))
      expect(distance(whole, computeLook(noisy, 0))).toBeLessThanOrEqual(4)
      expect(distance(whole, lookAt(seed + 1, 200, 150))).toBeGreaterThan(10)
    }
  })

  it('[LI4] has the hash that imagehash gives: half of the bits are set, the first of them where there is light', () => {
    const { hash } = lookAt(3, 64, 64)
    const bits = [...hash].map((half) => half.toString(2).replaceAll('0', '').length)
    expect(bits[0]! + bits[1]!).toBe(32)
    expect(hash[0] >>> 31).toBe(1)
  })

  it('[LI5] tells grey, see-through and even images, whatever their pixels are made of', () => {
    const flagsOf = (pixel: readonly number[]) => computeLook(even(40, 30, pixel), 0).flags
    expect(flagsOf([99])).toBe(lookFlags.looked | lookFlags.grey | lookFlags.flat)
    expect(flagsOf([99, 100, 101])).toBe(lookFlags.looked | lookFlags.grey | lookFlags.flat)
    expect(flagsOf([99, 60, 101])).toBe(lookFlags.looked | lookFlags.flat)
    expect(flagsOf([99, 60, 101, 255])).toBe(lookFlags.looked | lookFlags.flat)
    expect(flagsOf([99, 60, 101, 128])).toBe(lookFlags.looked | lookFlags.flat | lookFlags.transparent)
    expect(flagsOf([99, 0])).toBe(lookFlags.looked | lookFlags.flat | lookFlags.grey | lookFlags.transparent)
    expect(lookAt(1, 64, 64).flags).toBe(lookFlags.looked)
    expect(computeLook(even(1, 1, [5]), lookFlags.cmyk).flags & lookFlags.cmyk).toBe(lookFlags.cmyk)
    const corner = drawPattern(1, 64, 64)
    corner.data[corner.data.length - 1] = 0
    expect(computeLook(corner, 0).flags).toBe(lookFlags.looked | lookFlags.transparent)
  })
})
