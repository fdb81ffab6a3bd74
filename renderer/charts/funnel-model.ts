// The funnel plot: each slice's failure rate against its n, inside the envelope that chance alone would draw.
// Envelope: exact binomial limits with Spiegelhalter's interpolation (Statistics in Medicine 24:1185, 2005, appendix A.1.1).
import { linearScale, logScale, type Scale } from './scale.ts'

export interface FunnelPoint {
  readonly key: string
  readonly n: number
  /** In [0, 1]. */
  readonly rate: number
}

export interface EnvelopePoint {
  readonly n: number
  readonly low: number
  readonly high: number
}

/** How much of chance an envelope holds, with the standard normal quantile that goes with it. */
export const chanceLevels = {
  /** 95 %: one slice in twenty lies outside by luck. */
  warning: { coverage: 0.95, z: 1.959964 },
  /** 99.8 %: one in five hundred. */
  alarm: { coverage: 0.998, z: 3.090232 },
} as const
export type ChanceLevel = keyof typeof chanceLevels

/** Above this n the normal approximation of the limits is within .002 of the exact ones. */
const exactUpTo = 2000

/**
 * The rates between which slices of n images fall at this level, if every image fails with probability `rate`.
 * `rate` in [0, 1], n >= 1; limits lie in [0, 1].
 */
export function chanceLimits(n: number, rate: number, level: ChanceLevel): readonly [number, number] {
  const { coverage, z } = chanceLevels[level]
  const tail = (1 - coverage) / 2
  if (rate <= 0 || rate >= 1) return [rate, rate]
  if (n > exactUpTo) {
    const reach = z * Math.sqrt((rate * (1 - rate)) / n)
    return [Math.max(0, rate - reach), Math.min(1, rate + reach)]
  }
  return [binomialLimit(n, rate, tail), binomialLimit(n, rate, 1 - tail)]
}

/** The envelope at about `steps` values of n, evenly spread over the logarithm of n. */
export function chanceEnvelope(
  nRange: readonly [number, number],
  rate: number,
  level: ChanceLevel,
  steps = 64,
): readonly EnvelopePoint[] {
  const [first, last] = [Math.max(1, Math.floor(nRange[0])), Math.max(1, Math.ceil(nRange[1]))]
  const ns = new Set<number>()
  for (let step = 0; step <= steps; step += 1) ns.add(Math.round(first * (last / first) ** (step / steps)))
  return [...ns].map((n) => {
    const [low, high] = chanceLimits(n, rate, level)
    return { n, low, high }
  })
}

/** Scales that hold every point and the chance limits, with a little room; a single n gets a factor of two on either side. */
export function funnelScales(
  points: readonly FunnelPoint[],
  overall: number,
  width: number,
  height: number,
): { readonly x: Scale; readonly y: Scale; readonly nRange: readonly [number, number] } {
  const ns = points.map((point) => Math.max(1, point.n))
  const [least, most] = ns.length === 0 ? [1, 100] : [Math.min(...ns), Math.max(...ns)]
  const nRange: readonly [number, number] =
    most / least < 1.5 ? [Math.max(1, least / 2), most * 2] : [Math.max(1, least * 0.85), most * 1.18]
  const rates = points.map((point) => point.rate)
  const limits = chanceLimits(Math.max(1, Math.floor(nRange[0])), overall, 'warning')
  const rateRange = rateDomain(Math.min(limits[0], ...rates), Math.max(limits[1], ...rates))
  return { x: logScale(nRange, [0, width]), y: linearScale(rateRange, [height, 0], 5), nRange }
}

/** Whole tenths around the rates, with a tenth of room where there is room; at least .4 wide. */
function rateDomain(low: number, high: number): readonly [number, number] {
  let [from, to] = [Math.floor(low * 10 - 0.2), Math.ceil(high * 10 + 0.2)]
  while (to - from < 4) {
    from -= 1
    if (to - from < 4) to += 1
  }
  const shift = from < 0 ? -from : to > 10 ? Math.max(10 - to, -from) : 0
  return [Math.max(0, from + shift) / 10, Math.min(10, to + shift) / 10]
}

/** The point nearest to a pixel, within `reach` pixels; null if there is none. */
export function nearestPoint<P extends FunnelPoint>(
  points: readonly P[],
  scales: { readonly x: Scale; readonly y: Scale },
  at: readonly [number, number],
  reach: number,
): P | null {
  let best: P | null = null
  let bestDistance = reach
  for (const point of points) {
    const distance = Math.hypot(scales.x.toPixel(point.n) - at[0], scales.y.toPixel(point.rate) - at[1])
    if (distance <= bestDistance) [best, bestDistance] = [point, distance]
  }
  return best
}

/** Smallest k with P(X <= k) >= p, moved back by the share of that step that p leaves over, as a rate. */
function binomialLimit(n: number, rate: number, p: number): number {
  const logOdds = Math.log(rate) - Math.log1p(-rate)
  let logMass = n * Math.log1p(-rate)
  let cumulative = Math.exp(logMass)
  let k = 0
  let mass = cumulative
  while (cumulative < p && k < n) {
    logMass += Math.log(n - k) - Math.log(k + 1) + logOdds
    k += 1
    mass = Math.exp(logMass)
    cumulative += mass
  }
  const back = mass > 0 ? (cumulative - p) / mass : 0
  return Math.min(1, Math.max(0, (k - Math.min(Math.max(back, 0), 1)) / n))
}
