// Random draws from one stratum, each worked out once: slices ask for the same few again and again.
import { createDrawTotals } from '../statistics/draw-totals.ts'
import { logChoose } from '../statistics/gamma.ts'
import type { LikelyRange } from '../statistics/hypergeometric.ts'
import { logMoments, greatestOrder } from '../statistics/log-moments.ts'
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
  /**
   * Adds the coefficients of s^0, s^1, ... in `ln E exp(s (X - mean))` to `target`, X as in `draw`, as many as it holds (at most
   * `greatestOrder + 1`); up to `longestSeries` images.
   */
  addSeries(stratum: number, drawn: number, target: Float64Array): void
}

const seriesLength = greatestOrder + 1

/** Draws of more images have no series: too much would cancel. */
export const longestSeries = 16

/** Many fields of one set of images have the same strata: the draws of the last few are kept. */
export function createDrawsCache(): (model: NullModel) => StratumDraws {
  const known: { readonly levelCounts: Float64Array; readonly draws: StratumDraws }[] = []
  return (model) => {
    const { levelCounts } = model.strata
    const found = known.find((other) => isEqual(other.levelCounts, levelCounts))
    if (found !== undefined) return found.draws
    const draws = createStratumDraws(model)
    known.unshift({ levelCounts, draws })
    if (known.length > mostKnown) known.pop()
    return draws
  }
}

const mostKnown = 4

function isEqual(a: Float64Array, b: Float64Array): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index])
}

export function createStratumDraws({ strata, levels }: NullModel): StratumDraws {
  const totals: ((drawn: number) => LikelyRange)[] = []
  const countsOf = (stratum: number): Float64Array =>
    strata.levelCounts.subarray(stratum * levels, (stratum + 1) * levels)
  // Series one after another, and by stratum and number drawn the place of each plus one.
  let pool = new Float64Array(256 * seriesLength)
  let used = 0
  const places = new Uint32Array(strata.sizes.length * (longestSeries + 1))
  function fillSeries(slot: number, stratum: number, drawn: number): void {
    if ((used + 1) * seriesLength > pool.length) {
      const larger = new Float64Array(2 * pool.length)
      larger.set(pool)
      pool = larger
    }
    const { least, probabilities } = draw(stratum, drawn)
    logMoments(least, probabilities, drawn * strata.means[stratum]!, pool, used * seriesLength)
    places[slot] = ++used
  }
  const draw = createMemo((stratum, drawn) => (totals[stratum] ??= createDrawTotals(countsOf(stratum)))(drawn))
  return {
    draw,
    extremes: createMemo((stratum, drawn) => extremeDraws(countsOf(stratum), drawn)),
    addSeries(stratum, drawn, target) {
      const slot = stratum * (longestSeries + 1) + drawn
      if (places[slot] === 0) fillSeries(slot, stratum, drawn)
      const at = (places[slot]! - 1) * seriesLength
      for (let order = 2; order < target.length; order++) target[order]! += pool[at + order]!
    },
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
