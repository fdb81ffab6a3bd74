import { describe, expect, it } from 'vitest'
import { categoryColor, diverging, okabeIto, viridis } from '../../../../renderer/charts/palette.ts'

const luminance = ([red, green, blue]: readonly [number, number, number]) =>
  0.2126 * red + 0.7152 * green + 0.0722 * blue

describe('palettes', () => {
  it('[UB9] gets lighter from end to end of viridis, and stays at its ends outside', () => {
    const steps = Array.from({ length: 21 }, (_, index) => luminance(viridis(index / 20)))
    expect(steps).toEqual(steps.toSorted((a, b) => a - b))
    expect(viridis(-1)).toEqual(viridis(0))
    expect(viridis(Number.NaN)).toEqual(viridis(0))
  })

  it('[UB9] is blue below zero, orange above, and grey at zero in both themes', () => {
    for (const dark of [false, true]) {
      const [low, middle, high] = [diverging(-1, dark), diverging(0, dark), diverging(1, dark)]
      expect(low[2]).toBeGreaterThan(low[0])
      expect(high[0]).toBeGreaterThan(high[2])
      expect(Math.max(...middle) - Math.min(...middle)).toBeLessThan(8)
    }
  })

  it('[UB9] begins again after the last category', () => {
    expect(categoryColor(okabeIto.length)).toBe(categoryColor(0))
  })
})
