// Random draws from one stratum, each worked out once: slices ask for the same few again and again.
import { createDrawTotals } from '../statistics/draw-totals.ts'
import { logChoose } from '../statistics/gamma.ts'
import type { LikelyRange } from '../statistics/hypergeometric.ts'
import { createMemo } from '../statistics/memo.ts'
import type { NullModel } from './null-model.ts'

/** Log probabilities of the greatest and the least total that a draw can have. */
export interface DrawExtremes {
  readonly most: number
  readonly least: number
}

export interface StratumDraws {
  /** The sum of m over a random draw. */
  draw(stratum: number, drawn: number): LikelyRange
  extremes(stratum: number, drawn: number): DrawExtremes
}

export function createStratumDraws({ strata, levels }: NullModel): StratumDraws {
  const totals: ((drawn: number) => LikelyRange)[] = []
  const countsOf = (stratum: number): Float64Array =>
    strata.levelCounts.subarray(stratum * levels, (stratum + 1) * levels)
  return {
    draw: createMemo(strata.sizes.length, (stratum, drawn) =>
      (totals[stratum] ??= createDrawTotals(countsOf(stratum)))(drawn),
    ),
    extremes: createMemo(strata.sizes.length, (stratum, drawn) => extremeDraws(countsOf(stratum), drawn)),
  }
}

function extremeDraws(counts: Float64Array, drawn: number): DrawExtremes {
  return { most: logExtremeDraw(counts.toReversed(), drawn), least: logExtremeDraw(counts, drawn) }
}

/** Log probability that a draw takes the first levels' images: C(N_l, d) / C(N, r), l the level that it cuts. */
function logExtremeDraw(counts: Float64Array, drawn: number): number {
  let size = 0
  for (const count of counts) size += count
  let left = drawn
  for (const count of counts) {
    if (left <= count) return logChoose(count, left) - logChoose(size, drawn)
    left -= count
  }
  throw new Error('a slice has more images of a class than there are')
}
