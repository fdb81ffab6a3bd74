import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawTotals } from '#core/statistics/draw-totals.ts'
import { logGamma } from '#core/statistics/gamma.ts'
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
        const totals = drawTotals(Uint32Array.from(counts), drawn)
        totals.forEach((share, total) => expect(share).toBeCloseTo(expected.get(total) ?? 0, 12))
        expect(Math.max(...expected.keys())).toBeLessThan(totals.length)
      }),
      { seed: 11 },
    )
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
