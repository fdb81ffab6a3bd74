// Tails of a sum of independent yes-or-no events, straight from its generating function: no convolution, no approximation.
import type { LikelyRange } from './hypergeometric.ts'
import { seriesOrder } from './log-moments.ts'
import type { Tails } from './refined-normal.ts'

/** A sum of independent parts, each a sum of independent yes-or-no events: hypergeometric draws are (Vatutin and Mikhailov, 1982). */
export interface EventSum {
  readonly mean: number
  readonly variance: number
  /** Coefficients of s^0..s^20 in `ln E exp(s (X - mean))` of some of the parts, together. */
  readonly series: Float64Array
  /** The other parts, with their means. */
  readonly parts: readonly (LikelyRange & { readonly mean: number })[]
}

/** Contours run at least so many standard deviations (of the saddle point) from the pole at 0. */
const leastDistance = 2.5
/** Below this the sum is narrow, and the series would have to reach too far. */
const leastVariance = 25
/** A tail below this is told as this. */
export const leastTail = 1e-30
/** Relative error that is put up with. */
const tolerance = 1e-11

/**
 * The one-sided mid-p of `k`, at least `leastTail`, or null where the series does not reach or too many digits would cancel.
 *
 * With `z = exp(s)`, `s = theta + i w`, Cauchy's formula gives for `theta > 0`
 * `P(X > k) + P(X = k) / 2 = (1 / 2 pi) integral of E z^X z^-k (z + 1) / (2 (z - 1)) dw` over a period of w, and for `theta < 0` minus the
 * tail below. The rule of N equal steps is exact but for `exp(-theta N)` and what lies beyond k + N. Since every factor of `E z^X` is
 * that of a yes-or-no event, its absolute value falls as w grows, and the rest of the circle is left out once it is negligible.
 * J. Abate and W. Whitt, Oper. Res. Lett. 12 (1992), on a circle through the saddle point.
 */
export function invertTail(k: number, sum: EventSum): Tails | null {
  if (sum.variance < leastVariance) return null
  const above = k - sum.mean
  const sd = Math.sqrt(sum.variance)
  const side = above < 0 ? -1 : 1
  const theta = side * findDistance(Math.abs(above), side, sum, sd)
  if (!seriesReaches(theta, sd)) return isBeyond(above, side, sum, sd) ? farTail(side) : null
  const { value, slope, curvature } = cumulantsAt(theta, sum)
  if (!(Math.abs(slope) < Infinity) || curvature <= 0) return null
  const exponent = value - above * theta
  const spread = Math.sqrt(Math.max(curvature, sum.variance))
  // exp(-theta N) is to be lost beside the tail, which is about exp(exponent) / (theta sd sqrt(2 pi)).
  const steps = Math.ceil(
    Math.max(15 * spread, (36 - exponent + Math.log(1 + Math.abs(theta) * spread * 3)) / Math.abs(theta)),
  )
  const { total, absolute } = sumCircle(theta, steps, above, exponent, sum)
  const tail = side * total * Math.exp(exponent)
  if (!(absolute * 1e-15 < tolerance * Math.abs(total)) || tail <= 0) return null
  return side > 0 ? { more: tail, less: 1 - tail } : { more: 1 - tail, less: tail }
}

/** Chernoff's bound: `P(X >= k) <= E exp(theta (X - k))` for any theta > 0, here one that the series reaches on the real line. */
function isBeyond(above: number, side: number, sum: EventSum, sd: number): boolean {
  const theta = side * Math.min(1, Math.abs(above) / (sd * sd))
  return cumulantsAt(theta, sum).value - above * theta < Math.log(leastTail) - 1
}

function farTail(side: number): Tails {
  return side > 0 ? { more: leastTail, less: 1 } : { more: 1, less: leastTail }
}

/** Newton's steps towards the saddle point; no nearer to the pole than `leastDistance`. */
function findDistance(above: number, side: number, sum: EventSum, sd: number): number {
  const least = leastDistance / sd
  let distance = Math.max(least, above / sum.variance)
  for (let step = 0; step < 3 && distance > least; step++) {
    const { slope, curvature } = cumulantsAt(side * distance, sum)
    if (curvature <= 0) return distance
    distance = Math.max(least, distance + (above - side * slope) / curvature)
  }
  return distance
}

/**
 * Whether what the series leaves out is negligible. Of a yes-or-no event its coefficients are at most `(2 / j) pi^-j`, there being
 * no zero of the generating function nearer than pi, and a variance of 1/4 is the most; where w is great the integrand is small.
 */
function seriesReaches(theta: number, sd: number): boolean {
  let worst = 0
  for (let distance = 0; distance <= 8; distance++) {
    const ratio = Math.hypot(theta, distance / sd) / Math.PI
    if (ratio > 0.75) return false
    const rest = ((8 * sd * sd) / seriesOrder) * (ratio ** (seriesOrder + 1) / (1 - ratio))
    worst = Math.max(worst, rest * Math.exp((-distance * distance) / 2))
  }
  return worst < tolerance / 100
}

/** `ln E exp(theta (X - mean))` and its first two derivatives. */
function cumulantsAt(theta: number, { series, parts }: EventSum) {
  let [value, slope, curvature] = [0, 0, 0]
  for (let order = seriesOrder; order >= 0; order--) {
    curvature = curvature * theta + 2 * slope
    slope = slope * theta + value
    value = value * theta + series[order]!
  }
  for (const { least, probabilities, mean } of parts) {
    let [weight, first, second] = [0, 0, 0]
    for (let index = 0; index < probabilities.length; index++) {
      const distance = least + index - mean
      const tilted = probabilities[index]! * Math.exp(theta * distance)
      weight += tilted
      first += tilted * distance
      second += tilted * distance * distance
    }
    value += Math.log(weight)
    slope += first / weight
    curvature += second / weight - (first / weight) ** 2
  }
  return { value, slope, curvature }
}

/** The sum over the N steps, and of their absolute values, both times exp(-exponent). */
function sumCircle(
  theta: number,
  steps: number,
  above: number,
  exponent: number,
  { series, parts }: EventSum,
): { total: number; absolute: number } {
  const radius = Math.exp(theta)
  let [total, absolute] = [0, 0]
  for (let step = 0; 2 * step <= steps; step++) {
    const w = (2 * Math.PI * step) / steps
    let [re, im] = [0, 0]
    for (let order = seriesOrder; order >= 0; order--) {
      const next = re * theta - im * w + series[order]!
      im = re * w + im * theta
      re = next
    }
    const size = Math.exp(re - above * theta - exponent)
    const angle = im - above * w
    let [x, y] = [size * Math.cos(angle), size * Math.sin(angle)]
    const [zx, zy] = [radius * Math.cos(w), radius * Math.sin(w)]
    for (const part of parts) {
      const [px, py] = generatingFunction(part, theta, w, zx, zy)
      ;[x, y] = [x * px - y * py, x * py + y * px]
    }
    const length = Math.hypot(x, y)
    if (length < 1e-18 * absolute) break
    // (z + 1) / (2 (z - 1))
    const denominator = 2 * ((zx - 1) ** 2 + zy * zy)
    const kx = (zx * zx + zy * zy - 1) / denominator
    const ky = (-2 * zy) / denominator
    const share = step === 0 || 2 * step === steps ? 1 : 2
    total += share * (x * kx - y * ky)
    absolute += share * length * Math.hypot(kx, ky)
  }
  return { total: total / steps, absolute: absolute / steps }
}

/** `E exp(s (X - mean))` at `s = theta + i w`, `z = exp(s)`. */
function generatingFunction(
  { least, probabilities, mean }: EventSum['parts'][number],
  theta: number,
  w: number,
  zx: number,
  zy: number,
): [number, number] {
  let [re, im] = [0, 0]
  for (let index = probabilities.length - 1; index >= 0; index--) {
    const next = re * zx - im * zy + probabilities[index]!
    im = re * zy + im * zx
    re = next
  }
  const size = Math.exp((least - mean) * theta)
  const [turnX, turnY] = [size * Math.cos((least - mean) * w), size * Math.sin((least - mean) * w)]
  return [re * turnX - im * turnY, re * turnY + im * turnX]
}
