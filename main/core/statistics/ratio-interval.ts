// The interval of a ratio of two independent proportions: Koopman's score interval.
import { z95 } from './normal.ts'

/** `[lower, upper]`; upper is Infinity where the second proportion may be 0. */
export type RatioInterval = readonly [lower: number, upper: number]

/**
 * The 95 % interval of `(k1/n1) / (k2/n2)`, both n > 0: all ratios that the score test does not reject. [0, Infinity] where
 * both counts are 0. P. A. R. Koopman, Biometrics 40 (1984).
 */
export function koopmanInterval(k1: number, n1: number, k2: number, n2: number): RatioInterval {
  const isRejected = (ratio: number) => scoreOf(ratio, k1, n1, k2, n2) > z95 * z95
  const estimate = k2 === 0 ? Infinity : k1 / n1 / (k2 / n2)
  const lower = k1 === 0 ? 0 : search(isRejected, 1e-12, Math.min(estimate, 1e12))
  const upper = k2 === 0 ? Infinity : search(isRejected, 1e12, Math.max(estimate, 1e-12))
  return [lower, upper]
}

/** Where rejection ends on the way from `from` (rejected) to `to` (not rejected), by halving on the logarithm. */
function search(isRejected: (ratio: number) => boolean, from: number, to: number): number {
  let [outside, inside] = [Math.log(from), Math.log(to)]
  for (let step = 0; step < 100 && Math.abs(outside - inside) > 1e-12; step++) {
    const middle = (outside + inside) / 2
    if (isRejected(Math.exp(middle))) outside = middle
    else inside = middle
  }
  return Math.exp(inside)
}

/** The squared score of "the ratio is `ratio`", with the proportions that fit best under it. */
function scoreOf(ratio: number, k1: number, n1: number, k2: number, n2: number): number {
  const a = (n1 + n2) * ratio
  const b = n1 * ratio + k1 + n2 + k2 * ratio
  const p2 = (b - Math.sqrt(Math.max(0, b * b - 4 * a * (k1 + k2)))) / (2 * a)
  const p1 = p2 * ratio
  const difference = k1 / n1 - (ratio * k2) / n2
  const variance = (p1 * (1 - p1)) / n1 + (ratio * ratio * p2 * (1 - p2)) / n2
  if (variance <= 0) return difference === 0 ? 0 : Infinity
  return (difference * difference) / variance
}
