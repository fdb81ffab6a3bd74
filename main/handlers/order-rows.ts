// The order of samples in Gallery and Table: filter, group and sort as one list of rows, remembered until data changes.
import type { Order } from '#contract/query.ts'
import { countBits, fullBitset, rowsOf } from '#core/columns/bitset.ts'
import { wrongCode } from '#core/columns/column.ts'
import { type SortKeys, rowsInOrder, sortKeys, sortRows } from '#core/columns/order.ts'
import type { FilterExpr } from '#core/filter/expr.ts'
import { isEverything } from '#core/filter/normalise.ts'
import type { AnalysedDataset } from '#engine/analysis/analysed-dataset.ts'

/** Of so few rows, one in this many, sorting them is less than passing over the order of all. */
const fewShare = 1 / 64

/** Rows under the filter in the order asked for. Nobody may change the array. */
export function orderedRows(dataset: AnalysedDataset, filter: FilterExpr, order: Order): Uint32Array {
  if (order.groupBy === null && order.sort === null) return dataset.filterRows(filter)
  if (isEverything(filter)) return orderOfAll(dataset, order)
  return dataset.remember(`order ${JSON.stringify([filter, order])}`, () => {
    const bits = dataset.filterBits(filter)
    return countBits(bits) < dataset.rowCount * fewShare
      ? sortInOrder(dataset, rowsOf(bits), order)
      : rowsInOrder(bits, orderOfAll(dataset, order))
  })
}

/** The order of the whole dataset: that of any filter is what the filter leaves of it. */
function orderOfAll(dataset: AnalysedDataset, order: Order): Uint32Array {
  return dataset.remember(`order of all ${JSON.stringify(order)}`, () =>
    sortInOrder(dataset, rowsOf(fullBitset(dataset.rowCount)), order),
  )
}

/** Stable sorts from the least to the most significant key. */
function sortInOrder(dataset: AnalysedDataset, rows: Uint32Array, { sort, groupBy }: Order): Uint32Array {
  const sorted = sort === null ? rows : sortRows(rows, keysOf(dataset, sort))
  return groupBy === null ? sorted : sortRows(sorted, groupKeys(dataset, groupBy))
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
