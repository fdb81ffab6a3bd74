// Mean, variance and third cumulant of how often models fail on a slice that is a random draw of its classes.
import type { Moments } from '../statistics/refined-normal.ts'
import type { SliceAggregates, SliceSums } from './aggregate-slices.ts'
import type { NullModel } from './null-model.ts'

/** Added up over the strata. */
export function nullMoments(
  { drawStart, drawEnd }: SliceSums,
  { drawStrata, drawSizes }: SliceAggregates,
  { strata }: NullModel,
): Moments {
  let mean = 0
  let variance = 0
  let third = 0
  for (let draw = drawStart; draw < drawEnd; draw++) {
    const stratum = drawStrata[draw]!
    const r = drawSizes[draw]!
    const size = strata.sizes[stratum]!
    mean += r * strata.means[stratum]!
    if (r === size) continue
    const spread = (r * (size - r)) / (size * (size - 1))
    variance += spread * strata.sumsOfSquares[stratum]!
    if (size > 2) third += ((spread * (size - 2 * r)) / (size - 2)) * strata.sumsOfCubes[stratum]!
  }
  return { mean, variance, third }
}
