// The normal distribution with a correction for skewness, and where it may stand in for the exact distribution of a sum.
import { normalDensity, normalUpperTail } from './normal.ts'

/** Of a sum of whole numbers. */
export interface Moments {
  readonly mean: number
  readonly variance: number
  /** The third cumulant. */
  readonly third: number
}

/** One-sided mid-p values. */
export interface Tails {
  readonly more: number
  readonly less: number
}

/** Below so many (in steps, see `normalTails`) the sum is too coarse for a normal. */
const leastVariance = 25
const mostSkewness = 0.2
/** Limits of the two terms that grow with the distance: |g t^3| / 6 and t^4 / variance. */
const mostSkewTerm = 0.2
const mostFlatTerm = 2.4
/** Beyond so many standard deviations, p < 3e-7, a discovery is one whether or not p is told too great. */
const farOut = 5
const leastVarianceFarOut = 100

/** The normal tails with one Edgeworth term for the skewness. They may lie outside 0..1 far from the mean. */
export function refinedNormalTails(k: number, { mean, variance, third }: Moments): Tails {
  const sd = Math.sqrt(variance)
  const t = (k - mean) / sd
  const shift = ((third / sd ** 3) * (1 - t * t) * normalDensity(t)) / 6
  return { more: normalUpperTail(t) - shift, less: normalUpperTail(-t) + shift }
}

/**
 * The same where it is within 5 % of the exact mid-p, else null. Far out, where it is less than that, the skewness corrects the
 * distance instead (Cornish and Fisher), which errs towards the greater p. The limits were chosen by comparing with exact
 * values. `step`: the greatest number that one item adds.
 */
export function normalTails(k: number, moments: Moments, step: number): Tails | null {
  const steps = moments.variance / step ** 2
  if (steps < leastVariance) return null
  const sd = Math.sqrt(moments.variance)
  const skewness = moments.third / sd ** 3
  if (Math.abs(skewness) > mostSkewness) return null
  const t = (k - moments.mean) / sd
  if ((Math.abs(skewness) * Math.abs(t) ** 3) / 6 <= mostSkewTerm && t ** 4 / steps <= mostFlatTerm) {
    return refinedNormalTails(k, moments)
  }
  const distance = correctedDistance(Math.abs(t), t > 0 ? skewness : -skewness)
  if (distance < farOut || steps < leastVarianceFarOut) return null
  const small = normalUpperTail(distance)
  return t > 0 ? { more: small, less: 1 - small } : { more: 1 - small, less: small }
}

/** `t - g (t^2 - 1) / 6`, which for g > 0 is taken no further than to where it stops growing. */
function correctedDistance(t: number, skewness: number): number {
  const reach = skewness > 0 ? Math.min(t, 3 / skewness) : t
  return reach - (skewness * (reach * reach - 1)) / 6
}
