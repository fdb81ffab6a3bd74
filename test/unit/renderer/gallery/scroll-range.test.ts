// The scrollbar over content that is longer than a browser can scroll.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  barOfOffset,
  createScrollRange,
  followBar,
  longestBarPx,
  offsetOfBar,
} from '../../../../renderer/gallery/scroll-range.ts'

const viewportPx = 650
const million = createScrollRange(35_000_000, viewportPx)
const barEnd = million.barPx - viewportPx
const contentEnd = million.contentPx - viewportPx

describe('scroll range', () => {
  it('[UI28] leaves content alone that a browser can scroll', () => {
    const range = createScrollRange(90_000, viewportPx)
    expect(range.barPx).toBe(90_000)
    expect(offsetOfBar(range, 1234)).toBe(1234)
    expect(barOfOffset(range, 1234)).toBe(1234)
  })

  it('[UI28] folds longer content into the longest bar and reaches both of its ends', () => {
    expect(million.barPx).toBe(longestBarPx)
    expect(offsetOfBar(million, 0)).toBe(0)
    expect(offsetOfBar(million, barEnd)).toBe(contentEnd)
  })

  it('[UI28] maps a place of the bar to an offset and back, in the same order', () => {
    const place = fc.double({ min: 0, max: barEnd, noNaN: true })
    fc.assert(
      fc.property(place, place, (a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)]
        expect(barOfOffset(million, offsetOfBar(million, a))).toBeCloseTo(a, 3)
        expect(offsetOfBar(million, low)).toBeLessThanOrEqual(offsetOfBar(million, high))
      }),
      { seed: 28 },
    )
  })

  it('[UI29] moves by real pixels with the wheel and to a place with the scrollbar', () => {
    const from = { bar: 4_000_000, offset: 17_500_000 }
    expect(followBar(million, from, from.bar + 120).offset).toBe(17_500_120)
    expect(followBar(million, from, from.bar + 11_000).offset).toBe(offsetOfBar(million, from.bar + 11_000))
    expect(followBar(million, from, 0).offset).toBe(0)
    expect(followBar(million, from, barEnd).offset).toBe(contentEnd)
  })

  it('[UI29] reaches the first line by real pixels too', () => {
    const offset = 300
    expect(followBar(million, { bar: barOfOffset(million, offset), offset }, 180).offset).toBe(180)
  })
})
