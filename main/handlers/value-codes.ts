// Any path as codes that one can group by: categories as they are, numbers in quantile bins, crosses of two.
import { type Codes, createCodes, decodeCode } from '#core/columns/column.ts'
import { FoibleError } from '#core/errors.ts'
import type { FilterExpr, Path } from '#core/filter/expr.ts'
import { formatPath } from '#core/filter/names.ts'
import type { FieldValue } from '#core/sample.ts'
import type { DatasetHandle } from '#engine/dataset-handle.ts'

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

export function valueCodes(dataset: DatasetHandle, path: Path): ValueCodes {
  return dataset.remember(`value codes ${JSON.stringify(path)}`, () => {
    const column = dataset.columns.column(path)
    if (column.kind === 'numbers') return binNumbers(column.values, path)
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

/** Bins of about equally many values, with their limits as names. */
function binNumbers(values: Float32Array | Float64Array, path: Path): ValueCodes {
  const sorted = Float64Array.from(values.filter((value) => !Number.isNaN(value))).sort()
  const limits = Array.from(
    { length: quantileBins - 1 },
    (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / quantileBins)],
  )
  const edges = [...new Set([sorted[0], ...limits, sorted.at(-1)].filter((edge) => edge !== undefined))]
  const size = Math.max(1, edges.length - 1)
  const codes = createCodes(values.length, size)
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!
    if (Number.isNaN(value)) continue
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
export function crossCodes(dataset: DatasetHandle, a: ValueCodes, b: ValueCodes): ValueCodes {
  const seen = new Map<number, number>()
  const pairs: { readonly a: number; readonly b: number }[] = []
  const wide = new Uint32Array(dataset.rowCount)
  for (let row = 0; row < wide.length; row++) {
    const x = a.codes[row]!
    const y = b.codes[row]!
    if (x === 0 || y === 0) continue
    const key = x * (b.size + 1) + y
    let code = seen.get(key)
    if (code === undefined) {
      pairs.push({ a: x, b: y })
      code = pairs.length
      seen.set(key, code)
    }
    wide[row] = code
  }
  const nameOf = ({ a: x, b: y }: { readonly a: number; readonly b: number }) => `${a.names[x - 1]} × ${b.names[y - 1]}`
  return {
    codes: wide,
    size: pairs.length,
    names: pairs.map(nameOf),
    valueOf: (code) => (code === 0 ? null : nameOf(pairs[code - 1]!)),
    filterOf: (code) => {
      const pair = pairs[code - 1]!
      return { kind: 'and', items: [a.filterOf(pair.a), b.filterOf(pair.b)] }
    },
  }
}
