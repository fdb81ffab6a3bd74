// Tails of a sum of independent whole numbers, straight from its generating function: exact like a convolution, but shorter.
import type { LikelyRange } from './hypergeometric.ts'
import { type LongDraw, type TiltedDraw, tiltDraw } from './long-draws.ts'
import type { Tails } from './refined-normal.ts'
import { type TiltedParts, tiltParts, turnParts } from './tilted-parts.ts'

/** A sum of independent numbers. */
export interface DrawSum {
  readonly mean: number
  readonly variance: number
  /** Coefficients of s^0, s^1, ... in `ln E exp(s (X - mean))` of some of the numbers, together: all of them sums of events (below). */
  readonly series: Float64Array
  /** Other numbers. */
  readonly parts: readonly SumPart[]
  /** Others again, totals of draws so large that their distribution is not worked out. */
  readonly draws: readonly LongDraw[]
  /**
   * The greatest step between neighbouring values of a part; 1 also says that every number is distributed like a sum of independent
   * yes-or-no events, as hypergeometric ones are (V. A. Vatutin and V. G. Mikhailov, Theory Probab. Appl. 27, 1982).
   */
  readonly step: number
}

export interface SumPart extends LikelyRange {
  readonly mean: number
}

/** A tail below this is told as this. */
export const leastTail = 1e-30
const leastExponent = Math.log(leastTail) - 1
/** Contours run at least so many standard deviations (of the saddle point) from the pole at 0. */
const leastDistance = 2.5
/** Below this (in steps) the sum is narrow and convolved at once, and series would have to reach too far. */
const leastVariance = 25
/** Relative error that is put up with. */
const tolerance = 1e-11
/** What an integrand this small adds is lost in rounding. */
const negligible = 1e-18

/** Sums that would take more are listed. */
const mostPoints = 1e6

/**
 * The one-sided mid-p of `k`, at least `leastTail`, or null where the series does not reach or too many digits would cancel.
 *
 * With `z = exp(s)`, `s = theta + i w`, Cauchy's formula gives for `theta > 0`
 * `P(X > k) + P(X = k) / 2 = (1 / 2 pi) integral of E z^X z^-k (z + 1) / (2 (z - 1)) dw` over a period of w, and for `theta < 0` minus the
 * tail below. The rule of N equal steps is exact but for `exp(-theta N)` and what lies beyond k + N. The circle runs near the saddle
 * point, so that little cancels, and is left out where the integrand is bound to be negligible.
 * J. Abate and W. Whitt, Oper. Res. Lett. 12 (1992).
 */
export function invertTail(k: number, sum: DrawSum): Tails | null {
  if (sum.variance < leastVariance * sum.step ** 2 && sum.draws.length === 0) return null
  const above = k - sum.mean
  const sd = Math.sqrt(sum.variance)
  const side = above < 0 ? -1 : 1
  const theta = side * findDistance(Math.abs(above), side, sum, sd)
  const order = sum.series.length - 1
  if (!seriesReaches(theta, sd, order)) return isBeyond(above, side, sum, sd) ? farTail(side) : null
  const tilted = tilt(sum, theta)
  const { value, curvature } = tilted
  if (!(curvature > 0 && curvature < Infinity)) return null
  const exponent = value - above * theta
  if (exponent < leastExponent) return farTail(side)
  const spread = Math.sqrt(Math.max(curvature, sum.variance))
  // exp(-theta N) is to be lost beside the tail, which is about exp(exponent) / (theta sd sqrt(2 pi)).
  const reach = 36 - exponent + Math.log(1 + 3 * Math.abs(theta) * spread)
  const beyond = sum.draws.length === 0 ? 15 * spread : reachBeyond(theta, side * spread, above, tilted, sum)
  const points = Math.ceil(Math.max(beyond, reach / Math.abs(theta)))
  if (!(points <= mostPoints)) return null
  const { total, absolute } = sumCircle(theta, points, above, exponent, sum, tilted)
  const tail = side * total * Math.exp(exponent)
  if (!(absolute * 1e-15 < tolerance * Math.abs(total)) || tail <= 0) return null
  return side > 0 ? { more: tail, less: 1 - tail } : { more: 1 - tail, less: tail }
}

/** The fewest terms of series that will do for `invertTail`, at most `most`. */
export function seriesOrderFor(
  k: number,
  { mean, variance }: Pick<DrawSum, 'mean' | 'variance'>,
  most: number,
): number {
  const sd = Math.sqrt(variance)
  // Skewness moves the saddle point a little from where the normal has it.
  const theta = Math.max(leastDistance, (1.25 * Math.abs(k - mean)) / sd) / sd
  for (const order of [8, 12, 16]) if (order < most && seriesReaches(theta, sd, order)) return order
  return most
}

/** By Chernoff's bound, `P(X >= k) <= E exp(theta (X - k))` for any theta > 0, here one that the series reaches on the real line. */
function isBeyond(above: number, side: number, sum: DrawSum, sd: number): boolean {
  const theta = side * Math.min(1, Math.abs(above) / (sd * sd))
  const { value } = tilt(sum, theta)
  return value - above * theta < leastExponent
}

function farTail(side: number): Tails {
  return side > 0 ? { more: leastTail, less: 1 } : { more: 1, less: leastTail }
}

/** Newton's steps towards the saddle point; no nearer to the pole than `leastDistance`. */
function findDistance(above: number, side: number, sum: DrawSum, sd: number): number {
  const least = leastDistance / sd
  let distance = Math.max(least, above / sum.variance)
  for (let step = 0; step < 3 && distance > least; step++) {
    const theta = side * distance
    const { slope, curvature } = tilt(sum, theta)
    if (!(curvature > 0)) return distance
    distance = Math.max(least, distance + (above - side * slope) / curvature)
  }
  return distance
}

/** Of the integrand, so many standard deviations from the real line. */
const sizes = Float64Array.from({ length: 9 }, (_, distance) => Math.exp((-distance * distance) / 2))

/**
 * Whether what a series leaves out is negligible. Of a yes-or-no event its coefficients are at most `(2 / j) pi^-j`, there being
 * no zero of the generating function nearer than pi, and a variance of 1/4 is the most; where w is great the integrand is small.
 */
function seriesReaches(theta: number, sd: number, order: number): boolean {
  if (order <= 0) return true
  let worst = 0
  for (let distance = 0; distance < sizes.length; distance++) {
    const ratio = Math.sqrt(theta * theta + (distance / sd) ** 2) / Math.PI
    if (ratio > 0.75) return false
    const rest = ((8 * sd * sd) / order) * (ratio ** (order + 1) / (1 - ratio))
    worst = Math.max(worst, rest * sizes[distance]!)
  }
  return worst < tolerance / 100
}

/** So many points that what lies beyond k by as much is lost, by Chernoff's bound at a steeper tilt. */
function reachBeyond(theta: number, spread: number, above: number, { value }: TiltedSum, sum: DrawSum): number {
  const further = 6 / spread
  const steeper = tilt(sum, theta + further).value
  return (steeper - value - further * above + 40) / Math.abs(further)
}

interface TiltedSum {
  /** `ln E exp(theta (X - mean))` and its first two derivatives. */
  readonly value: number
  readonly slope: number
  readonly curvature: number
  /** What of the value is not the series'. */
  readonly rest: number
  readonly parts: TiltedParts
  readonly draws: readonly TiltedDraw[]
}

function tilt({ series, parts, draws }: DrawSum, theta: number): TiltedSum {
  let [value, slope, curvature] = [0, 0, 0]
  for (let order = series.length - 1; order >= 0; order--) {
    curvature = curvature * theta + 2 * slope
    slope = slope * theta + value
    value = value * theta + series[order]!
  }
  const tilted = { parts: tiltParts(parts, theta), draws: draws.map((draw) => tiltDraw(draw, theta)) }
  let rest = 0
  for (const part of [tilted.parts, ...tilted.draws]) {
    rest += part.value
    slope += part.slope
    curvature += part.curvature
  }
  return { value: value + rest, slope, curvature, rest, ...tilted }
}

/** The sum over the N points, and of absolute values, both times exp(-exponent). */
function sumCircle(
  theta: number,
  points: number,
  above: number,
  exponent: number,
  { series, step }: DrawSum,
  { rest, parts, draws }: TiltedSum,
): { total: number; absolute: number } {
  const radius = Math.exp(theta)
  const turned: [number, number] = [0, 0]
  let [total, absolute] = [0, 0]
  for (let point = 0; 2 * point <= points; point++) {
    const w = (2 * Math.PI * point) / points
    // Further round, other values may meet again.
    if (step > 1 && draws.reduce((bound, draw) => bound * draw.bound(w), parts.bound(w)) < negligible) continue
    let [re, im] = [0, 0]
    for (let order = series.length - 1; order >= 0; order--) {
      const next = re * theta - im * w + series[order]!
      im = re * w + im * theta
      re = next
    }
    const size = Math.exp(re + rest - above * theta - exponent)
    const angle = im - above * w
    let [x, y] = [size * Math.cos(angle), size * Math.sin(angle)]
    turnParts(parts, w, turned)
    ;[x, y] = [x * turned[0] - y * turned[1], x * turned[1] + y * turned[0]]
    for (const draw of draws) {
      draw.turn(w, turned)
      ;[x, y] = [x * turned[0] - y * turned[1], x * turned[1] + y * turned[0]]
    }
    const length = Math.hypot(x, y)
    // Of a yes-or-no event the absolute value only falls, all the way round to -1.
    if (step === 1 && length < negligible * absolute) break
    // (z + 1) / (2 (z - 1))
    const [zx, zy] = [radius * Math.cos(w), radius * Math.sin(w)]
    const denominator = 2 * ((zx - 1) ** 2 + zy * zy)
    const kx = (zx * zx + zy * zy - 1) / denominator
    const ky = (-2 * zy) / denominator
    const share = point === 0 || 2 * point === points ? 1 : 2
    total += share * (x * kx - y * ky)
    absolute += share * length * Math.hypot(kx, ky)
  }
  return { total: total / points, absolute: absolute / points }
}
