// Facet counts and histograms over a set of rows.
import type { Codes } from './column.ts'

/** How often each code occurs among the rows; index = code. */
export function countCodes(codes: Codes, size: number, rows: Uint32Array): Uint32Array {
  const counts = new Uint32Array(size + 1)
  for (let i = 0; i < rows.length; i++) counts[codes[rows[i]!]!]!++
  return counts
}

/** The same over all rows, without a list of them. */
export function countAllCodes(codes: Codes, size: number): Uint32Array {
  const counts = new Uint32Array(size + 1)
  for (let row = 0; row < codes.length; row++) counts[codes[row]!]!++
  return counts
}

export interface Histogram {
  readonly min: number | null
  readonly max: number | null
  /** n + 1 edges of n bins of equal width; the last bin is closed on the right. */
  readonly edges: Float64Array
  readonly counts: Uint32Array
  readonly missing: number
}

/** A histogram over `rows`; the bins span the range of all values, so that they stay put while filtering. */
export function computeHistogram(
  values: Float32Array | Float64Array,
  rows: Uint32Array,
  range: { readonly min: number; readonly max: number } | null,
  bins: number,
): Histogram {
  if (range === null) {
    return { min: null, max: null, edges: new Float64Array(0), counts: new Uint32Array(0), missing: rows.length }
  }
  const { min, max } = range
  const binCount = max > min ? bins : 1
  const width = (max - min) / binCount
  const edges = Float64Array.from({ length: binCount + 1 }, (_, i) => (i === binCount ? max : min + i * width))
  const counts = new Uint32Array(binCount)
  let missing = 0
  for (let i = 0; i < rows.length; i++) {
    const value = values[rows[i]!]!
    if (Number.isNaN(value)) missing++
    else counts[width === 0 ? 0 : Math.min(binCount - 1, Math.floor((value - min) / width))]!++
  }
  return { min, max, edges, counts, missing }
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
