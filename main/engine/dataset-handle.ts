// One open dataset: its database, its columns, its version, and what is remembered of recent queries.
import path from 'node:path'
import type { Bitset } from '#core/columns/bitset.ts'
import { FoibleError } from '#core/errors.ts'
import type { FilterExpr } from '#core/filter/expr.ts'
import { type DatasetMeta, getMeta, putMeta } from '#store/dataset-tables.ts'
import { DatasetColumns } from '#store/dataset-columns.ts'
import { LookColumn } from '#store/look-column.ts'
import { datasetFile } from '#store/migrations/dataset.ts'
import { endInterruptedRuns } from '#store/run-table.ts'
import { type WriteDb, openDatabase, translateErrors } from '#store/sqlite.ts'
import { type NewSample, rewriteRows } from '#store/rewrite-rows.ts'
import { ThumbnailStore } from '#store/thumbnail-store.ts'
import type { AnalysedDataset } from './analysis/analysed-dataset.ts'
import { filterBits, filterRows } from './analysis/filter-rows.ts'
import { ResultCache } from './result-cache.ts'

export class DatasetHandle implements AnalysedDataset {
  readonly id: string
  readonly folder: string
  readonly db: WriteDb
  readonly thumbnails: ThumbnailStore
  /** Grows with every change of data; cached results and views of older versions are asked for anew. */
  version = 1
  #meta: DatasetMeta
  #columns: DatasetColumns
  #looks: LookColumn | null = null
  readonly #results = new ResultCache()

  constructor(id: string, folder: string) {
    this.id = id
    this.folder = folder
    const file = path.join(folder, 'dataset.sqlite')
    this.db = openDatabase(file, datasetFile)
    try {
      this.#meta = translateErrors(file, () => requireMeta(this.db, file))
      this.#columns = translateErrors(file, () => {
        endInterruptedRuns(this.db)
        return new DatasetColumns(this.db, this.#meta.samples)
      })
      this.thumbnails = new ThumbnailStore(folder, this.#meta.rowsVersion ?? 0)
    } catch (error) {
      this.db.close()
      throw error
    }
  }

  get meta(): DatasetMeta {
    return this.#meta
  }

  /** Of the numbering that stands: not to be held across a wait, in which samples may be renumbered. */
  get columns(): DatasetColumns {
    return this.#columns
  }

  /** Grows when samples are renumbered; -1 once closed: whoever waited meanwhile has another dataset before them. */
  get rowsVersion(): number {
    return this.db.open ? (this.#meta.rowsVersion ?? 0) : -1
  }

  /** What is known of the pixels. */
  get looks(): LookColumn {
    return (this.#looks ??= new LookColumn(this.db, this.rowCount))
  }

  /** Nobody else changes them. */
  get isStill(): boolean {
    return true
  }

  get rowCount(): number {
    return this.columns.rowCount
  }

  rename(name: string): void {
    this.changeMeta({ name })
    this.touch()
  }

  changeMeta(change: Partial<DatasetMeta>): void {
    const meta = { ...this.#meta, ...change }
    this.write(() => putMeta(this.db, meta))
    this.#meta = meta
  }

  /**
   * Renumbers the samples (see `rewriteRows`), with their thumbnails. No job may be at work on the dataset; what is held
   * of its columns is stale afterwards.
   */
  rewriteRows(keep: Int32Array, describeNew: (row: number) => NewSample): void {
    this.#looks?.save()
    this.write(() => rewriteRows(this.db, keep, describeNew))
    this.#meta = requireMeta(this.db, this.folder)
    this.#columns = new DatasetColumns(this.db, this.#meta.samples)
    this.#looks = null
    this.touch()
    this.thumbnails.renumber(keep, this.rowsVersion)
  }

  /** After a change of the class: reads the meta record and the names again. */
  reload(): void {
    this.#meta = requireMeta(this.db, this.folder)
    this.columns.reloadNames()
    for (const field of this.columns.fields) if (!field.builtIn) this.columns.forget(field.name)
    this.touch()
  }

  /** One transaction of changes; SQLite's failures come out as typed errors. */
  write<T>(work: () => T): T {
    return translateErrors(path.join(this.folder, 'dataset.sqlite'), () => this.db.transaction(work)())
  }

  /** After any change of data: what was remembered is forgotten. */
  touch(): void {
    this.version++
    this.#results.clear()
  }

  /** The result of `compute` for a key, remembered until the data changes or room is needed. */
  remember<T>(key: string, compute: () => T): T {
    return this.#results.remember(key, compute)
  }

  /** A result that was remembered, or undefined. */
  recall<T>(key: string): T | undefined {
    return this.#results.recall<T>(key)
  }

  /** Rows under a filter, as a bitset that nobody may change. */
  filterBits(filter: FilterExpr): Bitset {
    return filterBits(this, filter)
  }

  /** Rows under a filter, ascending. */
  filterRows(filter: FilterExpr): Uint32Array {
    return filterRows(this, filter)
  }

  close(): void {
    this.#looks?.save()
    this.thumbnails.close()
    this.db.close()
  }
}

function requireMeta(db: WriteDb, file: string): DatasetMeta {
  const meta = readMeta(db, file)
  if (meta !== null) return meta
  throw new FoibleError('broken_file', `${file} holds no finished import. Remove the folder and import again.`, {
    file,
  })
}

function readMeta(db: WriteDb, file: string): DatasetMeta | null {
  try {
    return getMeta(db)
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    const message = `${file} is damaged. Restore it from a copy, or remove the dataset and import it again.`
    throw new FoibleError('broken_file', message, { file }, { cause })
  }
}
