import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { namedIndices } from '../../../../renderer/confusion/axis-names.ts'
import {
  cellAt,
  centreOn,
  fitViewport,
  namedAt,
  panViewport,
  revealCell,
  zoomViewport,
} from '../../../../renderer/confusion/viewport.ts'

const extent = { rows: 1000, columns: 1000, width: 500, height: 400 }

describe('the window onto a matrix', () => {
  it('[UB26] shows all of it when fitted, and does not blow up a small one', () => {
    expect(fitViewport(extent)).toEqual({ cell: 0.4, left: 0, top: 0 })
    expect(fitViewport({ rows: 3, columns: 3, width: 500, height: 400 }).cell).toBe(28)
  })

  it('[CX13] finds a row or column that is no class by its name, however small its cells are', () => {
    const viewport = fitViewport(extent)
    expect(namedAt(viewport, 'column', 396, 999, extent)).toBe(999)
    expect(namedAt(viewport, 'column', 380, 999, extent)).toBeNull()
    expect(namedAt(viewport, 'row', 396, 1000, extent)).toBeNull()
    expect(namedAt({ cell: 40, left: 0, top: 990 }, 'row', 390, 998, extent)).toBe(999)
  })

  it('[UB26] keeps the cell under the pointer while it zooms in', () => {
    const at = [250, 200] as const
    const before = cellAt(fitViewport(extent), at, extent)
    const zoomed = zoomViewport(fitViewport(extent), 20, at, extent)
    expect(cellAt(zoomed, at, extent)).toEqual(before)
  })

  it('[UB27] never leaves the matrix, whatever is done to it', () => {
    const act = fc.oneof(
      fc.record({
        kind: fc.constant('zoom' as const),
        a: fc.double({ min: 0.1, max: 10, noNaN: true }),
        b: fc.nat(500),
      }),
      fc.record({
        kind: fc.constant('pan' as const),
        a: fc.integer({ min: -900, max: 900 }),
        b: fc.integer({ min: -900, max: 900 }),
      }),
      fc.record({ kind: fc.constant('reveal' as const), a: fc.nat(999), b: fc.nat(999) }),
      fc.record({ kind: fc.constant('centre' as const), a: fc.nat(999), b: fc.nat(999) }),
    )
    fc.assert(
      fc.property(fc.array(act, { maxLength: 20 }), (acts) => {
        let viewport = fitViewport(extent)
        for (const { kind, a, b } of acts) {
          if (kind === 'zoom') viewport = zoomViewport(viewport, a, [b, b], extent)
          if (kind === 'pan') viewport = panViewport(viewport, a, b, extent)
          if (kind === 'reveal') viewport = revealCell(viewport, a, b, extent)
          if (kind === 'centre') viewport = centreOn(viewport, a, b, extent)
        }
        expect(viewport.left).toBeGreaterThanOrEqual(0)
        expect(viewport.top).toBeGreaterThanOrEqual(0)
        expect(cellAt(viewport, [1, 1], extent)).not.toBeNull()
      }),
      { seed: 1 },
    )
  })

  it('[UB27] moves just enough to show a cell', () => {
    const near = { cell: 16, left: 100, top: 100 }
    expect(revealCell(near, 110, 110, extent)).toEqual(near)
    expect(cellAt(revealCell(near, 110, 500, extent), [499, 1], extent)?.column).toBeGreaterThanOrEqual(500)
  })
})

describe('the names along an axis', () => {
  it('[UB34] are all drawn where there is room, and thinned where there is not', () => {
    expect(namedIndices({ count: 5, start: 0, span: 200, cell: 20 }, [])).toEqual([0, 1, 2, 3, 4])
    expect(namedIndices({ count: 9, start: 0, span: 200, cell: 5 }, [])).toEqual([0, 3, 6])
  })

  it('[UB34] always hold those that must be named, never nearer than 12 pixels', () => {
    const named = namedIndices({ count: 60, start: 0, span: 400, cell: 6 }, [7, 59])
    expect(named).toContain(7)
    expect(named).toContain(59)
    const sorted = named.toSorted((a, b) => a - b)
    for (const [index, value] of sorted.entries()) {
      if (index > 0) expect((value - (sorted[index - 1] ?? 0)) * 6).toBeGreaterThanOrEqual(12)
    }
    expect(namedIndices({ count: 60, start: 20, span: 60, cell: 6 }, [7])).not.toContain(7)
  })
})
