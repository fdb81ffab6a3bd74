// Random draws from one stratum, each worked out once: slices ask for the same few again and again.
import { createDrawTotals } from '../statistics/draw-totals.ts'
import { logGamma } from '../statistics/gamma.ts'
import type { LikelyRange } from '../statistics/hypergeometric.ts'
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
  const draws: (LikelyRange | undefined)[][] = Array.from(strata.sizes, () => [])
  const extremes: (DrawExtremes | undefined)[][] = Array.from(strata.sizes, () => [])
  const countsOf = (stratum: number): Uint32Array =>
    strata.levelCounts.subarray(stratum * levels, (stratum + 1) * levels)
  return {
    draw: (stratum, drawn) =>
      (draws[stratum]![drawn] ??= (totals[stratum] ??= createDrawTotals(countsOf(stratum)))(drawn)),
    extremes: (stratum, drawn) => (extremes[stratum]![drawn] ??= extremeDraws(countsOf(stratum), drawn)),
  }
}

function extremeDraws(counts: Uint32Array, drawn: number): DrawExtremes {
  return { most: logExtremeDraw(counts.toReversed(), drawn), least: logExtremeDraw(counts, drawn) }
}

/** Log probability that a draw takes the first levels' images: C(N_l, d) / C(N, r), l the level that it cuts. */
function logExtremeDraw(counts: Uint32Array, drawn: number): number {
  let size = 0
  for (const count of counts) size += count
  let left = drawn
  for (const count of counts) {
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
