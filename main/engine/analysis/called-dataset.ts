// A followed dataset as one call sees it: its version is that of the call, which ends between two computations once nobody
// waits for it.
import type { Bitset } from '#core/columns/bitset.ts'
import { FoibleError } from '#core/errors.ts'
import type { FilterExpr } from '#core/filter/expr.ts'
import type { DatasetColumns } from '#store/dataset-columns.ts'
import type { DatasetMeta } from '#store/dataset-tables.ts'
import type { ReadDb } from '#store/sqlite.ts'
import type { AnalysedDataset } from './analysed-dataset.ts'
import { filterBits, filterRows } from './filter-rows.ts'
import type { FollowedDataset } from './followed-dataset.ts'
import { ResultCache } from '../result-cache.ts'
import { type DatasetState, callState } from './thread-messages.ts'

export class CalledDataset implements AnalysedDataset {
  readonly id: string
  readonly version: number
  readonly #followed: FollowedDataset
  readonly #told: DatasetState
  /** Of data that changed since the call was made: no other call's. */
  readonly #ownResults = new ResultCache()
  readonly #state: Int32Array

  constructor(followed: FollowedDataset, told: DatasetState, state: Int32Array) {
    this.id = followed.id
    this.version = followed.version
    this.#followed = followed
    this.#told = told
    this.#state = state
  }

  get db(): ReadDb {
    return this.#followed.db
  }

  get meta(): DatasetMeta {
    return this.#followed.meta
  }

  get columns(): DatasetColumns {
    return this.#followed.columns
  }

  get rowCount(): number {
    return this.columns.rowCount
  }

  get isStill(): boolean {
    // Adds nothing, but is not moved before the reads that came before it.
    return Atomics.add(this.#told.writes, 0, 0) === this.#told.written
  }

  /** What takes several turns may end in another version: that is nobody else's result. */
  remember<T>(key: string, compute: () => T): T {
    throwIfAbandoned(this.#state)
    if (this.version !== this.#followed.version) return compute()
    if (!this.isStill) return this.#ownResults.remember(key, compute)
    return this.#followed.results.remember(key, compute, () => this.isStill)
  }

  recall<T>(key: string): T | undefined {
    if (this.version !== this.#followed.version) return undefined
    return (this.isStill ? this.#followed.results : this.#ownResults).recall<T>(key)
  }

  filterBits(filter: FilterExpr): Bitset {
    return filterBits(this, filter)
  }

  filterRows(filter: FilterExpr): Uint32Array {
    return filterRows(this, filter)
  }
}

export function throwIfAbandoned(state: Int32Array): void {
  if (Atomics.load(state, callState.cancelled) === 1) throw new FoibleError('cancelled', 'Cancelled.')
}
