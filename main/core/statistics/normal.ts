// The standard normal distribution, to double precision in the upper tail.

/** The 97.5 % quantile, for 95 % intervals. */
export const z95 = 1.959964

/** Density at `t`. */
export function normalDensity(t: number): number {
  return Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI)
}

/**
 * `P(Z > t)`. Below 3 the power series of the integral (Abramowitz and Stegun 26.2.11), above it the continued
 * fraction of Mills' ratio (26.2.14).
 */
export function normalUpperTail(t: number): number {
  if (t < 0) return 1 - normalUpperTail(-t)
  if (t < 3) {
    let term = t
    let sum = t
    for (let odd = 3; term > sum * 1e-17; odd += 2) {
      term *= (t * t) / odd
      sum += term
    }
    return 0.5 - normalDensity(t) * sum
  }
  let fraction = t
  for (let depth = 100; depth >= 1; depth -= 1) fraction = t + depth / fraction
  return normalDensity(t) / fraction
}
