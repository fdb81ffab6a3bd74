// How surprising a slice is: exact stratified mid-p, above 1,000 images the refined normal where it is good, and which slices
// could be a discovery at all (definitions 4 and 5).
import { invertTail, leastTail, seriesOrderFor } from '../statistics/invert-tail.ts'
import type { DrawSum, SumPart } from '../statistics/invert-tail.ts'
import { greatestOrder } from '../statistics/log-moments.ts'
import type { LongDraw } from '../statistics/long-draws.ts'
import { normalTails } from '../statistics/refined-normal.ts'
import type { Tails } from '../statistics/refined-normal.ts'
import { SumDistribution } from '../statistics/sum-distribution.ts'
import type { SliceAggregates, SliceSums } from './aggregate-slices.ts'
import type { NullModel } from './null-model.ts'
import { nullMoments } from './null-moments.ts'
import { createStratumDraws, longestSeries } from './stratum-draws.ts'
import type { StratumDraws } from './stratum-draws.ts'

/** One-sided mid-p values of "fails more" and "fails less"; they add up to 1, and neither is less than 1e-30. */
export interface SlicePValues {
  readonly more: number
  readonly less: number
  readonly method: 'exact' | 'normal'
  /** Whether the slice could be a discovery, whatever its images did. */
  readonly moreTestable: boolean
  readonly lessTestable: boolean
}

export interface PValueOptions {
  /** Above so many images the normal stands in where it is good. */
  readonly exactUpTo: number
  /** A slice whose extreme outcome has a mid-p above this is not testable. */
  readonly level: number
  /**
   * From so many images on, the normal stands in, where it is good, for slices that it finds unremarkable both ways, which
   * thereby cost nothing: for whoever asks for discoveries only. Never by default.
   */
  readonly screenFrom?: number
  /** Draws of the model's strata, where somebody keeps them. */
  readonly draws?: StratumDraws | undefined
  /** Called before each slice; it throws where nobody waits for the answer any more. */
  readonly checkpoint?: (() => void) | undefined
}

/** Well above any p that could be a discovery at a rate of .10, seeing that the normal is a few per cent off at most. */
const unremarkable = 0.15

/** The greatest number below 1. */
const greatestP = 1 - Number.EPSILON / 2

/** The p values of all slices under "a slice's images are a random draw of their classes", in the order of the slices. */
export function slicePValues(aggregates: SliceAggregates, model: NullModel, options: PValueOptions): SlicePValues[] {
  const draws = options.draws ?? createStratumDraws(model)
  const sum = new SumDistribution()
  return aggregates.slices.map((slice) => {
    options.checkpoint?.()
    const normal =
      slice.n > Math.min(options.exactUpTo, (options.screenFrom ?? Infinity) - 1)
        ? normalTails(slice.failedModels, nullMoments(slice, aggregates, model), model.levels - 1)
        : null
    const isExact =
      normal === null || (slice.n <= options.exactUpTo && Math.min(normal.more, normal.less) <= unremarkable)
    const tails = isExact ? exactTails(slice, aggregates, model, draws, sum) : normal
    return {
      more: withinBounds(tails.more),
      less: withinBounds(tails.less),
      method: isExact ? 'exact' : 'normal',
      moreTestable: isTestable(slice, aggregates, draws, 'most', options.level),
      lessTestable: isTestable(slice, aggregates, draws, 'least', options.level),
    }
  })
}

/** `P(K > k) + P(K = k) / 2` and the same below. */
function exactTails(
  slice: SliceSums,
  aggregates: SliceAggregates,
  model: NullModel,
  draws: StratumDraws,
  sum: SumDistribution,
): Tails {
  // A single draw from two levels is hypergeometric.
  const isSimple = slice.drawEnd - slice.drawStart === 1 && model.levels === 2
  const inverted = isSimple ? null : invertTail(slice.failedModels, drawSum(slice, aggregates, model, draws))
  return inverted ?? convolvedTails(slice, aggregates, draws, sum)
}

/** By convolution over the strata. */
function convolvedTails(
  { drawStart, drawEnd, failedModels }: SliceSums,
  { drawStrata, drawSizes }: SliceAggregates,
  draws: StratumDraws,
  sum: SumDistribution,
): Tails {
  sum.reset()
  for (let draw = drawStart; draw < drawEnd; draw++) {
    const { least, probabilities } = draws.draw(drawStrata[draw]!, drawSizes[draw]!)
    sum.add(least, probabilities)
  }
  const { below, at, above } = sum.around(failedModels)
  return { more: above + at / 2, less: below + at / 2 }
}

/**
 * Whether all totals of a draw are too many to list. Those are that hardly vary: where few are drawn, few are left out or nearly all are
 * of one level. The other way needs some variance, both for the bound by which it gets round most of its work and for its digits.
 */
function isLong(levelCounts: Float64Array, drawn: number, size: number): boolean {
  const models = levelCounts.length - 1
  if (models === 1 || drawn < 80) return false
  const varying = Math.min(drawn, size - drawn, size - Math.max(...levelCounts))
  return varying >= 80 && models ** 2 * varying > 1000
}

/** The total over the strata; of one model's failures small draws by their series, all others as they are. */
function drawSum(slice: SliceSums, aggregates: SliceAggregates, model: NullModel, draws: StratumDraws): DrawSum {
  const { drawStrata, drawSizes } = aggregates
  const { means, sizes } = model.strata
  const { mean, variance } = nullMoments(slice, aggregates, model)
  const step = model.levels - 1
  const order = step === 1 ? seriesOrderFor(slice.failedModels, { mean, variance }, greatestOrder) : -1
  const series = new Float64Array(order + 1)
  const parts: SumPart[] = []
  const longDraws: LongDraw[] = []
  for (let draw = slice.drawStart; draw < slice.drawEnd; draw++) {
    const stratum = drawStrata[draw]!
    const drawn = drawSizes[draw]!
    if (step === 1 && drawn <= longestSeries) {
      draws.addSeries(stratum, drawn, series)
      continue
    }
    const levelCounts = model.strata.levelCounts.subarray(stratum * model.levels, (stratum + 1) * model.levels)
    if (isLong(levelCounts, drawn, sizes[stratum]!)) {
      longDraws.push({ levelCounts, drawn, mean: drawn * means[stratum]! })
    } else parts.push({ ...draws.draw(stratum, drawn), mean: drawn * means[stratum]! })
  }
  return { mean, variance, series, parts, draws: longDraws, step }
}

/**
 * False for a slice of fewer than 3 images, and where half the probability of its greatest (least) attainable total
 * is above `level`. Depends on the margins only.
 */
function isTestable(
  { n, drawStart, drawEnd }: SliceSums,
  { drawStrata, drawSizes }: SliceAggregates,
  draws: StratumDraws,
  end: 'most' | 'least',
  level: number,
): boolean {
  if (n < 3) return false
  const limit = Math.log(2 * level) + 1e-9
  let logProbability = 0
  // Probabilities only shrink: most slices are settled after a few draws.
  for (let draw = drawStart; draw < drawEnd && logProbability > limit; draw++) {
    logProbability += draws.extremes(drawStrata[draw]!, drawSizes[draw]!)[end]
  }
  return logProbability <= limit
}

/** Sums let go of what is less probable than `leastTail`, so that smaller p values are not known; none is 0. */
function withinBounds(p: number): number {
  return Math.min(greatestP, Math.max(leastTail, p))
}
