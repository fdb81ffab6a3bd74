import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CellGrouper } from '#core/cube/group-cells.ts'

const rows = fc
  .array(
    fc.tuple(fc.nat({ max: 5 }), fc.nat({ max: 3 }), fc.nat({ max: 70_000 }), fc.integer({ min: 1, max: 2 ** 40 })),
    {
      maxLength: 3000,
    },
  )
  // Few distinct rows, many distinct rows.
  .chain((drawn) =>
    fc.constantFrom(
      drawn,
      drawn.map(([a, b, c, n]) => [a, b, c % 2, n] as const),
    ),
  )

describe('CellGrouper', () => {
  it('[CU1] makes rows that agree in every column one cell, with the sum of their counts', () => {
    fc.assert(
      fc.property(rows, (drawn) => {
        const columns = [0, 1, 2].map((at) => Uint32Array.from(drawn, (row) => row[at as 0 | 1 | 2]))
        const grouper = new CellGrouper(columns)
        const expected = new Map<string, number>()
        drawn.forEach(([a, b, c, count], row) => {
          grouper.add(row, count)
          const key = [a, b, c].join()
          expected.set(key, (expected.get(key) ?? 0) + count)
        })
        const keys = Array.from(grouper.rows, (row) => columns.map((column) => column[row]).join())
        expect(new Map(keys.map((key, cell) => [key, grouper.counts[cell]]))).toEqual(expected)
        expect(grouper.size).toBe(expected.size)
        expect(keys).toEqual([...expected.keys()])
      }),
      { seed: 6, numRuns: 60 },
    )
  })

  it('[CU1] is one cell where there are no columns', () => {
    const grouper = new CellGrouper([])
    grouper.add(0, 2)
    grouper.add(1, 3)
    expect([...grouper.counts]).toEqual([5])
  })
})
