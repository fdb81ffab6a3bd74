// How surprising a slice is: exact stratified mid-p up to 1,000 images, above that the refined normal, and which slices
// could be a discovery at all (definitions 4 and 5).
import { normalDensity, normalUpperTail } from '../statistics/normal.ts'
import { SumDistribution } from '../statistics/sum-distribution.ts'
import type { SliceAggregates, SliceSums } from './aggregate-slices.ts'
import type { NullModel } from './null-model.ts'
import { createStratumDraws } from './stratum-draws.ts'
import type { StratumDraws } from './stratum-draws.ts'

/** One-sided mid-p values of "fails more" and "fails less"; they add up to 1. */
export interface SlicePValues {
  readonly more: number
  readonly less: number
  readonly method: 'exact' | 'normal'
  /** Whether the slice could be a discovery, whatever its images did. */
  readonly moreTestable: boolean
  readonly lessTestable: boolean
}

export interface PValueOptions {
  /** Above so many images the normal stands in. */
  readonly exactUpTo: number
  /** A slice whose extreme outcome has a mid-p above this is not testable. */
  readonly level: number
  /**
   * From so many images on, the normal stands in for slices that it finds unremarkable both ways, which thereby cost nothing:
   * for whoever asks for discoveries only. Never by default.
   */
  readonly screenFrom?: number
}

/** Well above any p that could be a discovery at a rate of .10, seeing that the normal is a few per cent off at most. */
const unremarkable = 0.15

/** The p values of all slices under "a slice's images are a random draw of their classes", in the order of the slices. */
export function slicePValues(aggregates: SliceAggregates, model: NullModel, options: PValueOptions): SlicePValues[] {
  const draws = createStratumDraws(model)
  const sum = new SumDistribution()
  return aggregates.slices.map((slice) => {
    const normal =
      slice.n > Math.min(options.exactUpTo, (options.screenFrom ?? Infinity) - 1)
        ? refinedNormalTails(slice.failedModels, nullMoments(slice, aggregates, model))
        : null
    const isExact =
      normal === null || (slice.n <= options.exactUpTo && Math.min(normal.more, normal.less) <= unremarkable)
    const tails = isExact ? exactTails(slice, aggregates, draws, sum) : normal
    return {
      ...tails,
      method: isExact ? 'exact' : 'normal',
      moreTestable: isTestable(slice, aggregates, draws, 'most', options.level),
      lessTestable: isTestable(slice, aggregates, draws, 'least', options.level),
    }
  })
}

interface Tails {
  readonly more: number
  readonly less: number
}

interface Moments {
  readonly mean: number
  readonly variance: number
  readonly third: number
}

/** `P(K > k) + P(K = k) / 2` and the same below, by convolution over the strata. */
function exactTails(
  { cellStart, cellEnd, failedModels }: SliceSums,
  { cellStrata, cellDrawn }: SliceAggregates,
  draws: StratumDraws,
  sum: SumDistribution,
): Tails {
  sum.reset()
  for (let cell = cellStart; cell < cellEnd; cell++) {
    const { least, probabilities } = draws.draw(cellStrata[cell]!, cellDrawn[cell]!)
    sum.add(least, probabilities)
  }
  const { below, at, above } = sum.around(failedModels)
  return { more: Math.min(1, above + at / 2), less: Math.min(1, below + at / 2) }
}

/** Mean, variance and third cumulant of K, added up over the strata. */
function nullMoments(
  { cellStart, cellEnd }: SliceSums,
  { cellStrata, cellDrawn }: SliceAggregates,
  { strata }: NullModel,
): Moments {
  let mean = 0
  let variance = 0
  let third = 0
  for (let cell = cellStart; cell < cellEnd; cell++) {
    const stratum = cellStrata[cell]!
    const r = cellDrawn[cell]!
    const size = strata.sizes[stratum]!
    mean += r * strata.means[stratum]!
    if (r === size) continue
    const spread = (r * (size - r)) / (size * (size - 1))
    variance += spread * strata.sumsOfSquares[stratum]!
    if (size > 2) third += ((spread * (size - 2 * r)) / (size - 2)) * strata.sumsOfCubes[stratum]!
  }
  return { mean, variance, third }
}

/** The normal tails with one Edgeworth term for the skewness. */
function refinedNormalTails(k: number, { mean, variance, third }: Moments): Tails {
  if (variance === 0) return { more: 0.5, less: 0.5 }
  const sd = Math.sqrt(variance)
  const t = (k - mean) / sd
  const shift = ((third / sd ** 3) * (1 - t * t) * normalDensity(t)) / 6
  return { more: clamp(normalUpperTail(t) - shift), less: clamp(normalUpperTail(-t) + shift) }
}

/**
 * False for a slice of fewer than 3 images, and where half the probability of its greatest (least) attainable total
 * is above `level`. Depends on the margins only.
 */
function isTestable(
  { n, cellStart, cellEnd }: SliceSums,
  { cellStrata, cellDrawn }: SliceAggregates,
  draws: StratumDraws,
  end: 'most' | 'least',
  level: number,
): boolean {
  if (n < 3) return false
  const limit = Math.log(2 * level) + 1e-9
  let logProbability = 0
  // Probabilities only shrink: most slices are settled after a few cells.
  for (let cell = cellStart; cell < cellEnd && logProbability > limit; cell++) {
    logProbability += draws.extremes(cellStrata[cell]!, cellDrawn[cell]!)[end]
  }
  return logProbability <= limit
}

function clamp(p: number): number {
  return Math.min(1, Math.max(0, p))
}
