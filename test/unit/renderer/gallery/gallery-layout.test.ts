import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Group } from '#contract/query.ts'
import { fitColumns, layOut, lineAt, lineOf, moveFrom, type Move } from '../../../../renderer/gallery/gallery-layout.ts'

function groupsOf(counts: readonly number[]): Group[] {
  let start = 0
  return counts.map((count, index) => {
    const group = { value: `v${index}`, start, count, n: count, failures: 0, wilson: null, expected: null }
    start += count
    return group
  })
}

const shapes = fc.record({
  counts: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 12 }),
  columns: fc.integer({ min: 1, max: 9 }),
  hasHeadings: fc.boolean(),
})

describe('the layout', () => {
  it('[UI15] holds every offset once, in order, no line wider than the columns or across groups', () => {
    fc.assert(
      fc.property(shapes, ({ counts, columns, hasHeadings }) => {
        const layout = layOut(groupsOf(counts), columns, hasHeadings)
        const lines = Array.from({ length: layout.lineCount }, (_, index) => lineAt(layout, index))
        const offsets = lines.flatMap((line) =>
          line.kind === 'tiles' ? Array.from({ length: line.end - line.start }, (_, index) => line.start + index) : [],
        )
        expect(offsets).toEqual(Array.from({ length: layout.total }, (_, index) => index))
        expect(lines.every((line) => line.kind === 'heading' || line.end - line.start <= columns)).toBe(true)
        expect(lines.filter(({ kind }) => kind === 'heading')).toHaveLength(hasHeadings ? counts.length : 0)
      }),
    )
  })

  it('[UI15] finds the line of an offset', () => {
    fc.assert(
      fc.property(shapes, fc.nat(), ({ counts, columns, hasHeadings }, seed) => {
        const layout = layOut(groupsOf(counts), columns, hasHeadings)
        const offset = seed % layout.total
        const line = lineAt(layout, lineOf(layout, offset))
        expect(line.kind === 'tiles' && line.start <= offset && offset < line.end).toBe(true)
      }),
    )
  })
})

describe('moving', () => {
  const layout = layOut(groupsOf([7, 2, 5]), 3, true)
  const go = (offset: number | null, move: Move) => moveFrom(layout, offset, move, 2)

  it('[UI16] keeps the column up and down, across headings and short lines', () => {
    expect(go(1, 'down')).toBe(4)
    expect(go(4, 'down')).toBe(6)
    expect(go(6, 'down')).toBe(7)
    expect(go(8, 'up')).toBe(6)
    expect(go(10, 'up')).toBe(8)
    expect(go(0, 'up')).toBe(0)
    expect(go(13, 'down')).toBe(13)
  })

  it('[UI16] goes to the first image of groups', () => {
    expect(go(1, 'next-group')).toBe(7)
    expect(go(13, 'next-group')).toBe(13)
    expect(go(11, 'previous-group')).toBe(9)
    expect(go(9, 'previous-group')).toBe(7)
    expect(go(0, 'previous-group')).toBe(0)
  })

  it('[UI16] begins at the first image, and stays within the images', () => {
    expect(go(null, 'down')).toBe(0)
    expect(moveFrom(layOut([], 3, false), 0, 'right', 2)).toBeNull()
    fc.assert(
      fc.property(
        shapes,
        fc.nat(),
        fc.constantFrom<Move>('left', 'right', 'up', 'down', 'page-up', 'page-down', 'previous-group', 'next-group'),
        ({ counts, columns, hasHeadings }, seed, move) => {
          const some = layOut(groupsOf(counts), columns, hasHeadings)
          const to = moveFrom(some, seed % some.total, move, 4)
          expect(to).toBeGreaterThanOrEqual(0)
          expect(to).toBeLessThan(some.total)
        },
      ),
    )
  })
})

describe('fitColumns', () => {
  it('[UI17] fills the width with tiles of about the size wanted', () => {
    expect(fitColumns(702, 136, 6)).toEqual({ columns: 5, tileWidth: 135 })
    expect(fitColumns(50, 136, 6)).toEqual({ columns: 1, tileWidth: 50 })
  })
})
