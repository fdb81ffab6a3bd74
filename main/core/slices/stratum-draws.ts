// Random draws from one stratum, each worked out once: slices ask for the same few again and again.
import { drawTotals } from '../statistics/draw-totals.ts'
import { logGamma } from '../statistics/gamma.ts'
import type { NullModel } from './null-model.ts'

/** The sum of m over a random draw: probabilities of `least`, `least + 1`, ... */
export interface Draw {
  readonly least: number
  readonly probabilities: Float64Array
}

/** Log probabilities of the greatest and the least total that a draw can have. */
export interface DrawExtremes {
  readonly most: number
  readonly least: number
}

export interface StratumDraws {
  draw(stratum: number, drawn: number): Draw
  extremes(stratum: number, drawn: number): DrawExtremes
}

export function createStratumDraws({ strata, levels }: NullModel): StratumDraws {
  const draws: (Draw | undefined)[][] = Array.from(strata.sizes, () => [])
  const extremes: (DrawExtremes | undefined)[][] = Array.from(strata.sizes, () => [])
  const countsOf = (stratum: number): Uint32Array =>
    strata.levelCounts.subarray(stratum * levels, (stratum + 1) * levels)
  return {
    draw: (stratum, drawn) => (draws[stratum]![drawn] ??= attainable(drawTotals(countsOf(stratum), drawn))),
    extremes: (stratum, drawn) => (extremes[stratum]![drawn] ??= extremeDraws(countsOf(stratum), drawn)),
  }
}

/** Without the totals at either end that cannot be. */
function attainable(totals: Float64Array): Draw {
  let least = 0
  while (totals[least] === 0) least++
  let end = totals.length
  while (totals[end - 1] === 0) end--
  return { least, probabilities: totals.slice(least, end) }
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
