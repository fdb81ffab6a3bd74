// Independent numbers under an exponential tilt, laid out for evaluating the product of their characteristic functions.
import type { SumPart } from './invert-tail.ts'

export interface TiltedParts {
  /** `ln E exp(theta (X - mean))` of their sum X, and its first two derivatives. */
  readonly value: number
  readonly slope: number
  readonly curvature: number
  /** Sum of `least - mean`. */
  readonly shift: number
  /** Probabilities `p exp(theta X) / E exp(theta X)`, part after part: part i from `offsets[i]` up to `offsets[i + 1]`. */
  readonly tilted: Float64Array
  readonly offsets: Uint32Array
  readonly longest: number
  /** An upper bound of the absolute value of the characteristic function at w. */
  readonly bound: (w: number) => number
}

export function tiltParts(parts: readonly SumPart[], theta: number): TiltedParts {
  const offsets = new Uint32Array(parts.length + 1)
  let longest = 0
  parts.forEach(({ probabilities }, index) => {
    offsets[index + 1] = offsets[index]! + probabilities.length
    longest = Math.max(longest, probabilities.length)
  })
  const tilted = new Float64Array(offsets[parts.length]!)
  const powers = Float64Array.from({ length: longest }, (_, index) => Math.exp(theta * index))
  let [value, slope, curvature, shift] = [0, 0, 0, 0]
  for (let part = 0; part < parts.length; part++) {
    const { least, probabilities, mean } = parts[part]!
    const offset = offsets[part]!
    let [weight, first, second] = [0, 0, 0]
    for (let index = 0; index < probabilities.length; index++) {
      const share = probabilities[index]! * powers[index]!
      tilted[offset + index] = share
      weight += share
      first += share * index
      second += share * index * index
    }
    for (let index = 0; index < probabilities.length; index++) tilted[offset + index]! /= weight
    value += Math.log(weight) + theta * (least - mean)
    slope += first / weight + least - mean
    curvature += second / weight - (first / weight) ** 2
    shift += least - mean
  }
  const repeats = repeatsByDistance(tilted, offsets, longest)
  const bound = (w: number) => {
    let sum = 0
    for (let distance = 1; distance < longest; distance++) sum += repeats[distance]! * (1 - Math.cos(distance * w))
    return Math.exp(-sum)
  }
  return { value, slope, curvature, shift, tilted, offsets, longest, bound }
}

/** Parts of more values than this have no say in the bound: it would cost more than it saves. */
const longestInBound = 32

/**
 * By distance d, the chance that two draws of a part differ by d one way, added up over the parts: the squared absolute value of
 * a part's characteristic function is `1 - 2 sum of a_d (1 - cos d w)`, and `1 - x <= exp(-x)`.
 */
function repeatsByDistance(tilted: Float64Array, offsets: Uint32Array, longest: number): Float64Array {
  const repeats = new Float64Array(longest)
  for (let part = 0; part + 1 < offsets.length; part++) {
    const [start, end] = [offsets[part]!, offsets[part + 1]!]
    if (end - start > longestInBound) continue
    for (let distance = 1; distance < end - start; distance++) {
      let sum = 0
      for (let index = start; index + distance < end; index++) sum += tilted[index]! * tilted[index + distance]!
      repeats[distance]! += sum
    }
  }
  return repeats
}

/** Puts into `target` the product of `E exp(i w (X - mean))` over the tilted parts, real and imaginary. */
export function turnParts({ tilted, offsets, longest, shift }: TiltedParts, w: number, target: [number, number]): void {
  const cosines = new Float64Array(longest)
  const sines = new Float64Array(longest)
  for (let index = 0; index < longest; index++) {
    cosines[index] = Math.cos(w * index)
    sines[index] = Math.sin(w * index)
  }
  let x = Math.cos(w * shift)
  let y = Math.sin(w * shift)
  for (let part = 0; part + 1 < offsets.length; part++) {
    const start = offsets[part]!
    const end = offsets[part + 1]!
    let re = 0
    let im = 0
    for (let index = start; index < end; index++) {
      re += tilted[index]! * cosines[index - start]!
      im += tilted[index]! * sines[index - start]!
    }
    const next = x * re - y * im
    y = x * im + y * re
    x = next
  }
  target[0] = x
  target[1] = y
}
