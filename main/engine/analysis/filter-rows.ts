// Rows under a filter, remembered: every call of a screen asks for the same ones.
import { type Bitset, rowsOf } from '#core/columns/bitset.ts'
import { evaluateFilter } from '#core/columns/evaluate.ts'
import type { FilterExpr } from '#core/filter/expr.ts'
import type { AnalysedDataset } from './analysed-dataset.ts'

export function filterBits(dataset: Pick<AnalysedDataset, 'columns' | 'remember'>, filter: FilterExpr): Bitset {
  return dataset.remember(`bits ${JSON.stringify(filter)}`, () => evaluateFilter(filter, dataset.columns))
}

export function filterRows(dataset: Pick<AnalysedDataset, 'columns' | 'remember'>, filter: FilterExpr): Uint32Array {
  return dataset.remember(`rows ${JSON.stringify(filter)}`, () => rowsOf(filterBits(dataset, filter)))
}
