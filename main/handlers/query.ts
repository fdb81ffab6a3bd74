// Calls that look at samples under a filter: counts, values, groups, pages, ranges.
import type { Group } from '#contract/query.ts'
import { intersectWith } from '#core/columns/bitset.ts'
import { type Column, rightCode, wrongCode } from '#core/columns/column.ts'
import { countRows } from '#core/columns/counts.ts'
import type { FilterExpr, Path } from '#core/filter/expr.ts'
import { formatPath } from '#core/filter/names.ts'
import { wilsonInterval } from '#core/statistics/wilson.ts'
import type { AnalysedDataset } from '#engine/analysis/analysed-dataset.ts'
import { getFileNames } from '#store/sample-table.ts'
import { countFacets, findValues } from './count-facets.ts'
import type { AnalysisParts, Subject } from './handler-parts.ts'
import { orderedRows } from './order-rows.ts'
import { readValue } from '#engine/columns/read-values.ts'
import { sliceTable } from './slice-table.ts'

export function queryHandlers(
  parts: AnalysisParts,
): Subject<'query.counts' | 'query.values' | 'query.groups' | 'query.page' | 'query.position' | 'query.range'> {
  const open = (id: string) => parts.library.dataset(id)
  return {
    'query.counts': ({ dataset: id, filter, facets, top, search = '' }) => {
      const dataset = open(id)
      const paths = facets ?? defaultFacets(dataset)
      const bits = dataset.filterBits(filter)
      const { weights } = dataset.columns
      return {
        version: dataset.version,
        total: countRows(bits, weights),
        samples: dataset.meta.cube?.images ?? dataset.rowCount,
        facets: countFacets(dataset, filter, paths, { top, search }),
        tags: dataset.columns.tags.map(({ name }) => ({
          name,
          count: countRows(intersectWith(bits.slice(), dataset.columns.tag(name)), weights),
        })),
      }
    },
    'query.values': ({ dataset, path, search, limit }) => findValues(open(dataset), path, search, limit),
    'query.groups': ({ dataset: id, filter, order, model }) => {
      const dataset = open(id)
      const rows = orderedRows(dataset, filter, order)
      const groups = findGroups(dataset, rows, order.groupBy, model)
      const withExpected = model === null ? groups : addExpected(dataset, filter, order.groupBy, model, groups)
      return { version: dataset.version, total: rows.length, groups: withExpected }
    },
    'query.page': ({ dataset: id, filter, order, offset, limit, columns }) => {
      const dataset = open(id)
      const rows = orderedRows(dataset, filter, order)
      const page = rows.slice(offset, offset + limit)
      const tags = dataset.columns.tags.map(({ name }) => ({ name, bits: dataset.columns.tag(name) }))
      return {
        version: dataset.version,
        total: rows.length,
        offset,
        ids: page.map((row) => row + 1),
        fileNames: getFileNames(
          dataset.db,
          page.map((row) => row + 1),
        ),
        tags: Array.from(page, (row) =>
          tags.filter(({ bits }) => ((bits[row >>> 5]! >>> (row & 31)) & 1) === 1).map(({ name }) => name),
        ),
        columns: columns.map((path) => {
          const column = dataset.columns.column(path)
          return { name: formatPath(path), values: Array.from(page, (row) => readValue(column, row)) }
        }),
      }
    },
    'query.position': ({ dataset: id, filter, order, id: sample }) => {
      const offset = orderedRows(open(id), filter, order).indexOf(sample - 1)
      return { offset: offset < 0 ? null : offset }
    },
    'query.range': ({ dataset: id, filter, order, from, to }) => {
      const rows = orderedRows(open(id), filter, order)
      return { ids: rows.slice(Math.min(from, to), Math.max(from, to) + 1).map((row) => row + 1) }
    },
  }
}

/** All fields but free text, ids and file names, with how sure the model was of inferred ones; then whether each model is right. */
function defaultFacets(dataset: AnalysedDataset): Path[] {
  const fields = dataset.columns.fields
    .filter((field) => field.kind !== 'text')
    .flatMap(({ name, settings }): Path[] => {
      const own: Path = { kind: 'field', name }
      return settings === null ? [own] : [own, { kind: 'score', field: name }, { kind: 'margin', field: name }]
    })
  const runs = dataset.columns.runs.map((run): Path => ({ kind: 'run', model: run.model, property: 'correct' }))
  return [...fields, ...runs]
}

/** Runs of equal values in the order, with the failures of `model` in each. */
function findGroups(dataset: AnalysedDataset, rows: Uint32Array, groupBy: Path | null, model: string | null): Group[] {
  const correct = model === null ? null : dataset.columns.correct(model)
  const column = groupBy === null ? null : dataset.columns.column(groupBy)
  const keyOf = column === null ? () => 0 : groupKey(column)
  const groups: Group[] = []
  let start = 0
  while (start < rows.length) {
    const key = keyOf(rows[start]!)
    let end = start
    let wrong = 0
    let right = 0
    for (; end < rows.length && keyOf(rows[end]!) === key; end++) {
      const code = correct?.[rows[end]!]
      if (code === wrongCode) wrong++
      if (code === rightCode) right++
    }
    const n = wrong + right
    groups.push({
      value: column === null ? null : readValue(column, rows[start]!),
      start,
      count: end - start,
      n,
      failures: wrong,
      wilson: n === 0 ? null : [...wilsonInterval(wrong, n)],
      expected: null,
    })
    start = end
  }
  return groups
}

/** Missing numbers are one group although NaN equals nothing. */
function groupKey(column: Column): (row: number) => unknown {
  if (column.kind === 'codes') return (row) => column.codes[row]
  if (column.kind === 'numbers') return (row) => (Number.isNaN(column.values[row]) ? null : column.values[row])
  return (row) => readValue(column, row)
}

/** Beside each group the rate at which its classes usually fail, from the slice table of the same field. */
function addExpected(
  dataset: AnalysedDataset,
  filter: FilterExpr,
  groupBy: Path | null,
  model: string,
  groups: readonly Group[],
): Group[] {
  if (groupBy === null || dataset.columns.classField() === null) return [...groups]
  if (dataset.columns.column(groupBy).kind !== 'codes') return [...groups]
  const { table, nameOf } = sliceTable(dataset, {
    filter,
    field: groupBy,
    cross: null,
    models: [model],
    adjust: 'auto',
  })
  const expected = new Map(table.rows.map((row) => [nameOf(row.valueCode), row.expected]))
  return groups.map((group) => ({ ...group, expected: expected.get(group.value) ?? null }))
}
