// How surprising a slice is: exact stratified mid-p where that is affordable, else the refined normal, and which slices
// could be a discovery at all (definitions 4 and 5).
import { drawTotalsWork } from '../statistics/draw-totals.ts'
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
  /** Multiplications that a whole table may cost (about half a nanosecond each); the largest slices give way first. */
  readonly workLimit: number
  /** A slice whose extreme outcome has a mid-p above this is not testable. */
  readonly level: number
}

/** Up to so many images the p value is exact whatever the work. */
const alwaysExactUpTo = 100

/** The p values of all slices under "a slice's images are a random draw of their classes", in the order of the slices. */
export function slicePValues(aggregates: SliceAggregates, model: NullModel, options: PValueOptions): SlicePValues[] {
  const { slices } = aggregates
  const draws = createStratumDraws(model)
  const sum = new SumDistribution()
  const moments = slices.map((slice) => nullMoments(slice, aggregates, model))
  const exact = chooseExact(aggregates, moments, model, options)
  return slices.map((slice, index) => {
    const isExact = exact[index] === 1
    const tails = isExact
      ? exactTails(slice, aggregates, draws, sum)
      : refinedNormalTails(slice.failedModels, moments[index]!)
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

/** 1 for the slices to be worked out exactly: all the small ones, then by size as far as the work limit goes. */
function chooseExact(
  aggregates: SliceAggregates,
  moments: readonly Moments[],
  { levels }: NullModel,
  { exactUpTo, workLimit }: PValueOptions,
): Uint8Array {
  const { slices, cellDrawn } = aggregates
  const sizes = Uint32Array.from(slices, ({ n }) => n)
  const bySize = Uint32Array.from(sizes.keys()).sort((a, b) => sizes[a]! - sizes[b]!)
  const exact = new Uint8Array(slices.length)
  let work = 0
  for (const index of bySize) {
    const { n, cellStart, cellEnd } = slices[index]!
    if (n > exactUpTo) break
    // The sum's window grows to about 20 standard deviations; each cell passes over it once.
    const window = Math.min((levels - 1) * n, 20 * Math.sqrt(moments[index]!.variance) + 10)
    work += window * ((levels - 1) * n + cellEnd - cellStart)
    for (let cell = cellStart; cell < cellEnd; cell++) work += drawTotalsWork(levels, cellDrawn[cell]!)
    if (n > alwaysExactUpTo && work > workLimit) break
    exact[index] = 1
  }
  return exact
}

function clamp(p: number): number {
  return Math.min(1, Math.max(0, p))
}
