import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rowsOf, type Bitset } from '#core/columns/bitset.ts'
import { nextAbove, nextBelow } from '#core/columns/next-number.ts'
import {
  selectAnyOf,
  selectBetween,
  selectCodes,
  selectEqual,
  selectIds,
  selectIdsBetween,
  selectInExactly,
  selectMissing,
} from '#core/columns/select-rows.ts'
import { allRows, createDraws, randomCodes, randomSizes, rowCounts } from './columns-by-row.ts'

const runs = { numRuns: 40, seed: 6 }
const seeds = fc.integer({ min: 1, max: 2 ** 31 - 1 })
const bounds = fc.constantFrom(-Infinity, -2, -0.5, -0, 0, 0.5, 1, 3, Infinity, NaN)

/** Compares whole words, so that bits past the last row are seen. */
function expectRows(bits: Bitset, rowCount: number, test: (row: number) => boolean): void {
  expect(bits.length).toBe(Math.ceil(rowCount / 32))
  expect([...rowsOf(bits)]).toEqual(allRows(rowCount).filter(test))
}

describe('passes over a column', () => {
  it('[PQ5] select by code what a look at every row does', () => {
    fc.assert(
      fc.property(rowCounts, randomSizes, seeds, (rowCount, sizes, seed) => {
        const draw = createDraws(seed)
        for (const size of sizes) {
          const codes = randomCodes(rowCount, size, draw)
          const other = randomCodes(rowCount, size, draw)
          const table = Uint8Array.from({ length: size + 1 }, () => (draw() < 0.5 ? 1 : 0))
          expectRows(selectCodes(codes, table, rowCount), rowCount, (row) => table[codes[row]!] === 1)
          expectRows(selectEqual(codes, other, rowCount), rowCount, (row) => codes[row] === other[row])
        }
      }),
      runs,
    )
  })

  it('[PQ6] select numbers within bounds, and never missing ones', () => {
    fc.assert(
      fc.property(rowCounts, seeds, bounds, bounds, fc.boolean(), (rowCount, seed, low, high, isDouble) => {
        const draw = createDraws(seed)
        const special = [NaN, -0, 0, Infinity, -Infinity, 0.5, -2]
        const drawn = allRows(rowCount).map(() => special[Math.floor(draw() * 14)] ?? draw() * 6 - 3)
        const values = isDouble ? Float64Array.from(drawn) : Float32Array.from(drawn)
        expectRows(
          selectBetween(values, low, high, rowCount),
          rowCount,
          (row) => values[row]! >= low && values[row]! <= high,
        )
        expectRows(selectMissing(values, rowCount), rowCount, (row) => Number.isNaN(values[row]))
      }),
      runs,
    )
  })

  it('[PQ18] select any of many numbers or ids in one pass', () => {
    const special = [NaN, -0, 0, Infinity, -Infinity, 0.5, -2, 1, 31, 32, 33, 1e12]
    fc.assert(
      fc.property(rowCounts, fc.subarray(special), seeds, fc.boolean(), (rowCount, wanted, seed, isDouble) => {
        const draw = createDraws(seed)
        const drawn = allRows(rowCount).map(() => special[Math.floor(draw() * 14)] ?? draw())
        const values = isDouble ? Float64Array.from(drawn) : Float32Array.from(drawn)
        const isWanted = (value: number) => wanted.some((other) => other === value)
        expectRows(selectAnyOf(values, wanted, rowCount), rowCount, (row) => isWanted(values[row]!))
        expectRows(selectIds(wanted, rowCount), rowCount, (row) => isWanted(row + 1))
      }),
      runs,
    )
  })

  it('[PQ7] select ids within any two bounds', () => {
    const anyBound = fc.oneof(bounds, fc.constantFrom(31, 32, 32.5, 33, 64, 4096, 65_536), fc.integer())
    fc.assert(
      fc.property(rowCounts, anyBound, anyBound, (rowCount, low, high) => {
        expectRows(selectIdsBetween(low, high, rowCount), rowCount, (row) => row + 1 >= low && row + 1 <= high)
      }),
      { ...runs, numRuns: 200 },
    )
  })

  it('[PQ8] select what is in an exact number of sets', () => {
    fc.assert(
      fc.property(rowCounts, fc.nat(9), fc.nat(11), seeds, (rowCount, sets, count, seed) => {
        const draw = createDraws(seed)
        const judged = Array.from({ length: sets }, () => randomCodes(rowCount, 2, draw))
        const isWrong = Uint8Array.of(0, 1, 0)
        const bits = selectInExactly(
          judged.map((codes) => selectCodes(codes, isWrong, rowCount)),
          count,
          rowCount,
        )
        expectRows(bits, rowCount, (row) => judged.filter((codes) => codes[row] === 1).length === count)
      }),
      runs,
    )
  })

  it('[PQ9] take neighbouring numbers for strict comparisons', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (value) => {
        const above = nextAbove(value)
        const below = nextBelow(value)
        if (value === Infinity) expect(above).toBeNaN()
        else {
          expect(above).toBeGreaterThan(value)
          // Nothing lies between.
          if (value > -Infinity) expect([value, above]).toContain(value + (above - value) / 2)
        }
        if (value === -Infinity) expect(below).toBeNaN()
        else expect(below).toBeLessThan(value)
        if (Math.abs(value) < Infinity && value !== 0) expect(nextBelow(above)).toBe(value)
      }),
      { numRuns: 1000, seed: 6 },
    )
  })
})
