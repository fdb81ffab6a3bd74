// What a slice would look like if it had nothing to do with failure: strata, expected rates, and the moments of a
// random draw from each stratum (definitions 1 and 4 of the slice statistics).
import type { Universe } from './gather-universe.ts'

/** Weight, in images, of the overall rate in a class's expected rate. */
const overallWeight = 5
/** Below it lambda is what rounding left of 0, about 1e-31; one odd image of a billion makes 1e-12. */
const leastLambda = 1e-20

/** By class (index = class code), or one stratum (index 0) for all images without adjustment; empty ones have size 0. */
export interface Strata {
  readonly sizes: Float64Array
  /** Images of stratum c with m failing models at `c * levels + m`. */
  readonly levelCounts: Float64Array
  /** Mean of m, and the sums of its squared and cubed deviations. */
  readonly means: Float64Array
  readonly sumsOfSquares: Float64Array
  readonly sumsOfCubes: Float64Array
}

export interface NullModel {
  readonly adjusted: boolean
  readonly levels: number
  readonly strata: Strata
  /** Sum of m over the universe. */
  readonly failedModels: number
  /** The overall failure rate F. */
  readonly overall: number
  /** e_i by key (`stratum * levels + m`): the expected failure rate of an image. */
  readonly expected: Float64Array
  /** Spread of s around e relative to the binomial's; 1 for one model, 0 where all images fail as many models. */
  readonly lambda: number
}

export function buildNullModel(
  { size, levels, keyCounts }: Pick<Universe, 'size' | 'levels' | 'keyCounts'>,
  adjusted: boolean,
): NullModel {
  const models = levels - 1
  const levelCounts = adjusted ? keyCounts : mergeClasses(keyCounts, levels)
  const strata = describeStrata(levelCounts, levels)
  let failedModels = 0
  for (let key = 0; key < levelCounts.length; key++) failedModels += (key % levels) * levelCounts[key]!
  const overall = size === 0 ? 0 : failedModels / (models * size)
  const expected = new Float64Array(levelCounts.length)
  let squaredError = 0
  let binomialVariance = 0
  for (let key = 0; key < levelCounts.length; key++) {
    const count = levelCounts[key]!
    if (count === 0) continue
    const s = (key % levels) / models
    const stratum = Math.floor(key / levels)
    const stratumSize = strata.sizes[stratum]!
    const total = (strata.means[stratum]! * stratumSize) / models
    const e = adjusted ? (total - s + overallWeight * overall) / (stratumSize - 1 + overallWeight) : overall
    expected[key] = e
    squaredError += count * (s - e) ** 2
    binomialVariance += count * e * (1 - e)
  }
  const spread = models === 1 || binomialVariance === 0 ? 1 : squaredError / binomialVariance
  const lambda = spread < leastLambda ? 0 : spread
  return { adjusted, levels, strata, failedModels, overall, expected, lambda }
}

function mergeClasses(keyCounts: Float64Array, levels: number): Float64Array {
  const merged = new Float64Array(levels)
  for (let key = 0; key < keyCounts.length; key++) merged[key % levels]! += keyCounts[key]!
  return merged
}

function describeStrata(levelCounts: Float64Array, levels: number): Strata {
  const count = levelCounts.length / levels
  const sizes = new Float64Array(count)
  const means = new Float64Array(count)
  const sumsOfSquares = new Float64Array(count)
  const sumsOfCubes = new Float64Array(count)
  for (let stratum = 0; stratum < count; stratum++) {
    const first = stratum * levels
    let total = 0
    for (let level = 0; level < levels; level++) {
      sizes[stratum]! += levelCounts[first + level]!
      total += level * levelCounts[first + level]!
    }
    const mean = sizes[stratum] === 0 ? 0 : total / sizes[stratum]!
    means[stratum] = mean
    for (let level = 0; level < levels; level++) {
      const images = levelCounts[first + level]!
      sumsOfSquares[stratum]! += images * (level - mean) ** 2
      sumsOfCubes[stratum]! += images * (level - mean) ** 3
    }
  }
  return { sizes, levelCounts, means, sumsOfSquares, sumsOfCubes }
}
