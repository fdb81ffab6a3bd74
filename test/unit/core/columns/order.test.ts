import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fullBitset, rowsOf } from '#core/columns/bitset.ts'
import { rowsInOrder, sortRows } from '#core/columns/order.ts'
import { randomRows } from './columns-by-row.ts'

it('[PQ10] what a filter leaves of the order of all rows is the order of its rows', () => {
  fc.assert(
    fc.property(randomRows, fc.constantFrom(1, 3, 1000, 2 ** 32), ({ bits, rowCount, draw }, distinct) => {
      const keys = Uint32Array.from({ length: rowCount }, () => Math.floor(draw() * distinct))
      const all = sortRows(rowsOf(fullBitset(rowCount)), keys)
      expect(rowsInOrder(bits, all)).toEqual(sortRows(rowsOf(bits), keys))
    }),
    { numRuns: 40, seed: 6 },
  )
})
