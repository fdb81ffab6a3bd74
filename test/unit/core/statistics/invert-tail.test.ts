import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDrawTotals } from '#core/statistics/draw-totals.ts'
import { likelyHypergeometric } from '#core/statistics/hypergeometric.ts'
import { type DrawSum, type SumPart, invertTail, leastTail, seriesOrderFor } from '#core/statistics/invert-tail.ts'
import { greatestOrder, logMoments } from '#core/statistics/log-moments.ts'
import type { Tails } from '#core/statistics/refined-normal.ts'
import { SumDistribution } from '#core/statistics/sum-distribution.ts'

/** A draw of `drawn` from items of which `counts[m]` count m. */
interface Draw {
  readonly counts: readonly number[]
  readonly drawn: number
}

function momentsOf({ counts, drawn }: Draw): { mean: number; variance: number } {
  const size = counts.reduce((sum, count) => sum + count, 0)
  const mean = counts.reduce((sum, count, level) => sum + count * level, 0) / size
  const squares = counts.reduce((sum, count, level) => sum + count * (level - mean) ** 2, 0)
  return { mean: drawn * mean, variance: size === 1 ? 0 : (squares * drawn * (size - drawn)) / (size * (size - 1)) }
}

function distributionOf({ counts, drawn }: Draw): SumPart {
  return { ...createDrawTotals(Float64Array.from(counts))(drawn), mean: momentsOf({ counts, drawn }).mean }
}

function momentsOfAll(draws: readonly Draw[]): { mean: number; variance: number } {
  const all = draws.map(momentsOf)
  return {
    mean: all.reduce((sum, { mean }) => sum + mean, 0),
    variance: all.reduce((sum, { variance }) => sum + variance, 0),
  }
}

function convolved(draws: readonly Draw[]): (k: number) => Tails {
  const sum = new SumDistribution()
  for (const draw of draws) {
    const { least, probabilities } = distributionOf(draw)
    sum.add(least, probabilities)
  }
  return (k) => {
    const { below, at, above } = sum.around(k)
    return { more: above + at / 2, less: below + at / 2 }
  }
}

/** Small draws by their series, others as parts. */
function eventSum(draws: readonly Draw[], k: number): DrawSum {
  const moments = momentsOfAll(draws)
  const series = new Float64Array(seriesOrderFor(k, moments, greatestOrder) + 1)
  const parts: SumPart[] = []
  for (const draw of draws) {
    const part = distributionOf(draw)
    if (draw.drawn > 16) parts.push(part)
    else {
      const own = new Float64Array(greatestOrder + 1)
      logMoments(part.least, part.probabilities, part.mean, own, 0)
      series.forEach((_, order) => {
        series[order]! += own[order]!
      })
    }
  }
  return { ...moments, series, parts, draws: [], step: 1 }
}

/** Compares both tails at many totals; gives how many were inverted, and the smallest tail among these. */
function compare(draws: readonly Draw[], sumAt: (k: number) => DrawSum): { inverted: number; smallest: number } {
  const { mean, variance } = momentsOfAll(draws)
  const expectedAt = convolved(draws)
  let [inverted, smallest] = [0, 1]
  for (const distance of [-7, -5, -3.1, -2, -0.9, -0.1, 0, 0.1, 1, 2.2, 2.6, 3.7, 5, 8]) {
    const k = Math.round(mean + distance * Math.sqrt(variance))
    const expected = expectedAt(k)
    if (Math.min(expected.more, expected.less) < 1e-18) continue
    const actual = invertTail(k, sumAt(k))
    if (actual === null) continue
    inverted++
    smallest = Math.min(smallest, actual.more, actual.less)
    const side = expected.more < expected.less ? 'more' : 'less'
    expect(Math.abs(actual[side] / expected[side] - 1)).toBeLessThan(1e-9)
    expect(actual.more + actual.less).toBeCloseTo(1, 12)
  }
  return { inverted, smallest }
}

const eventDraw = fc
  .record({
    size: fc.integer({ min: 2, max: 400 }),
    percent: fc.integer({ min: 0, max: 100 }),
    share: fc.nat(39),
  })
  .map(({ size, percent, share }): Draw => {
    const failing = Math.round((size * percent) / 100)
    return { counts: [size - failing, failing], drawn: Math.max(1, Math.floor((size * share) / 40)) }
  })

describe('tails by inversion', () => {
  it('[PS20] are those of the convolution for one model, small draws and large ones, near the mean and far out', () => {
    let [inverted, smallest] = [0, 1]
    fc.assert(
      fc.property(fc.array(eventDraw, { minLength: 20, maxLength: 80 }), (draws) => {
        const result = compare(draws, (k) => eventSum(draws, k))
        inverted += result.inverted
        smallest = Math.min(smallest, result.smallest)
      }),
      { seed: 20, numRuns: 25 },
    )
    expect(inverted).toBeGreaterThan(100)
    expect(smallest).toBeLessThan(1e-8)
  })

  it('[PS21] are those of the convolution for several models, also where only some totals can be', () => {
    // Models that always fail together, or by twos; and any.
    const lattices = fc.constantFrom([1, 0, 0, 1], [1, 0, 1, 0, 1], [1, 1, 1, 1], [5, 1, 1, 3])
    const draw = fc.record({ scale: fc.integer({ min: 1, max: 30 }), drawn: fc.integer({ min: 1, max: 3 }) })
    let inverted = 0
    fc.assert(
      fc.property(lattices, fc.array(draw, { minLength: 100, maxLength: 160 }), (lattice, list) => {
        const draws = list.map(({ scale, drawn }): Draw => ({
          counts: lattice.map((count, level) => count * (scale + (level % 2))),
          drawn: Math.min(drawn, 2 * scale),
        }))
        const moments = momentsOfAll(draws)
        const parts = draws.map(distributionOf)
        const sum = { ...moments, series: new Float64Array(0), parts, draws: [], step: lattice.length - 1 }
        inverted += compare(draws, () => sum).inverted
      }),
      { seed: 21, numRuns: 12 },
    )
    expect(inverted).toBeGreaterThan(100)
  })

  it('[PS22] are those of the listed totals for a draw too large to list them', () => {
    let inverted = 0
    const levels = fc.array(fc.nat(100), { minLength: 3, maxLength: 6 }).filter((counts) => counts.some((n) => n > 50))
    fc.assert(
      fc.property(levels, fc.integer({ min: 5, max: 90 }), (counts, percent) => {
        const size = counts.reduce((sum, count) => sum + count, 0)
        const draw: Draw = { counts, drawn: Math.max(2, Math.floor((size * percent) / 100)) }
        const moments = momentsOf(draw)
        const long = { levelCounts: Float64Array.from(counts), drawn: draw.drawn, mean: moments.mean }
        const sum = { ...moments, series: new Float64Array(0), parts: [], draws: [long], step: counts.length - 1 }
        inverted += compare([draw], () => sum).inverted
      }),
      { seed: 22, numRuns: 12 },
    )
    expect(inverted).toBeGreaterThan(100)
  })

  it('[PS23] are told as 1e-30 where they are smaller', () => {
    const draws = Array.from({ length: 300 }, (): Draw => ({ counts: [700, 300], drawn: 2 }))
    for (const k of [600, 0]) {
      const tails = invertTail(k, eventSum(draws, k))!
      expect([tails.more, tails.less].sort((a, b) => a - b)).toEqual([leastTail, 1])
    }
  })

  it('[PS23] are left to the convolution where a sum is narrow', () => {
    const draws = Array.from({ length: 8 }, (): Draw => ({ counts: [5, 5], drawn: 3 }))
    expect(invertTail(12, eventSum(draws, 12))).toBeNull()
  })

  it('[PS24] rest on the power series of the logarithm of a generating function', () => {
    const { least, probabilities } = likelyHypergeometric(40, 13, 6)
    const [mean, theta] = [(6 * 13) / 40, 0.3]
    const series = new Float64Array(greatestOrder + 1)
    logMoments(least, probabilities, mean, series, 0)
    const whole = probabilities.reduce((sum, p, index) => sum + p * Math.exp(theta * (least + index - mean)), 0)
    expect(series.reduce((sum, term, order) => sum + term * theta ** order, 0)).toBeCloseTo(Math.log(whole), 14)
  })
})
