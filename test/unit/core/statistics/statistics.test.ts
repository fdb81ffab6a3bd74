import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { benjaminiHochberg, benjaminiYekutieli } from '#core/statistics/benjamini-hochberg.ts'
import { betaCdf, betaQuantile } from '#core/statistics/beta.ts'
import { logGamma } from '#core/statistics/gamma.ts'
import { compareProportions, hypergeometric } from '#core/statistics/hypergeometric.ts'
import { cohenKappa } from '#core/statistics/kappa.ts'
import { mcnemarMidP } from '#core/statistics/mcnemar.ts'
import { newcombeInterval } from '#core/statistics/newcombe.ts'
import { normalUpperTail } from '#core/statistics/normal.ts'
import { wilsonInterval } from '#core/statistics/wilson.ts'

describe('statistics', () => {
  it.each([
    [8, 8, 0.675592, 1],
    [3, 3, 0.438503, 1],
    [1, 1, 0.206549, 1],
    [5, 8, 0.305742, 0.863156],
    [0, 4, 0, 0.489891],
  ])('[ST1] gives Wilson’s interval of %d of %d', (k, n, low, high) => {
    expect(wilsonInterval(k, n)[0]).toBeCloseTo(low, 6)
    expect(wilsonInterval(k, n)[1]).toBeCloseTo(high, 6)
  })

  it('[ST1] knows nothing from no images', () => {
    expect(wilsonInterval(0, 0)).toEqual([0, 1])
  })

  it.each([
    [1, 1, 0.3571, 0.1435, 0.4847],
    [3, 3, 0.5, 0.2907, 0.815],
    [8, 8, 0.6786, 0.5156, 0.9941],
    [5, 8, 0.4643, 0.2968, 0.8025],
    [0, 4, 0.15, 0.0329, 0.0569],
  ])('[ST2] shrinks %d of %d to its beta posterior', (k, n, mean, lower, above) => {
    const [a, b] = [k + 0.25 * 6, n - k + 0.75 * 6]
    expect(a / (a + b)).toBeCloseTo(mean, 4)
    expect(betaQuantile(0.1, a, b)).toBeCloseTo(lower, 4)
    expect(1 - betaCdf(0.35, a, b)).toBeCloseTo(above, 4)
  })

  it('[ST3] inverts the beta distribution over all its shapes', () => {
    const shape = fc.double({ min: -4, max: 5, noNaN: true }).map((exponent) => 10 ** exponent)
    fc.assert(
      fc.property(shape, shape, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (a, b, p) => {
        const x = betaQuantile(p, a, b)
        const around = [Math.max(0, x - 1e-9), Math.min(1, x + 1e-9)] as const
        expect(betaCdf(around[0], a, b)).toBeLessThanOrEqual(p + 1e-9)
        expect(betaCdf(around[1], a, b)).toBeGreaterThanOrEqual(p - 1e-9)
      }),
      { seed: 3, numRuns: 2000 },
    )
    expect([betaQuantile(0.1, 0, 3), betaQuantile(0.1, 3, 0)]).toEqual([0, 1])
    expect([betaCdf(0.5, 0, 3), betaCdf(0.5, 3, 0)]).toEqual([1, 0])
    expect(betaCdf(0.3, 1, 1)).toBeCloseTo(0.3, 14)
    expect(logGamma(11)).toBeCloseTo(Math.log(3_628_800), 12)
  })

  it('[ST4] gives the normal tail to full precision', () => {
    expect(normalUpperTail(0)).toBe(0.5)
    expect(normalUpperTail(1.959963984540054)).toBeCloseTo(0.025, 15)
    expect(normalUpperTail(-1)).toBeCloseTo(0.8413447460685429, 15)
    expect(normalUpperTail(2.999999999) / normalUpperTail(3)).toBeCloseTo(1, 8)
    expect(normalUpperTail(6) / 9.865876450376981e-10).toBeCloseTo(1, 12)
  })

  it('[ST5] gives Benjamini and Hochberg’s q values', () => {
    const text =
      '.001 .008 .039 .041 .042 .06 .074 .205 .212 .216 .222 .251 .269 .275 .34 .341 .384 .569 .594 .696 .762 .94 .942 .975 .986'
    const q = benjaminiHochberg(text.split(' ').map(Number))
    const first = [0.025, 0.1, 0.21, 0.21, 0.21, 0.25, 0.2643, 0.4911]
    first.forEach((value, index) => expect(q[index]).toBeCloseTo(value, 4))
    expect(q.filter((value) => value <= 0.25 + 1e-12)).toHaveLength(6)
    expect(benjaminiHochberg([])).toHaveLength(0)
  })

  it('[ST5] raises them by the harmonic number under dependence', () => {
    expect([...benjaminiYekutieli([0.01, 0.5])]).toEqual([0.03, 0.75])
  })

  it('[ST6] gives the distribution of draws without replacement', () => {
    expect([...hypergeometric(4, 2, 2)].map((value) => value * 6)).toEqual(
      [1, 4, 1].map((value) => expect.closeTo(value, 12)),
    )
    expect([...hypergeometric(4, 3, 2)]).toEqual([0, expect.closeTo(0.5, 12), expect.closeTo(0.5, 12)])
    expect([...hypergeometric(5, 0, 3)]).toEqual([1])
    expect([...hypergeometric(5, 5, 3)]).toEqual([0, 0, 0, 1])
    const large = hypergeometric(1_000_000, 300_000, 1000)
    expect(large.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12)
    expect(large.reduce((sum, value, k) => sum + k * value, 0)).toBeCloseTo(300, 8)
  })

  it('[ST7] compares two proportions exactly, by mid-p', () => {
    // Fisher's tea: 3 of 4 against 1 of 4. P(>3) = 1/70, P(3) = 16/70.
    expect(compareProportions(3, 4, 1, 4).midP).toBeCloseTo((2 * (1 + 8)) / 70, 12)
    expect(compareProportions(1, 4, 3, 4).midP).toBeCloseTo((2 * (1 + 8)) / 70, 12)
    expect(compareProportions(3, 4, 1, 4).leastMidP).toBeCloseTo(1 / 70, 12)
    expect(compareProportions(0, 5, 0, 9)).toEqual({ midP: 1, leastMidP: 1 })
    expect(compareProportions(3, 3, 1, 4).leastMidP).toBeCloseTo(1 / 35, 12)
  })

  it('[ST8] gives Newcombe’s interval for a difference', () => {
    // The published examples (a) and (d).
    expect(newcombeInterval(56, 70, 48, 80)).toEqual([expect.closeTo(0.0524, 4), expect.closeTo(0.3339, 4)])
    expect(newcombeInterval(9, 10, 3, 10)).toEqual([expect.closeTo(0.1705, 4), expect.closeTo(0.809, 4)])
  })

  it('[ST9] gives McNemar’s exact mid-p', () => {
    // Binomial(4, 1/2): P(0) = 1/16, P(1) = 4/16.
    expect(mcnemarMidP(1, 3)).toBeCloseTo(2 * (1 / 16 + 2 / 16), 12)
    expect(mcnemarMidP(3, 1)).toBeCloseTo(0.375, 12)
    expect([mcnemarMidP(0, 0), mcnemarMidP(7, 7)]).toEqual([1, 1])
    expect(mcnemarMidP(0, 10)).toBeCloseTo(1 / 1024, 12)
    expect(mcnemarMidP(50_500, 49_500)).toBeCloseTo(2 * normalUpperTail(1000 / Math.sqrt(100_000)), 5)
  })

  it('[ST10] gives the agreement of two judgements beyond chance', () => {
    expect(cohenKappa({ both: 20, onlyA: 5, onlyB: 10, neither: 15 })).toBeCloseTo(0.4, 12)
    expect(cohenKappa({ both: 7, onlyA: 0, onlyB: 0, neither: 3 })).toBe(1)
    expect(cohenKappa({ both: 7, onlyA: 0, onlyB: 0, neither: 0 })).toBeNull()
    expect(cohenKappa({ both: 0, onlyA: 0, onlyB: 0, neither: 0 })).toBeNull()
  })
})
