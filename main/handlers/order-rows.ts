// The order of samples in Gallery and Table: filter, group and sort as one list of rows, remembered until data changes.
import type { Order } from '#contract/query.ts'
import { wrongCode } from '#core/columns/column.ts'
import { type SortKeys, sortKeys, sortRows } from '#core/columns/order.ts'
import type { FilterExpr } from '#core/filter/expr.ts'
import type { AnalysedDataset } from '#engine/analysis/analysed-dataset.ts'

/** Rows under the filter in the order asked for. Nobody may change the array. */
export function orderedRows(dataset: AnalysedDataset, filter: FilterExpr, order: Order): Uint32Array {
  if (order.groupBy === null && order.sort === null) return dataset.filterRows(filter)
  return dataset.remember(`order ${JSON.stringify([filter, order])}`, () => {
    let rows = dataset.filterRows(filter)
    // Stable sorts from the least to the most significant key.
    if (order.sort !== null) rows = sortRows(rows, keysOf(dataset, order.sort))
    if (order.groupBy !== null) rows = sortRows(rows, groupKeys(dataset, order.groupBy))
    return rows
  })
}

function keysOf(dataset: AnalysedDataset, sort: NonNullable<Order['sort']>): SortKeys {
  return dataset.remember(`keys ${JSON.stringify(sort)}`, () =>
    sort.path === 'wrong_models'
      ? wrongModelKeys(dataset, sort.descending)
      : sortKeys(dataset.columns.column(sort.path), dataset.rowCount, sort.descending),
  )
}

function groupKeys(dataset: AnalysedDataset, path: NonNullable<Order['groupBy']>): SortKeys {
  return dataset.remember(`group keys ${JSON.stringify(path)}`, () =>
    sortKeys(dataset.columns.column(path), dataset.rowCount, false),
  )
}

function wrongModelKeys(dataset: AnalysedDataset, descending: boolean): SortKeys {
  const columns = dataset.columns.runs.map((run) => dataset.columns.correct(run.model))
  const keys = new Uint32Array(dataset.rowCount)
  for (let row = 0; row < keys.length; row++) {
    let wrong = 0
    for (const correct of columns) if (correct[row] === wrongCode) wrong++
    keys[row] = descending ? columns.length - wrong : wrong
  }
  return keys
}
