// Where lines lie on the gallery's content.
import { describe, expect, it } from 'vitest'
import type { Group } from '#contract/query.ts'
import { layOut } from '../../../../renderer/gallery/gallery-layout.ts'
import { lineAtOffset, offsetToShow, placeLines, placeOf } from '../../../../renderer/gallery/line-places.ts'

const counts = [5, 1, 12]
const groups: readonly Group[] = counts.map((count, index) => ({
  value: `group ${index}`,
  start: counts.slice(0, index).reduce((sum, n) => sum + n, 0),
  count,
  n: count,
  failures: 0,
  expected: null,
  wilson: null,
}))
const sizes = { headingPx: 38, tilesPx: 100, paddingPx: 12 }

describe('line places', () => {
  for (const hasHeadings of [true, false]) {
    const places = placeLines(layOut(hasHeadings ? groups : groups.slice(0, 1), 4, hasHeadings), sizes)

    it(`[UI30] sets lines under one another without gaps, headings ${hasHeadings}`, () => {
      let next = hasHeadings ? 0 : sizes.paddingPx
      for (let line = 0; line < places.layout.lineCount; line++) {
        const { top, height } = placeOf(places, line)
        expect(top).toBe(next)
        expect(lineAtOffset(places, top)).toBe(line)
        expect(lineAtOffset(places, top + height - 1)).toBe(line)
        next = top + height
      }
      expect(places.contentPx).toBe(next + sizes.paddingPx)
    })
  }

  it('[UI30] shows a line with the least movement, below the stuck heading', () => {
    const places = placeLines(layOut(groups, 4, true), sizes)
    const last = places.layout.lineCount - 1
    const end = places.contentPx - 300
    expect(offsetToShow(places, 1, { offset: 0, heightPx: 300 }, 'auto')).toBe(0)
    expect(offsetToShow(places, last, { offset: 0, heightPx: 300 }, 'auto')).toBe(end)
    expect(offsetToShow(places, 2, { offset: end, heightPx: 300 }, 'auto')).toBe(placeOf(places, 2).top - 38)
    expect(offsetToShow(places, 1, { offset: 200, heightPx: 300 }, 'start')).toBe(0)
  })
})
