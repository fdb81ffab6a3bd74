import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { greatestScale, panBy, wholeView, zoomAt } from '../../../../renderer/inspector/pan-zoom-model.ts'

const frame = { width: 300, height: 200 }

describe('zoom and pan', () => {
  it('[UI18] keeps the point under the pointer where it is', () => {
    const view = zoomAt(wholeView, 2, { x: 50, y: -20 }, frame)
    expect(view).toEqual({ scale: 2, x: -50, y: 20 })
  })

  it('[UI18] never leaves the frame, and fits whole when zoomed out', () => {
    const steps = fc.array(
      fc.record({
        factor: fc.double({ min: 0.2, max: 5, noNaN: true }),
        x: fc.integer({ min: -150, max: 150 }),
        y: fc.integer({ min: -100, max: 100 }),
      }),
    )
    fc.assert(
      fc.property(steps, (moves) => {
        const view = moves.reduce(
          (old, { factor, x, y }) => panBy(zoomAt(old, factor, { x, y }, frame), x * 3, y * 3, frame),
          wholeView,
        )
        expect(view.scale).toBeGreaterThanOrEqual(1)
        expect(view.scale).toBeLessThanOrEqual(greatestScale)
        expect(Math.abs(view.x)).toBeLessThanOrEqual(((view.scale - 1) * frame.width) / 2)
        expect(zoomAt(view, 0.001, { x: 0, y: 0 }, frame)).toEqual(wholeView)
      }),
    )
  })
})
