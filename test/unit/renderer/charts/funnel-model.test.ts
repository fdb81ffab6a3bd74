// The chance envelope of the funnel plot, against binomial sums done by hand.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chanceEnvelope, chanceLimits, funnelScales, nearestPoint } from '../../../../renderer/charts/funnel-model.ts'

describe('the chance envelope', () => {
  it('[UB1] interpolates the exact binomial quantile', () => {
    // n = 4, p = .5: P(X <= 0) = .0625 is the smallest k with P >= .025; moved back by (.0625 - .025) / .0625 of a step.
    expect(chanceLimits(4, 0.5, 'warning')[0]).toBeCloseTo(0)
    // P(X <= 3) = .9375, P(X <= 4) = 1 >= .975: 4 - (1 - .975) / .0625 = 3.6.
    expect(chanceLimits(4, 0.5, 'warning')[1]).toBeCloseTo(0.9)
  })

  it('[UB1] holds about as many slices as it says', () => {
    const [low, high] = chanceLimits(200, 0.3, 'warning')
    const reach = 1.959964 * Math.sqrt((0.3 * 0.7) / 200)
    expect(low).toBeCloseTo(0.3 - reach, 1.5)
    expect(high).toBeCloseTo(0.3 + reach, 1.5)
  })

  it('[UB1] goes over into the normal limits without a step', () => {
    for (const rate of [0.02, 0.4, 0.9]) {
      const [exact, normal] = [chanceLimits(2000, rate, 'alarm'), chanceLimits(2001, rate, 'alarm')]
      expect(Math.abs(exact[0] - normal[0])).toBeLessThan(0.002)
      expect(Math.abs(exact[1] - normal[1])).toBeLessThan(0.002)
    }
  })

  it('[UB2] holds the rate, lies in [0, 1], and is wider the higher the level', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, rate) => {
        const [inner, outer] = [chanceLimits(n, rate, 'warning'), chanceLimits(n, rate, 'alarm')]
        expect(outer[0]).toBeGreaterThanOrEqual(0)
        expect(outer[1]).toBeLessThanOrEqual(1)
        expect(outer[0]).toBeLessThanOrEqual(inner[0] + 1e-9)
        expect(outer[1]).toBeGreaterThanOrEqual(inner[1] - 1e-9)
      }),
      { seed: 1 },
    )
  })

  it('[UB2] has every n once, from the first to the last', () => {
    const envelope = chanceEnvelope([1, 40], 0.3, 'warning')
    expect(envelope[0]?.n).toBe(1)
    expect(envelope.at(-1)?.n).toBe(40)
    expect(new Set(envelope.map(({ n }) => n)).size).toBe(envelope.length)
  })
})

describe('the place of a point', () => {
  const points = [
    { key: 'a', n: 10, rate: 0.2 },
    { key: 'b', n: 1000, rate: 0.9 },
  ]
  const scales = funnelScales(points, 0.3, 400, 200)

  it('[UB3] lies within the picture, for one n as for many', () => {
    for (const { n, rate } of points) {
      expect(scales.x.toPixel(n)).toBeGreaterThan(0)
      expect(scales.x.toPixel(n)).toBeLessThan(400)
      expect(scales.y.toPixel(rate)).toBeGreaterThan(0)
      expect(scales.y.toPixel(rate)).toBeLessThan(200)
    }
    expect(funnelScales([{ key: 'a', n: 55, rate: 1 }], 0.9, 400, 200).x.toPixel(55)).toBeCloseTo(200)
  })

  it('[UB3] has room around close rates, within 0 and 1', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 }), (rates) => {
        const { y } = funnelScales(
          rates.map((rate, index) => ({ key: String(index), n: 55, rate })),
          0.4,
          100,
          100,
        )
        for (const rate of rates) expect(Math.abs(y.toPixel(rate) - 50)).toBeLessThanOrEqual(50 + 1e-9)
        expect(y.toValue(100)).toBeGreaterThanOrEqual(0)
        expect(y.toValue(0)).toBeLessThanOrEqual(1)
        expect(y.toValue(0) - y.toValue(100)).toBeGreaterThan(0.39)
      }),
      { seed: 1 },
    )
  })

  it('[UB3] is found from a pixel nearby, and not from far away', () => {
    const [x, y] = [scales.x.toPixel(1000), scales.y.toPixel(0.9)]
    expect(nearestPoint(points, scales, [x + 3, y - 2], 10)?.key).toBe('b')
    expect(nearestPoint(points, scales, [x - 60, y], 10)).toBeNull()
  })
})
