// Sets of rows as bitsets: bit i & 31 of word i >>> 5. Bits past the row count are always 0.

export type Bitset = Uint32Array

export function createBitset(rowCount: number): Bitset {
  return new Uint32Array((rowCount + 31) >>> 5)
}

export function fullBitset(rowCount: number): Bitset {
  const bits = createBitset(rowCount).fill(0xffffffff)
  return clearTail(bits, rowCount)
}

/** Zeroes the bits past the row count; every operation that may set them ends with this. */
export function clearTail(bits: Bitset, rowCount: number): Bitset {
  const rest = rowCount & 31
  if (rest !== 0 && bits.length > 0) bits[bits.length - 1]! &= (1 << rest) - 1
  return bits
}

export function testBit(bits: Bitset, row: number): boolean {
  return ((bits[row >>> 5]! >>> (row & 31)) & 1) === 1
}

export function setBit(bits: Bitset, row: number): void {
  bits[row >>> 5]! |= 1 << (row & 31)
}

export function clearBit(bits: Bitset, row: number): void {
  bits[row >>> 5]! &= ~(1 << (row & 31))
}

/** target &= other, in place. */
export function intersectWith(target: Bitset, other: Bitset): Bitset {
  for (let word = 0; word < target.length; word++) target[word]! &= other[word]!
  return target
}

/** target |= other, in place. */
export function uniteWith(target: Bitset, other: Bitset): Bitset {
  for (let word = 0; word < target.length; word++) target[word]! |= other[word]!
  return target
}

/** target &= ~other, in place. */
export function subtractFrom(target: Bitset, other: Bitset): Bitset {
  for (let word = 0; word < target.length; word++) target[word]! &= ~other[word]!
  return target
}

/** target = ~target within the row count, in place. */
export function invert(target: Bitset, rowCount: number): Bitset {
  for (let word = 0; word < target.length; word++) target[word] = ~target[word]!
  return clearTail(target, rowCount)
}

export function countBits(bits: Bitset): number {
  let total = 0
  for (let word = 0; word < bits.length; word++) total += popCount(bits[word]!)
  return total
}

/** Set bits of 32. */
export function popCount(word: number): number {
  let x = word - ((word >>> 1) & 0x55555555)
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333)
  x = (x + (x >>> 4)) & 0x0f0f0f0f
  return Math.imul(x, 0x01010101) >>> 24
}

/** Row numbers of the set bits, ascending. */
export function rowsOf(bits: Bitset): Uint32Array {
  const rows = new Uint32Array(countBits(bits))
  let next = 0
  for (let index = 0; index < bits.length; index++) {
    let word = bits[index]!
    const base = index << 5
    while (word !== 0) {
      const low = word & -word
      rows[next++] = base + 31 - Math.clz32(low)
      word ^= low
    }
  }
  return rows
}

export function bitsetOf(rows: Iterable<number>, rowCount: number): Bitset {
  const bits = createBitset(rowCount)
  for (const row of rows) setBit(bits, row)
  return bits
}
