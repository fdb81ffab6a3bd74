// Any path as codes that one can group by: categories as they are, numbers in quantile bins, crosses of two.
import { type Codes, createCodes, decodeCode } from '#core/columns/column.ts'
import { crossValues } from '#core/discovery/cross-values.ts'
import { FoibleError } from '#core/errors.ts'
import type { FilterExpr, Path } from '#core/filter/expr.ts'
import { formatPath } from '#core/filter/names.ts'
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
}

const quantileBins = 5

/** `limits`: bins of numbers by hand; null cuts them into five of about equally many values. Throws `usage` for what has none. */
export function valueCodes(dataset: AnalysedDataset, path: Path, limits: readonly number[] | null = null): ValueCodes {
  return dataset.remember(`value codes ${JSON.stringify([path, limits])}`, () => {
    const column = dataset.columns.column(path)
    if (column.kind === 'numbers') return binNumbers(column.values, limits ?? quantileLimits(column.values), path)
    if (limits !== null) {
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
    }
  })
}

/** Limits of bins of about equally many values. */
function quantileLimits(values: Float32Array | Float64Array): readonly number[] {
  const sorted = Float64Array.from(values.filter((value) => !Number.isNaN(value))).sort()
  const inner = Array.from(
    { length: quantileBins - 1 },
    (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / quantileBins)],
  )
  return [...new Set([sorted[0], ...inner, sorted.at(-1)].filter((edge) => edge !== undefined))]
}

/** Bins between ascending limits, with the limits as names; a value outside them all has none. */
function binNumbers(values: Float32Array | Float64Array, edges: readonly number[], path: Path): ValueCodes {
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
  const nameOf = (code: number) =>
    code === size ? `${low(code)} to ${high(code)}` : `${low(code)} to below ${high(code)}`
  return {
    codes,
    size,
    names: Array.from({ length: size }, (_, i) => nameOf(i + 1)),
    valueOf: (code) => (code === 0 ? null : nameOf(code)),
    filterOf: (code) => ({
      kind: 'and',
      items: [
        { kind: 'compare', path, op: '>=', value: low(code) },
        { kind: 'compare', path, op: code === size ? '<=' : '<', value: high(code) },
      ],
    }),
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
  }
}
