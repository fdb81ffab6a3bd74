import { describe, expect, it } from 'vitest'
import { placeLabels } from '../../../../renderer/charts/label-placement.ts'
import { linearScale, logScale } from '../../../../renderer/charts/scale.ts'

describe('scales', () => {
  it('[UB4] map both ways', () => {
    for (const scale of [linearScale([0, 1], [200, 0]), logScale([3, 700], [0, 300])]) {
      for (const value of [0.01, 0.5, 1]) expect(scale.toValue(scale.toPixel(value))).toBeCloseTo(value)
    }
  })

  it('[UB4] have round ticks within the domain', () => {
    expect(linearScale([0, 1], [0, 1]).ticks).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1])
    expect(logScale([3, 700], [0, 1]).ticks).toEqual([5, 10, 20, 50, 100, 200, 500])
    expect(logScale([1, 1e6], [0, 1]).ticks).toEqual([1, 10, 100, 1000, 10_000, 100_000, 1_000_000])
  })

  it('[UB5] keep labels apart and near, and drop those without room', () => {
    const requests = ['a', 'b', 'c', 'd'].map((key) => ({ key, y: 50 }))
    const placed = placeLabels(requests, 10, 100, 15)
    expect(placed.get('a')).toBe(50)
    expect(Math.abs((placed.get('b') ?? 0) - 50)).toBe(10)
    expect(placed.size).toBe(3)
  })
})
