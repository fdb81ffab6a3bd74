// Rows under a filter, remembered: every call of a screen asks for the same ones.
import { type Bitset, fullBitset, intersectWith, rowsOf } from '#core/columns/bitset.ts'
import { evaluateFilter } from '#core/columns/evaluate.ts'
import type { FilterExpr } from '#core/filter/expr.ts'
import type { AnalysedDataset } from './analysed-dataset.ts'

export function filterBits(dataset: Pick<AnalysedDataset, 'columns' | 'remember'>, filter: FilterExpr): Bitset {
  return dataset.remember(`bits ${JSON.stringify(filter)}`, () => {
    if (filter.kind !== 'and') return evaluateFilter(filter, dataset.columns)
    // Each clause once: every facet asks for all of them but its own.
    const [first, ...rest] = filter.items.map((item) => filterBits(dataset, item))
    if (first === undefined) return fullBitset(dataset.columns.rowCount)
    return rest.reduce((bits, clause) => intersectWith(bits, clause), first.slice())
  })
}

export function filterRows(dataset: Pick<AnalysedDataset, 'columns' | 'remember'>, filter: FilterExpr): Uint32Array {
  return dataset.remember(`rows ${JSON.stringify(filter)}`, () => rowsOf(filterBits(dataset, filter)))
}
