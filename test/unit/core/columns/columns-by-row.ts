// Random columns and sets of rows for the kernels over columns, which are compared with loops over single rows.
import fc from 'fast-check'
import { type Bitset, bitsetOf } from '#core/columns/bitset.ts'
import { type Codes, createCodes } from '#core/columns/column.ts'

/** Around the words of bitsets, the blocks that are listed at a time, and the chunks that are stored. */
export const rowCounts = fc.constantFrom(0, 1, 31, 32, 33, 63, 64, 65, 4095, 4096, 4097, 65_535, 65_536, 65_537)

const densities = fc.constantFrom(0, 0.001, 0.1, 0.5, 0.51, 0.9, 0.999, 1)
const sizes = fc.constantFrom(0, 1, 2, 4, 255, 256, 300, 65_535, 65_536)

/** Numbers in [0, 1) from a seed. */
export function createDraws(seed: number): () => number {
  let state = seed | 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 4_294_967_296
  }
}

export interface RandomRows {
  readonly rowCount: number
  readonly bits: Bitset
  readonly has: (row: number) => boolean
  readonly draw: () => number
}

export const randomRows: fc.Arbitrary<RandomRows> = fc
  .record({ rowCount: rowCounts, density: densities, seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }) })
  .map(({ rowCount, density, seed }) => {
    const draw = createDraws(seed)
    const rows = new Set(allRows(rowCount).filter(() => draw() < density))
    return { rowCount, bits: bitsetOf(rows, rowCount), has: (row) => rows.has(row), draw }
  })

export const randomSizes = fc.array(sizes, { minLength: 1, maxLength: 4 })

/** Codes from 0 to `size`, in the array that a dictionary of that size gets. */
export function randomCodes(rowCount: number, size: number, draw: () => number): Codes {
  const codes = createCodes(rowCount, size)
  for (let row = 0; row < rowCount; row++) codes[row] = Math.floor(draw() ** 2 * (size + 1))
  return codes
}

export function allRows(rowCount: number): number[] {
  return Array.from({ length: rowCount }, (_, row) => row)
}
