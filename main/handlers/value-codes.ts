// Any path as codes that one can group by: categories as they are, numbers in bins where they are many, crosses of two.
import { type Codes, createCodes, decodeCode } from '#core/columns/column.ts'
import { shortestDecimal } from '#core/columns/shortest-decimal.ts'
import { crossValues } from '#core/discovery/cross-values.ts'
import { FoibleError } from '#core/errors.ts'
import type { FilterExpr, Path } from '#core/filter/expr.ts'
import { formatPath } from '#core/filter/names.ts'
import { formatLimits } from '#core/format/parse-limits.ts'
import type { FieldValue } from '#core/sample.ts'
import type { AnalysedDataset } from '#engine/analysis/analysed-dataset.ts'

export interface ValueCodes {
  readonly codes: Codes
  readonly size: number
  /** Names for display and for breaking ties, that of code c at c - 1. */
  readonly names: readonly string[]
  readonly valueOf: (code: number) => FieldValue
  /** The filter that leaves the samples of one code. */
  readonly filterOf: (code: number) => FilterExpr
  /** Whether a value stands for more than itself, so that only `filterOf` tells which samples it means. */
  readonly isMade: boolean
  /** What is true of the samples of code 0, and the filter that leaves them. */
  readonly missing: { readonly what: string; readonly filter: FilterExpr }
}

/** So many bins of about equally many values, or bins between ascending limits. */
export type Bins = number | readonly number[]

const usualBins = 5
const noValue = 'without a value'

/** `bins`: how numbers are cut; null for five of about equally many values. Throws `usage` for what has none. */
export function valueCodes(dataset: AnalysedDataset, path: Path, bins: Bins | null = null): ValueCodes {
  return dataset.remember(`value codes ${JSON.stringify([path, bins])}`, () => {
    const column = dataset.columns.column(path)
    if (column.kind === 'numbers') {
      if (bins !== null && typeof bins !== 'number') return binNumbers(column.values, bins, path, true)
      const few = distinctNumbers(column.values, bins ?? usualBins)
      if (few !== null) return listNumbers(column.values, few, path)
      const limits = quantileLimits(column.values, dataset.columns.weights, bins ?? usualBins)
      return binNumbers(column.values, limits, path, false)
    }
    if (bins !== null) {
      throw new FoibleError('usage', `${formatPath(path)} is no field of numbers: bins are for numbers.`, { path })
    }
    if (column.kind !== 'codes') {
      throw new FoibleError(
        'usage',
        `${formatPath(path)} differs for every sample: choose a field with repeated values.`,
        { path },
      )
    }
    const { codes, dictionary } = column
    const valueOf = (code: number) => decodeCode(dictionary, code)
    return {
      codes,
      size: dictionary.values.length,
      names: dictionary.values,
      valueOf,
      filterOf: (code) => ({ kind: 'compare', path, op: '=', value: valueOf(code)! }),
      isMade: false,
      missing: { what: noValue, filter: { kind: 'missing', path, missing: true } },
    }
  })
}

/** The samples that a made value means, or without a value; null for what is plainly `field = value` or missing. */
export function madeFilter({ isMade, missing, filterOf }: ValueCodes, code: number): FilterExpr | null {
  if (!isMade) return null
  return code === 0 ? missing.filter : filterOf(code)
}

/** Each number as a value of its own; null where there are more than `most` different ones. */
export function eachNumber(dataset: AnalysedDataset, path: Path, most: number): ValueCodes | null {
  return dataset.remember(`each number ${JSON.stringify([path, most])}`, () => {
    const column = dataset.columns.column(path)
    const few = column.kind === 'numbers' ? distinctNumbers(column.values, most) : null
    return column.kind !== 'numbers' || few === null ? null : listNumbers(column.values, few, path)
  })
}

/** The values, ascending; null where there are more than `most`. */
function distinctNumbers(values: Float32Array | Float64Array, most: number): readonly number[] | null {
  const distinct = new Set<number>()
  for (const value of values) {
    if (Number.isNaN(value)) continue
    distinct.add(value)
    if (distinct.size > most) return null
  }
  return [...distinct].sort((a, b) => a - b)
}

/** Numbers that are few enough to stand for themselves, such as severities. */
function listNumbers(values: Float32Array | Float64Array, distinct: readonly number[], path: Path): ValueCodes {
  const codeOf = new Map(distinct.map((value, i) => [value, i + 1]))
  const codes = createCodes(values.length, distinct.length)
  for (let row = 0; row < values.length; row++) codes[row] = codeOf.get(values[row]!) ?? 0
  const numbers = values instanceof Float64Array ? distinct : distinct.map(shortestDecimal)
  return {
    codes,
    size: distinct.length,
    // As they are: 2020 may be a year, and what is rounded could not be found again.
    names: numbers.map(String),
    valueOf: (code) => (code === 0 ? null : numbers[code - 1]!),
    filterOf: (code) => ({ kind: 'compare', path, op: '=', value: distinct[code - 1]! }),
    isMade: true,
    missing: { what: noValue, filter: { kind: 'missing', path, missing: true } },
  }
}

/** Limits of bins of about equally many values, or images where rows stand for many; fewer bins where many values are the same. */
function quantileLimits(
  values: Float32Array | Float64Array,
  weights: Float64Array | null,
  bins: number,
): readonly number[] {
  const { sorted, places } = weights === null ? sortNumbers(values) : sortWeighted(values, weights)
  const total = places === null ? sorted.length : (places.at(-1) ?? 0)
  const inner = Array.from({ length: bins - 1 }, (_, i) => {
    const place = Math.floor(((i + 1) * total) / bins)
    return sorted[places === null ? place : places.findIndex((end) => end > place)]
  })
  return [...new Set([sorted[0], ...inner, sorted.at(-1)].filter((edge) => edge !== undefined))]
}

function sortNumbers(values: Float32Array | Float64Array) {
  return { sorted: Float64Array.from(values.filter((value) => !Number.isNaN(value))).sort(), places: null }
}

/** `places`: of each value, how many images there are up to and with it. */
function sortWeighted(values: Float32Array | Float64Array, weights: Float64Array) {
  const rows = Uint32Array.from(values.keys()).filter((row) => !Number.isNaN(values[row]))
  rows.sort((a, b) => values[a]! - values[b]!)
  let images = 0
  return {
    sorted: Float64Array.from(rows, (row) => values[row]!),
    places: Float64Array.from(rows, (row) => (images += weights[row]!)),
  }
}

/** Bins between ascending limits, with the limits as names; a value outside them all has none. */
function binNumbers(
  values: Float32Array | Float64Array,
  edges: readonly number[],
  path: Path,
  leavesOut: boolean,
): ValueCodes {
  const size = Math.max(1, edges.length - 1)
  const codes = createCodes(values.length, size)
  const [least, greatest] = [edges[0] ?? NaN, edges.at(-1) ?? NaN]
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!
    // Of NaN, both comparisons are false.
    if (!(value >= least && value <= greatest)) continue
    let bin = 1
    while (bin < size && value >= edges[bin]!) bin++
    codes[row] = bin
  }
  const low = (code: number) => edges[code - 1] ?? 0
  const high = (code: number) => edges[code] ?? low(code)
  const texts = formatLimits(edges)
  const nameOf = (code: number) => {
    const from = texts[code - 1] ?? '0'
    const to = texts[code] ?? from
    return code === size ? `${from} to ${to}` : `${from} to below ${to}`
  }
  const names = Array.from({ length: size }, (_, i) => nameOf(i + 1))
  const none: FilterExpr = { kind: 'missing', path, missing: true }
  const below: FilterExpr = { kind: 'compare', path, op: '<', value: least }
  const above: FilterExpr = { kind: 'compare', path, op: '>', value: greatest }
  return {
    codes,
    size,
    names,
    valueOf: (code) => (code === 0 ? null : names[code - 1]!),
    filterOf: (code) => ({
      kind: 'and',
      items: [
        { kind: 'compare', path, op: '>=', value: low(code) },
        { kind: 'compare', path, op: code === size ? '<=' : '<', value: high(code) },
      ],
    }),
    isMade: true,
    missing: leavesOut
      ? { what: 'outside of the bins or without a value', filter: { kind: 'or', items: [none, below, above] } }
      : { what: noValue, filter: none },
  }
}

/** Both values at once; a sample that misses either has none. Only combinations that occur get a code. */
export function crossCodes(a: ValueCodes, b: ValueCodes): ValueCodes {
  const { codes, size, first, second } = crossValues(a, b)
  const nameOf = (code: number) => `${a.names[first[code - 1]! - 1]} × ${b.names[second[code - 1]! - 1]}`
  return {
    codes,
    size,
    names: Array.from({ length: size }, (_, i) => nameOf(i + 1)),
    valueOf: (code) => (code === 0 ? null : nameOf(code)),
    filterOf: (code) => ({ kind: 'and', items: [a.filterOf(first[code - 1]!), b.filterOf(second[code - 1]!)] }),
    isMade: true,
    missing: {
      what: a.missing.what === b.missing.what ? a.missing.what : `${a.missing.what} in one of the two`,
      filter: { kind: 'or', items: [a.missing.filter, b.missing.filter] },
    },
  }
}
