// Passes over one typed array that yield a bitset, 32 rows a word. Comparisons are turned into numbers and never branch: on data in no
// order, one branch in three would be guessed wrong. Each kind of array has its own loop, since one loop for all is compiled for all.
import { type Bitset, clearTail, createBitset, setBit } from './bitset.ts'
import type { Codes } from './column.ts'

export type Numbers = Float32Array | Float64Array

/** Rows whose code has a 1 in `table` (0 or 1 for every code). */
export function selectCodes(codes: Codes, table: Uint8Array, rowCount: number): Bitset {
  const bits = createBitset(rowCount)
  if (codes instanceof Uint8Array) {
    for (let index = 0; index < bits.length; index++) {
      const base = index << 5
      const end = Math.min(32, rowCount - base)
      let word = 0
      for (let bit = 0; bit < end; bit++) word |= table[codes[base + bit]!]! << bit
      bits[index] = word
    }
  } else if (codes instanceof Uint16Array) {
    for (let index = 0; index < bits.length; index++) {
      const base = index << 5
      const end = Math.min(32, rowCount - base)
      let word = 0
      for (let bit = 0; bit < end; bit++) word |= table[codes[base + bit]!]! << bit
      bits[index] = word
    }
  } else {
    for (let index = 0; index < bits.length; index++) {
      const base = index << 5
      const end = Math.min(32, rowCount - base)
      let word = 0
      for (let bit = 0; bit < end; bit++) word |= table[codes[base + bit]!]! << bit
      bits[index] = word
    }
  }
  return bits
}

/** Rows with low <= value <= high; NaN never is. */
export function selectBetween(values: Numbers, low: number, high: number, rowCount: number): Bitset {
  const bits = createBitset(rowCount)
  if (values instanceof Float32Array) {
    for (let index = 0; index < bits.length; index++) {
      const base = index << 5
      const end = Math.min(32, rowCount - base)
      let word = 0
      for (let bit = 0; bit < end; bit++) {
        const value = values[base + bit]!
        word |= (Number(value >= low) & Number(value <= high)) << bit
      }
      bits[index] = word
    }
  } else {
    for (let index = 0; index < bits.length; index++) {
      const base = index << 5
      const end = Math.min(32, rowCount - base)
      let word = 0
      for (let bit = 0; bit < end; bit++) {
        const value = values[base + bit]!
        word |= (Number(value >= low) & Number(value <= high)) << bit
      }
      bits[index] = word
    }
  }
  return bits
}

/** Rows with one of many numbers; NaN is none. */
export function selectAnyOf(values: Numbers, wanted: readonly number[], rowCount: number): Bitset {
  const bits = createBitset(rowCount)
  const set = new Set(wanted)
  // A set would find it.
  set.delete(NaN)
  for (let row = 0; row < rowCount; row++) if (set.has(values[row]!)) setBit(bits, row)
  return bits
}

/** Rows of ids, which may be numbers that are none. */
export function selectIds(ids: readonly number[], rowCount: number): Bitset {
  const bits = createBitset(rowCount)
  for (const id of ids) if (Number.isInteger(id) && id >= 1 && id <= rowCount) setBit(bits, id - 1)
  return bits
}

/** Rows whose id, the row number plus one, lies between two numbers. */
export function selectIdsBetween(low: number, high: number, rowCount: number): Bitset {
  const bits = createBitset(rowCount)
  const first = Math.max(0, Math.ceil(low) - 1)
  const end = Math.min(rowCount, Math.floor(high))
  // NaN in either bound: no comparison holds.
  if (!(first < end)) return bits
  const firstWord = first >>> 5
  const lastWord = (end - 1) >>> 5
  bits.fill(0xffffffff, firstWord, lastWord + 1)
  bits[firstWord]! &= -1 << (first & 31)
  bits[lastWord]! &= -1 >>> (31 - ((end - 1) & 31))
  return bits
}

/** Rows with a NaN. */
export function selectMissing(values: Numbers, rowCount: number): Bitset {
  const bits = createBitset(rowCount)
  for (let index = 0; index < bits.length; index++) {
    const base = index << 5
    const end = Math.min(32, rowCount - base)
    let word = 0
    for (let bit = 0; bit < end; bit++) {
      const value = values[base + bit]!
      word |= Number(value !== value) << bit
    }
    bits[index] = word
  }
  return bits
}

/** Rows that have the same code in both. */
export function selectEqual(a: Codes, b: Codes, rowCount: number): Bitset {
  const bits = createBitset(rowCount)
  for (let index = 0; index < bits.length; index++) {
    const base = index << 5
    const end = Math.min(32, rowCount - base)
    let word = 0
    for (let bit = 0; bit < end; bit++) word |= Number(a[base + bit] === b[base + bit]) << bit
    bits[index] = word
  }
  return bits
}

/** Rows that are in exactly `count` of the sets: the sets are added up in binary, one bitset a digit. */
export function selectInExactly(sets: readonly Bitset[], count: number, rowCount: number): Bitset {
  const digits: Bitset[] = []
  for (const set of sets) {
    const carry = set.slice()
    for (let place = 0; carry.some((word) => word !== 0); place++) {
      const digit = (digits[place] ??= createBitset(rowCount))
      for (let index = 0; index < carry.length; index++) {
        const both = digit[index]! & carry[index]!
        digit[index]! ^= carry[index]!
        carry[index] = both
      }
    }
  }
  const bits = createBitset(rowCount)
  if (count >= 2 ** digits.length) return bits
  for (let index = 0; index < bits.length; index++) {
    let word = -1
    for (let place = 0; place < digits.length; place++) {
      word &= ((count >>> place) & 1) === 1 ? digits[place]![index]! : ~digits[place]![index]!
    }
    bits[index] = word
  }
  return clearTail(bits, rowCount)
}
