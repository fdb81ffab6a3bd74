// The beta distribution: cumulative probability and quantile.
import { logBeta } from './gamma.ts'
import { normalDensity, normalUpperTail } from './normal.ts'

const tiny = 1e-300

/** Where both shapes are beyond this the continued fraction is long, and the normal with its corrections as good. */
const nearlyNormal = 1e6

/**
 * `P(X <= x)` for X ~ Beta(a, b), a and b >= 0 and not both 0. A zero `a` is all mass at 0, a zero `b` all mass at 1.
 * The regularised incomplete beta function by its continued fraction (Numerical Recipes 6.4).
 */
export function betaCdf(x: number, a: number, b: number): number {
  if (x >= 1) return 1
  if (a === 0) return x < 0 ? 0 : 1
  if (b === 0 || x <= 0) return 0
  if (Math.min(a, b) > nearlyNormal) return edgeworthCdf(x, a, b)
  return cdfInside(x, a, b, logBeta(a, b))
}

/**
 * The `p` quantile (0 < p < 1) of Beta(a, b), a and b >= 0 and not both 0; 0 where `a` is 0, 1 where `b` is 0.
 * Halley's steps from Abramowitz and Stegun 26.5.22, then bisection, inside a shrinking bracket; absolute error below 1e-12.
 */
export function betaQuantile(p: number, a: number, b: number): number {
  if (a === 0) return 0
  if (b === 0) return 1
  if (Math.min(a, b) > nearlyNormal) return cornishFisherQuantile(p, a, b)
  const logB = logBeta(a, b)
  let low = 0
  let high = 1
  let x = firstGuess(p, a, b, logB)
  // Nearer to an end than a double can tell.
  if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1
  for (let step = 0; step < 100; step += 1) {
    const error = cdfInside(x, a, b, logB) - p
    if (error > 0) high = x
    else low = x
    const density = Math.exp((a - 1) * Math.log(x) + (b - 1) * Math.log1p(-x) - logB)
    const newton = error / density
    const curvature = (a - 1) / x - (b - 1) / (1 - x)
    const halley = newton / (1 - 0.5 * Math.min(1, newton * curvature))
    if (Math.abs(halley) < 1e-12 * x || high - low < 1e-15) return x
    const next = x - halley
    x = step < 20 && next > low && next < high ? next : (low + high) / 2
  }
  return x
}

/** Mean, standard deviation, skewness and excess kurtosis. */
function cumulants(a: number, b: number) {
  const n = a + b
  const skewness = (2 * (b - a) * Math.sqrt(n + 1)) / ((n + 2) * Math.sqrt(a) * Math.sqrt(b))
  const share = (a / n) * (b / n)
  const excess = (6 * (((a - b) / n) ** 2 * (n + 1) - share * (n + 2))) / (share * (n + 2) * (n + 3))
  return { mean: a / n, sd: Math.sqrt(share / (n + 1)), skewness, excess }
}

/** Edgeworth's series to the order 1 / (a + b) (Abramowitz and Stegun 26.2.48); the next term is below 1e-9. */
function edgeworthCdf(x: number, a: number, b: number): number {
  const { mean, sd, skewness, excess } = cumulants(a, b)
  const t = (x - mean) / sd
  const t2 = t * t
  const bend =
    (skewness * (t2 - 1)) / 6 + (excess * t * (t2 - 3)) / 24 + (skewness * skewness * t * (t2 * t2 - 10 * t2 + 15)) / 72
  return Math.min(1, Math.max(0, normalUpperTail(-t) - normalDensity(t) * bend))
}

/** Its inverse (Abramowitz and Stegun 26.2.49); the next term is below 1e-9 standard deviations. */
function cornishFisherQuantile(p: number, a: number, b: number): number {
  const { mean, sd, skewness, excess } = cumulants(a, b)
  const z = -normalQuantile(p)
  const distance =
    z +
    (skewness * (z * z - 1)) / 6 +
    (excess * z * (z * z - 3)) / 24 -
    (skewness * skewness * z * (2 * z * z - 5)) / 36
  return mean + sd * distance
}

/** The upper `p` quantile of the standard normal: Newton's steps from three digits. */
function normalQuantile(p: number): number {
  let z = normalGuess(p)
  for (let step = 0; step < 4; step++) z += (normalUpperTail(z) - p) / normalDensity(z)
  return z
}

function cdfInside(x: number, a: number, b: number, logB: number): number {
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - logB)
  if (x < (a + 1) / (a + b + 2)) return (front * continuedFraction(x, a, b)) / a
  return 1 - (front * continuedFraction(1 - x, b, a)) / b
}

/** Modified Lentz; needs of the order of sqrt(max(a, b)) steps. */
function continuedFraction(x: number, a: number, b: number): number {
  let c = 1
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1))
  let h = d
  for (let m = 1; m <= 10_000; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / awayFromZero(1 + even * d)
    c = awayFromZero(1 + even / c)
    h *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / awayFromZero(1 + odd * d)
    c = awayFromZero(1 + odd / c)
    const factor = d * c
    h *= factor
    if (Math.abs(factor - 1) < 1e-15) break
  }
  return h
}

function awayFromZero(value: number): number {
  return Math.abs(value) < tiny ? tiny : value
}

function firstGuess(p: number, a: number, b: number, logB: number): number {
  if (a >= 1 && b >= 1) {
    const z = normalGuess(p)
    const level = (z * z - 3) / 6
    const h = 2 / (1 / (2 * a - 1) + 1 / (2 * b - 1))
    const skew = (1 / (2 * b - 1) - 1 / (2 * a - 1)) * (level + 5 / 6 - 2 / (3 * h))
    const w = (z * Math.sqrt(h + level)) / h - skew
    return a / (a + b * Math.exp(2 * w))
  }
  // The leading power of the cumulative probability at whichever end it rises to p.
  const atZero = Math.exp((Math.log(p * a) + logB) / a)
  if (atZero < a / (a + b)) return atZero
  return 1 - Math.exp((Math.log((1 - p) * b) + logB) / b)
}

/** The upper `p` quantile of the standard normal to about three digits (Abramowitz and Stegun 26.2.22). */
function normalGuess(p: number): number {
  const tail = p < 0.5 ? p : 1 - p
  const t = Math.sqrt(-2 * Math.log(tail))
  const z = t - (2.30753 + t * 0.27061) / (1 + t * (0.99229 + t * 0.04481))
  return p < 0.5 ? z : -z
}
