// Empirical Bayes over a field's slices: how much slices differ beyond chance, and each one's rate pulled towards what
// its classes lead one to expect (definition 3).
import { betaCdf, betaQuantile } from '../statistics/beta.ts'

/** A beta-binomial's overdispersion, and the weight in images of the expected rate that follows from it. */
export interface Dispersion {
  readonly rho: number
  /** Before clipping, for those who check the estimate. */
  readonly rawRho: number
  readonly kappa: number
}

export interface ShrunkRate {
  readonly mean: number
  /** The 10 % quantile of the posterior. */
  readonly lower: number
  /** P(theta > expected rate + .10). */
  readonly pAbove: number
}

/** A slice's images, the models' failures on them, and what was expected of these. */
export interface DispersionTerms {
  readonly n: number
  readonly failedModels: number
  readonly expected: number
  /** sum of e (1 - e). */
  readonly binomialVariance: number
}

const [leastRho, greatestRho] = [0.001, 0.5]

/** Method of moments over the slices, clipped to [.001, .5]. `models` is M, `lambda` the null model's. */
export function estimateDispersion(slices: Iterable<DispersionTerms>, models: number, lambda: number): Dispersion {
  let [m, between, within, weight] = [0, 0, 0, 0]
  for (const { n, failedModels, expected, binomialVariance } of slices) {
    m++
    const variance = lambda * binomialVariance
    between += (failedModels / models - expected) ** 2
    within += variance
    weight += variance * (n - 1)
  }
  const raw = m <= 1 || weight <= 0 ? leastRho : ((m / (m - 1)) * between - within) / weight
  const rho = Math.min(greatestRho, Math.max(leastRho, raw))
  return { rho, rawRho: raw, kappa: (1 - rho) / rho }
}

/** Posterior of a slice's rate: Beta(O + mu kappa, n - O + (1 - mu) kappa). */
export function shrinkRate(
  failures: number,
  n: number,
  expectedRate: number,
  { kappa }: Pick<Dispersion, 'kappa'>,
): ShrunkRate {
  const a = failures + expectedRate * kappa
  const b = n - failures + (1 - expectedRate) * kappa
  return {
    mean: a / (a + b),
    lower: betaQuantile(0.1, a, b),
    pAbove: 1 - betaCdf(expectedRate + 0.1, a, b),
  }
}
