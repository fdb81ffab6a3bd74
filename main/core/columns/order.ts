// The order of rows in Gallery and Table: stable radix sorts over integer keys, groups as runs of equal keys.
import { type Bitset, countBits } from './bitset.ts'
import { type Column, compareText } from './column.ts'

/** Sort keys, one a row of the dataset: smaller comes first; the greatest key stands for missing, which comes last. */
export type SortKeys = Uint32Array

const missingKey = 0xffffffff

/** Keys that put `column` in ascending or descending order, missing values last either way. */
export function sortKeys(column: Column, rowCount: number, descending: boolean): SortKeys {
  const keys = new Uint32Array(rowCount)
  switch (column.kind) {
    case 'codes': {
      const ranks = dictionaryRanks(column.dictionary.values, descending)
      for (let row = 0; row < rowCount; row++) keys[row] = ranks[column.codes[row]!]!
      return keys
    }
    case 'numbers': {
      if (column.values instanceof Float64Array) return rankKeys(column.values, descending)
      const bits = new Uint32Array(new Float32Array(column.values).buffer)
      for (let row = 0; row < rowCount; row++) {
        const value = column.values[row]!
        if (Number.isNaN(value)) keys[row] = missingKey
        else {
          // -0 and 0 are the same value.
          const raw = value === 0 ? 0 : bits[row]!
          const ordered = raw & 0x80000000 ? ~raw : raw | 0x80000000
          keys[row] = descending ? 0xfffffffe - (ordered >>> 0) : ordered
        }
      }
      return keys
    }
    case 'strings':
      return rankText(column.values, descending)
    case 'ids':
      for (let row = 0; row < rowCount; row++) keys[row] = descending ? rowCount - 1 - row : row
      return keys
  }
}

/** Rank of every code in the order of the dictionary's text; code 0 gets the key for missing. */
export function dictionaryRanks(values: readonly string[], descending: boolean): Uint32Array {
  const order = values.map((_, index) => index).sort((a, b) => compareText(values[a]!, values[b]!) || a - b)
  const ranks = new Uint32Array(values.length + 1)
  ranks[0] = missingKey
  order.forEach((index, rank) => (ranks[index + 1] = descending ? values.length - 1 - rank : rank))
  return ranks
}

function rankKeys(values: Float64Array, descending: boolean): SortKeys {
  const distinct = Float64Array.from(new Set(values.filter((value) => !Number.isNaN(value)))).sort()
  const rankOf = new Map(Array.from(distinct, (value, rank) => [value, rank]))
  return Uint32Array.from(values, (value) => {
    const rank = rankOf.get(value)
    return rank === undefined ? missingKey : descending ? distinct.length - 1 - rank : rank
  })
}

function rankText(values: readonly string[], descending: boolean): SortKeys {
  const order = values.map((_, row) => row).sort((a, b) => compareText(values[a]!, values[b]!))
  const keys = new Uint32Array(values.length)
  order.forEach((row, rank) => (keys[row] = descending ? values.length - 1 - rank : rank))
  return keys
}

/** Sorts row numbers by key, stably (least significant digit first, 16 bits a pass). Returns a new array. */
export function sortRows(rows: Uint32Array, keys: SortKeys): Uint32Array {
  let from = rows
  for (const shift of [0, 16]) {
    const starts = new Uint32Array(65537)
    let digits = 0
    for (let i = 0; i < from.length; i++) {
      const digit = (keys[from[i]!]! >>> shift) & 0xffff
      if (starts[digit + 1]!++ === 0) digits++
    }
    // All rows share this digit: the pass would copy them as they are.
    if (digits <= 1) continue
    for (let digit = 0; digit < 65536; digit++) starts[digit + 1]! += starts[digit]!
    const to = new Uint32Array(from.length)
    for (let i = 0; i < from.length; i++) to[starts[(keys[from[i]!]! >>> shift) & 0xffff]!++] = from[i]!
    from = to
  }
  return from === rows ? rows.slice() : from
}

/** The rows of a set in the order of `order`, which has every row of the dataset. */
export function rowsInOrder(bits: Bitset, order: Uint32Array): Uint32Array {
  const total = countBits(bits)
  // One more: a row that is not in the set is written too, and over by the next one.
  const rows = new Uint32Array(total + 1)
  for (let i = 0, next = 0; next < total; i++) {
    const row = order[i]!
    rows[next] = row
    next += (bits[row >>> 5]! >>> (row & 31)) & 1
  }
  return rows.subarray(0, total)
}
