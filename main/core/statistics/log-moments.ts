// Power series of the logarithm of a moment generating function: what independent numbers have in common with their sum.

/** The series are cut off after s^20. */
export const greatestOrder = 20

/**
 * Adds to `target`, from `at` on, the coefficients of s^0..s^20 in `ln E exp(s (X - mean))`, X = `least`, `least + 1`, ... with these
 * probabilities. Absolute errors stay near 1e-16 for X with a standard deviation of a few units.
 */
export function logMoments(
  least: number,
  probabilities: Float64Array,
  mean: number,
  target: Float64Array,
  at: number,
): void {
  const moments = new Float64Array(greatestOrder + 1)
  for (let index = 0; index < probabilities.length; index++) {
    const distance = least + index - mean
    let term = probabilities[index]!
    for (let order = 1; order <= greatestOrder; order++) {
      term *= distance / order
      moments[order]! += term
    }
  }
  // The logarithm of a power series that starts with 1 (Knuth, The Art of Computer Programming 2, 4.7).
  for (let order = 2; order <= greatestOrder; order++) {
    let sum = 0
    for (let below = 2; below < order - 1; below++) sum += below * target[at + below]! * moments[order - below]!
    target[at + order] = moments[order]! - sum / order
  }
}
