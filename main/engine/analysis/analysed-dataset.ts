// What analysis needs of an open dataset, whichever thread holds it. It only reads.
import type { Bitset } from '#core/columns/bitset.ts'
import type { FilterExpr } from '#core/filter/expr.ts'
import type { DatasetColumns } from '#store/dataset-columns.ts'
import type { DatasetMeta } from '#store/dataset-tables.ts'
import type { ReadDb } from '#store/sqlite.ts'

export interface AnalysedDataset {
  readonly id: string
  readonly db: ReadDb
  readonly meta: DatasetMeta
  /** Grows with every change of data. */
  readonly version: number
  readonly rowCount: number
  /** Whether no array was changed in place since the call began, as another thread may do: only then do several counts agree. */
  readonly isStill: boolean
  /** Not to be held across a wait, in which samples may be renumbered. */
  readonly columns: DatasetColumns
  /** The result of `compute` for a key, remembered until the data changes or room is needed. Throws `cancelled` for a call that nobody waits for. */
  remember<T>(key: string, compute: () => T): T
  /** A result that was remembered, or undefined. */
  recall<T>(key: string): T | undefined
  /** Rows under a filter, as a bitset that nobody may change. */
  filterBits(filter: FilterExpr): Bitset
  /** Rows under a filter, ascending. */
  filterRows(filter: FilterExpr): Uint32Array
}
