// Facet counts and histograms over a set of rows. Rows count once, or for as many as `weights` says (null = once each).
import { type Bitset, countBits, invert } from './bitset.ts'
import type { Codes } from './column.ts'
import { visitRowBlocks } from './row-blocks.ts'

/** Index = code; in Float64Array where rows are weighted. */
export type Counts = Uint32Array | Float64Array
export type Weights = Float64Array | null

/** What is counted of a column: codes from 1 to `size`, and 0 for missing. */
export interface CodedColumn {
  readonly codes: Codes
  readonly size: number
}

/** How often each code occurs among the rows. */
export function countCodes(codes: Codes, size: number, rows: Uint32Array, weights: Weights = null): Counts {
  const counts = createCounts(size, weights)
  addRows(counts, codes, rows, rows.length, weights)
  return counts
}

/** The same over all rows, without a list of them. */
export function countAllCodes(codes: Codes, size: number, weights: Weights = null): Counts {
  const counts = createCounts(size, weights)
  if (weights !== null) for (let row = 0; row < codes.length; row++) counts[codes[row]!]! += weights[row]!
  else if (codes instanceof Uint8Array) countBytes(codes, counts)
  else if (codes instanceof Uint16Array) for (let row = 0; row < codes.length; row++) counts[codes[row]!]!++
  else for (let row = 0; row < codes.length; row++) counts[codes[row]!]!++
  return counts
}

/** Four at a time, each into counts of its own: what is frequent comes again at once, and would wait for its count to be written. */
function countBytes(codes: Uint8Array, counts: Counts): void {
  const whole = codes.byteOffset % 4 === 0 ? codes.length >>> 2 : 0
  const words = new Uint32Array(codes.buffer, codes.byteOffset - (codes.byteOffset % 4), whole)
  const parts = new Uint32Array(4 * 256)
  for (let i = 0; i < whole; i++) {
    const word = words[i]!
    parts[word & 0xff]!++
    parts[256 + ((word >>> 8) & 0xff)]!++
    parts[512 + ((word >>> 16) & 0xff)]!++
    parts[768 + (word >>> 24)]!++
  }
  for (let code = 0; code < counts.length; code++) {
    counts[code] = parts[code]! + parts[256 + code]! + parts[512 + code]! + parts[768 + code]!
  }
  for (let row = whole * 4; row < codes.length; row++) counts[codes[row]!]!++
}

/**
 * Counts of several columns in a set, in one pass over it. Of a set of more than half of the rows the others are counted and
 * taken from the totals.
 * @param totalOf Counts of column `index` over all rows, asked for only then; null where the columns may change meanwhile, which
 *   are then counted in the set itself.
 */
export function countInSet(
  columns: readonly CodedColumn[],
  bits: Bitset,
  rowCount: number,
  weights: Weights,
  totalOf: ((index: number) => Counts) | null,
): Counts[] {
  const isMost = totalOf !== null && countBits(bits) * 2 > rowCount
  const counts = columns.map(({ size }) => createCounts(size, weights))
  visitRowBlocks(isMost ? invert(bits.slice(), rowCount) : bits, (rows, length) => {
    columns.forEach(({ codes }, index) => addRows(counts[index]!, codes, rows, length, weights))
  })
  return isMost ? counts.map((others, index) => subtract(totalOf(index), others)) : counts
}

/** Rows of a set, or what they stand for. */
export function countRows(bits: Bitset, weights: Weights): number {
  if (weights === null) return countBits(bits)
  let total = 0
  visitRowBlocks(bits, (rows, length) => {
    for (let i = 0; i < length; i++) total += weights[rows[i]!]!
  })
  return total
}

/** Each kind of array has its own loop, since one loop for all is compiled for all. */
function addRows(counts: Counts, codes: Codes, rows: Uint32Array, length: number, weights: Weights): void {
  if (weights !== null) for (let i = 0; i < length; i++) counts[codes[rows[i]!]!]! += weights[rows[i]!]!
  else if (codes instanceof Uint8Array) for (let i = 0; i < length; i++) counts[codes[rows[i]!]!]!++
  else if (codes instanceof Uint16Array) for (let i = 0; i < length; i++) counts[codes[rows[i]!]!]!++
  else for (let i = 0; i < length; i++) counts[codes[rows[i]!]!]!++
}

function createCounts(size: number, weights: Weights): Counts {
  return weights === null ? new Uint32Array(size + 1) : new Float64Array(size + 1)
}

function subtract(total: Counts, others: Counts): Counts {
  const counts = total.slice()
  for (let code = 0; code < counts.length; code++) counts[code]! -= others[code]!
  return counts
}

export interface Histogram {
  readonly min: number | null
  readonly max: number | null
  /** n + 1 edges of n bins of equal width; the last bin is closed on the right. */
  readonly edges: Float64Array
  readonly counts: Counts
  readonly missing: number
}

/** A column of numbers as codes of bins, 0 = missing: a histogram of any set is then a count of codes. */
export interface BinnedColumn extends CodedColumn {
  readonly codes: Uint8Array
  readonly edges: Float64Array
}

/** Puts numbers into `bins` (at most 255) of equal width over the range of all values, so that they stay put while filtering. */
export function binNumbers(values: Float32Array | Float64Array, bins: number): BinnedColumn {
  const codes = new Uint8Array(values.length)
  const range = rangeOf(values)
  if (range === null) return { codes, size: 0, edges: new Float64Array(0) }
  const { min, max } = range
  const size = max > min ? bins : 1
  const width = (max - min) / size
  const edges = Float64Array.from({ length: size + 1 }, (_, i) => (i === 0 ? min : i === size ? max : min + i * width))
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!
    const bin = width === 0 ? 0 : ((value - min) / width) | 0
    codes[row] = value === value ? (bin < size ? bin : size - 1) + 1 : 0
  }
  return { codes, size, edges }
}

/** The histogram behind the counts of a binned column. */
export function histogramOf({ edges }: BinnedColumn, counts: Counts): Histogram {
  return { min: edges[0] ?? null, max: edges.at(-1) ?? null, edges, counts: counts.subarray(1), missing: counts[0]! }
}

/** Least and greatest value that is not missing; null if there is none. */
export function rangeOf(values: Float32Array | Float64Array): { min: number; max: number } | null {
  let min = Infinity
  let max = -Infinity
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!
    if (value < min) min = value
    if (value > max) max = value
  }
  return min <= max ? { min, max } : null
}
