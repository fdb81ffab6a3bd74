// What a slice would look like if it had nothing to do with failure: strata, expected rates, and the moments of a
// random draw from each stratum (definitions 1 and 4 of the slice statistics).
import type { Universe } from './gather-universe.ts'

/** Weight, in images, of the overall rate in a class's expected rate. */
const overallWeight = 5

/** Exact moments of the sum of m over one random image of a stratum, times the stratum's size. */
export interface Stratum {
  readonly size: number
  /** Images by m, 0..levels - 1. */
  readonly levelCounts: Uint32Array
  readonly mean: number
  readonly sumOfSquares: number
  readonly sumOfCubes: number
}

export interface NullModel {
  readonly adjusted: boolean
  readonly levels: number
  /** By class, or one stratum (index 0) for all without adjustment. */
  readonly strata: readonly (Stratum | undefined)[]
  /** Sum of m over the universe. */
  readonly failedModels: number
  /** The overall failure rate F. */
  readonly overall: number
  /** e_i by key: the expected failure rate of an image. */
  readonly expected: Float64Array
  /** Spread of s around e relative to the binomial's; 1 for one model. */
  readonly lambda: number
}

/** Keys of the universe in the null model's strata: the class falls away where there is one stratum. */
export function stratumKey(key: number, { adjusted, levels }: { adjusted: boolean; levels: number }): number {
  return adjusted ? key : key % levels
}

export function buildNullModel({ size, levels, keyCounts }: Universe, adjusted: boolean): NullModel {
  const models = levels - 1
  const counts = adjusted ? keyCounts : mergeClasses(keyCounts, levels)
  let failedModels = 0
  for (let key = 0; key < counts.length; key++) failedModels += (key % levels) * counts[key]!
  const overall = size === 0 ? 0 : failedModels / (models * size)
  const strata: (Stratum | undefined)[] = []
  const expected = new Float64Array(counts.length)
  let squaredError = 0
  let binomialVariance = 0
  for (let index = 0; index * levels < counts.length; index++) {
    const stratum = describeStratum(counts.subarray(index * levels, (index + 1) * levels))
    strata.push(stratum)
    if (stratum === undefined) continue
    const total = (stratum.mean * stratum.size) / models
    for (let level = 0; level < levels; level++) {
      const s = level / models
      const e = adjusted ? (total - s + overallWeight * overall) / (stratum.size - 1 + overallWeight) : overall
      const count = stratum.levelCounts[level]!
      expected[index * levels + level] = e
      squaredError += count * (s - e) ** 2
      binomialVariance += count * e * (1 - e)
    }
  }
  const lambda = models === 1 || binomialVariance === 0 ? 1 : squaredError / binomialVariance
  return { adjusted, levels, strata, failedModels, overall, expected, lambda }
}

function mergeClasses(keyCounts: Uint32Array, levels: number): Uint32Array {
  const merged = new Uint32Array(levels)
  for (let key = 0; key < keyCounts.length; key++) merged[key % levels]! += keyCounts[key]!
  return merged
}

function describeStratum(levelCounts: Uint32Array): Stratum | undefined {
  let size = 0
  let total = 0
  for (let level = 0; level < levelCounts.length; level++) {
    size += levelCounts[level]!
    total += level * levelCounts[level]!
  }
  if (size === 0) return undefined
  const mean = total / size
  let sumOfSquares = 0
  let sumOfCubes = 0
  for (let level = 0; level < levelCounts.length; level++) {
    sumOfSquares += levelCounts[level]! * (level - mean) ** 2
    sumOfCubes += levelCounts[level]! * (level - mean) ** 3
  }
  return { size, levelCounts, mean, sumOfSquares, sumOfCubes }
}
