// How surprising a slice is: exact stratified mid-p, the refined normal above 1,000 images, and what the best and the
// worst attainable slice would have got (definitions 4 and 5).
import { convolve } from '../statistics/convolution.ts'
import { drawTotals, drawTotalsWork } from '../statistics/draw-totals.ts'
import { logGamma } from '../statistics/gamma.ts'
import { normalDensity, normalUpperTail } from '../statistics/normal.ts'
import type { SliceSums } from './aggregate-slices.ts'
import type { NullModel } from './null-model.ts'

/** One-sided mid-p values of "fails more" and "fails less"; they add up to 1. */
export interface SlicePValues {
  readonly more: number
  readonly less: number
  readonly method: 'exact' | 'normal'
}

const exactUpTo = 1000
/** Multiplications for one slice beyond which the level-by-level draw of several models gives way to the normal. */
const workLimit = 2e7

/** The p values of a slice under "its images are a random draw of their classes". */
export function slicePValues(slice: SliceSums, model: NullModel): SlicePValues {
  return slice.n <= exactUpTo && exactWork(slice, model) <= workLimit
    ? exactPValues(slice, model)
    : refinedNormalPValues(slice, model)
}

/** `P(K > k) + P(K = k) / 2` by convolution over the strata, both tails summed from their far ends. */
export function exactPValues({ strata, drawn, failedModels }: SliceSums, model: NullModel): SlicePValues {
  let totals: Float64Array = Float64Array.of(1)
  strata.forEach((stratum, index) => {
    totals = convolve(totals, drawTotals(model.strata[stratum]!.levelCounts, drawn[index]!))
  })
  let below = 0
  for (let k = 0; k < failedModels; k++) below += totals[k]!
  let above = 0
  for (let k = totals.length - 1; k > failedModels; k--) above += totals[k]!
  const half = totals[failedModels]! / 2
  return { more: Math.min(1, above + half), less: Math.min(1, below + half), method: 'exact' }
}

/** The normal with exact mean, variance and third cumulant (one Edgeworth term). */
export function refinedNormalPValues({ strata, drawn, failedModels }: SliceSums, model: NullModel): SlicePValues {
  let [mean, variance, third] = [0, 0, 0]
  strata.forEach((index, position) => {
    const { size, mean: stratumMean, sumOfSquares, sumOfCubes } = model.strata[index]!
    const r = drawn[position]!
    mean += r * stratumMean
    if (size > 1) variance += ((r * (size - r)) / (size * (size - 1))) * sumOfSquares
    if (size > 2) third += ((r * (size - r) * (size - 2 * r)) / (size * (size - 1) * (size - 2))) * sumOfCubes
  })
  if (variance === 0) return { more: 0.5, less: 0.5, method: 'normal' }
  const sd = Math.sqrt(variance)
  const t = (failedModels - mean) / sd
  const shift = ((third / sd ** 3) * (1 - t * t) * normalDensity(t)) / 6
  return { more: clamp(normalUpperTail(t) - shift), less: clamp(normalUpperTail(-t) + shift), method: 'normal' }
}

/**
 * False for a slice that could not be rejected whatever its images did: fewer than 3, or half the probability of the
 * extreme attainable total (the greatest for `more`, the least for `less`) above `level`. Depends on margins only.
 */
export function isTestable(slice: SliceSums, model: NullModel, side: 'more' | 'less', level: number): boolean {
  if (slice.n < 3) return false
  const limit = Math.log(2 * level) + 1e-9
  let logProbability = 0
  for (let index = 0; index < slice.strata.length; index++) {
    const counts = model.strata[slice.strata[index]!]!.levelCounts
    logProbability += logExtremeDraw(counts, slice.drawn[index]!, side)
    // Probabilities only shrink from here.
    if (logProbability <= limit) return true
  }
  return logProbability <= limit
}

/** Log probability that a draw takes the items of the highest (lowest) levels: C(N_l, d) / C(N, r), l the last one cut. */
function logExtremeDraw(levelCounts: Uint32Array, drawn: number, side: 'more' | 'less'): number {
  let size = 0
  for (const count of levelCounts) size += count
  const order = side === 'more' ? levelCounts.toReversed() : levelCounts
  let left = drawn
  for (const count of order) {
    if (left <= count) return logChoose(count, left) - logChoose(size, drawn)
    left -= count
  }
  throw new Error('a slice has more images of a class than there are')
}

function logChoose(n: number, k: number): number {
  if (k === 0 || k === n) return 0
  if (k === 1 || k === n - 1) return Math.log(n)
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1)
}

function exactWork({ strata, drawn }: SliceSums, { levels }: NullModel): number {
  let work = 0
  for (let index = 0; index < strata.length; index++) work += drawTotalsWork(levels, drawn[index]!)
  return work
}

function clamp(p: number): number {
  return Math.min(1, Math.max(0, p))
}
