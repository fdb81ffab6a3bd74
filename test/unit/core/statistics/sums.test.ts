import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDrawTotals } from '#core/statistics/draw-totals.ts'
import { logGamma } from '#core/statistics/gamma.ts'
import { hypergeometric } from '#core/statistics/hypergeometric.ts'
import { SumDistribution } from '#core/statistics/sum-distribution.ts'

/** Shares of the subsets of `size` items by their total, by listing them all. */
function everySubset(items: readonly number[], size: number): Map<number, number> {
  const shares = new Map<number, number>()
  let subsets = 0
  const choose = (from: number, left: number, total: number): void => {
    if (left === 0) {
      subsets++
      shares.set(total, (shares.get(total) ?? 0) + 1)
      return
    }
    for (let index = from; index <= items.length - left; index++) choose(index + 1, left - 1, total + items[index]!)
  }
  choose(0, size, 0)
  return new Map([...shares].map(([total, count]) => [total, count / subsets]))
}

/** Probabilities of every total of a draw, with nothing left out: by level, how many are taken and what they add up to. */
function everyTotal(levelCounts: readonly number[], drawn: number): Float64Array {
  let left = levelCounts.reduce((sum, count) => sum + count, 0)
  let states = new Map<number, number>([[0, 1]])
  const width = (levelCounts.length - 1) * drawn + 1
  levelCounts.forEach((count, level) => {
    const next = new Map<number, number>()
    for (const [state, probability] of states) {
      const [taken, total] = [Math.floor(state / width), state % width]
      hypergeometric(left, count, drawn - taken).forEach((share, more) => {
        const reached = (taken + more) * width + total + level * more
        if (share > 0) next.set(reached, (next.get(reached) ?? 0) + probability * share)
      })
    }
    left -= count
    states = next
  })
  return Float64Array.from({ length: width }, (_, total) => states.get(drawn * width + total) ?? 0)
}

describe('sums of random draws', () => {
  it('[ST11] gives the total of a draw from items of several levels', () => {
    const levelCounts = fc
      .array(fc.nat(3), { minLength: 2, maxLength: 4 })
      .filter((counts) => counts.some((n) => n > 0))
    fc.assert(
      fc.property(levelCounts, fc.nat(), (counts, pick) => {
        const items = counts.flatMap((count, level) => Array.from({ length: count }, () => level))
        const drawn = 1 + (pick % items.length)
        const expected = everySubset(items, drawn)
        const { least, probabilities } = createDrawTotals(Float64Array.from(counts))(drawn)
        probabilities.forEach((share, index) => expect(share).toBeCloseTo(expected.get(least + index) ?? 0, 12))
        expect(Math.min(...expected.keys())).toBe(least)
        expect(Math.max(...expected.keys())).toBe(least + probabilities.length - 1)
      }),
      { seed: 11 },
    )
  })

  it('[ST260] gives large draws what counting level by level gives, far into both tails', () => {
    const levelCounts = [900, 260, 0, 120, 80, 40]
    const draw = createDrawTotals(Float64Array.from(levelCounts))
    for (const drawn of [40, 90, 41, 1]) {
      const whole = everyTotal(levelCounts, drawn)
      const { least, probabilities } = draw(drawn)
      const tails = (shares: Float64Array, from: number) => {
        let [above, below] = [0, 0]
        for (let total = whole.length - 1; total >= from; total--) above += shares[total] ?? 0
        for (let total = 0; total < from; total++) below += shares[total] ?? 0
        return { above, below }
      }
      const placed = new Float64Array(whole.length)
      placed.set(probabilities, least)
      for (let from = 0; from <= whole.length; from++) {
        const expected = tails(whole, from)
        const actual = tails(placed, from)
        for (const side of ['above', 'below'] as const) {
          if (expected[side] > 1e-20) expect(Math.abs(actual[side] / expected[side] - 1)).toBeLessThan(1e-12)
        }
      }
    }
  })

  it('[ST12] adds up independent numbers, with tails right far out', () => {
    const sum = new SumDistribution()
    for (const n of [1500, 900]) {
      sum.reset()
      for (let term = 0; term < n; term++) sum.add(1, Float64Array.of(0.7, 0.3))
      const log = (k: number) =>
        logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1) + k * Math.log(0.3) + (n - k) * Math.log(0.7)
      const k = Math.round(n * 0.3 + 9 * Math.sqrt(n * 0.21))
      let above = 0
      for (let more = n; more > k; more--) above += Math.exp(log(more))
      const around = sum.around(n + k)
      expect(around.above / above).toBeCloseTo(1, 6)
      expect(around.at / Math.exp(log(k))).toBeCloseTo(1, 6)
      expect(around.below).toBeCloseTo(1, 10)
    }
    expect(sum.around(0)).toEqual({ below: 0, at: 0, above: expect.closeTo(1, 10) })
    expect(sum.around(9999)).toEqual({ below: expect.closeTo(1, 10), at: 0, above: 0 })
  })
})
