// Facets: how often each value of a path occurs under the filter without the path's own clause.
import type { Facet } from '#contract/query.ts'
import type { Bitset } from '#core/columns/bitset.ts'
import { type Dictionary, decodeCode } from '#core/columns/column.ts'
import {
  type BinnedColumn,
  type CodedColumn,
  type Counts,
  binNumbers,
  countAllCodes,
  countInSet,
  histogramOf,
} from '#core/columns/counts.ts'
import { FoibleError } from '#core/errors.ts'
import { namedValues, withoutOwn } from '#core/filter/clauses.ts'
import type { FilterExpr, Path } from '#core/filter/expr.ts'
import { formatPath } from '#core/filter/names.ts'
import { isEverything } from '#core/filter/normalise.ts'
import type { FieldValue } from '#core/sample.ts'
import type { AnalysedDataset } from '#engine/analysis/analysed-dataset.ts'
import { eachNumber } from './value-codes.ts'

const histogramBins = 24
/** Numbers of more different values are a measure, of which no single value is sought. */
const mostNumbers = 100

interface ValueCount {
  readonly value: FieldValue
  readonly count: number
}

/** A path as something to count. */
interface Countable extends CodedColumn {
  readonly path: Path
  /** What stands behind the codes: values, or bins of numbers. */
  readonly of: Dictionary | BinnedColumn
}

interface Shown {
  /** How many values, most frequent first; those that the filter names come besides. */
  readonly top: number
  /** Only values that hold this text, in any case. */
  readonly search: string
}

/** Facets of `paths` in their order. Those that are under one filter are counted in one pass. */
export function countFacets(
  dataset: AnalysedDataset,
  filter: FilterExpr,
  paths: readonly Path[],
  shown: Shown,
): Facet[] {
  const facets = paths.map((path) => {
    const own = withoutOwn(filter, path)
    const key = `counts ${JSON.stringify([path, own])}`
    const facet = countable(dataset, path)
    const counts = isEverything(own) ? countTotals(dataset, facet) : dataset.recall<Counts>(key)
    return { facet, own, key, counts }
  })
  const uncounted = facets.filter(({ counts }) => counts === undefined)
  const fresh = new Map<string, Counts>()
  for (const group of Map.groupBy(uncounted, ({ own }) => JSON.stringify(own)).values()) {
    const bits = dataset.filterBits(group[0]!.own)
    const columns = group.map(({ facet }) => facet)
    const counts = countColumns(dataset, columns, bits)
    group.forEach(({ key }, i) => {
      dataset.remember(key, () => counts[i]!)
      fresh.set(key, counts[i]!)
    })
  }
  return facets.map(({ facet, key, counts }) => describeFacet(facet, filter, counts ?? fresh.get(key)!, shown))
}

/** Totals that are from before a change are no use after it. */
function countColumns(dataset: AnalysedDataset, columns: readonly Countable[], bits: Bitset): Counts[] {
  const { weights, rowCount } = dataset.columns
  if (dataset.isStill) {
    const counts = countInSet(columns, bits, rowCount, weights, (i) => countTotals(dataset, columns[i]!))
    if (dataset.isStill) return counts
  }
  return countInSet(columns, bits, rowCount, weights, null)
}

function countable(dataset: AnalysedDataset, path: Path): Countable {
  const column = dataset.columns.column(path)
  if (column.kind === 'codes') {
    const { codes, dictionary } = column
    return { path, codes, size: dictionary.values.length, of: dictionary }
  }
  if (column.kind === 'numbers') {
    const bins = dataset.remember(`bins ${JSON.stringify(path)}`, () => binNumbers(column.values, histogramBins))
    return { path, codes: bins.codes, size: bins.size, of: bins }
  }
  throw new FoibleError('usage', `${formatPath(path)} differs for every sample and cannot be counted.`, { path })
}

/** Counts of the values of a path, or of the bins of its numbers, over the whole dataset; index 0 = missing. */
export function countAll(dataset: AnalysedDataset, path: Path): Counts {
  return countTotals(dataset, countable(dataset, path))
}

function countTotals(dataset: AnalysedDataset, { path, codes, size }: Countable): Counts {
  return dataset.remember(`totals ${JSON.stringify(path)}`, () => countAllCodes(codes, size, dataset.columns.weights))
}

function describeFacet({ path, of }: Countable, filter: FilterExpr, counts: Counts, { top, search }: Shown): Facet {
  const name = formatPath(path)
  if ('edges' in of) return { kind: 'histogram', path, name, ...histogramOf(of, counts) }
  const codes = byCount(counts, holdsText(of, search))
  const named = new Set(namedValues(filter, path))
  return {
    kind: 'values',
    path,
    name,
    values: codes
      .map((code) => ({ value: decodeCode(of, code), count: counts[code]! }))
      .filter(({ value }, index) => index < top || (value !== null && named.has(value))),
    distinct: codes.length,
    missing: counts[0]!,
  }
}

/** The values of a path over the whole dataset whose text has `search` in it, most frequent first; none of a measure. */
export function findValues(dataset: AnalysedDataset, path: Path, search: string, limit: number): ValueCount[] {
  const column = dataset.columns.column(path)
  if (column.kind === 'numbers') return findNumbers(dataset, path, search, limit)
  if (column.kind !== 'codes') return []
  const { codes, dictionary: of } = column
  const counts = countTotals(dataset, { path, codes, size: of.values.length, of })
  return byCount(counts, holdsText(of, search))
    .slice(0, limit)
    .map((code) => ({ value: decodeCode(of, code), count: counts[code]! }))
}

function findNumbers(dataset: AnalysedDataset, path: Path, search: string, limit: number): ValueCount[] {
  const few = eachNumber(dataset, path, mostNumbers)
  if (few === null) return []
  const counts = countAllCodes(few.codes, few.size, dataset.columns.weights)
  return byCount(counts, holdsText({ values: few.names }, search))
    .slice(0, limit)
    .map((code) => ({ value: few.valueOf(code), count: counts[code]! }))
}

/** Whether a code's value holds a text, in any case. */
function holdsText({ values }: Pick<Dictionary, 'values'>, search: string): (code: number) => boolean {
  if (search === '') return () => true
  const wanted = search.toLocaleLowerCase()
  return (code) => values[code - 1]!.toLocaleLowerCase().includes(wanted)
}

/** Codes that occur and are wanted, most frequent first, ties in the dictionary's order. */
function byCount(counts: Counts, isWanted: (code: number) => boolean): number[] {
  const codes: number[] = []
  for (let code = 1; code < counts.length; code++) if (counts[code]! > 0 && isWanted(code)) codes.push(code)
  return codes.sort((a, b) => counts[b]! - counts[a]! || a - b)
}
