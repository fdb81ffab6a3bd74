// Passing over the rows of a bitset block by block: what is worked out row by row stays in the processor's cache between the
// passes over one column after another, and no list of all rows is made.
import type { Bitset } from './bitset.ts'
import type { Codes } from './column.ts'

export const blockRows = 4096

/**
 * Calls `visit` with the numbers of the set bits, ascending, at most `blockRows` at a time, which stand at 0..count - 1. The
 * array is written over by the next block.
 */
export function visitRowBlocks(bits: Bitset, visit: (rows: Uint32Array, count: number) => void): void {
  const rows = new Uint32Array(blockRows)
  let count = 0
  for (let index = 0; index < bits.length; index++) {
    let word = bits[index]!
    if (word === 0) continue
    if (count > blockRows - 32) {
      visit(rows, count)
      count = 0
    }
    let row = index << 5
    if (word === 0xffffffff) {
      for (let bit = 0; bit < 32; bit++) rows[count++] = row++
      continue
    }
    while (word !== 0) {
      const low = word & -word
      rows[count++] = row + 31 - Math.clz32(low)
      word ^= low
    }
  }
  if (count > 0) visit(rows, count)
}

/** Writes the codes of a block's rows to `target`. */
export function takeBlock(codes: Codes, rows: Uint32Array, count: number, target: Uint32Array): void {
  for (let index = 0; index < count; index++) target[index] = codes[rows[index]!]!
}
