// One open dataset: its database, its columns, its version, and what is remembered of recent queries.
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { type Bitset, rowsOf } from '#core/columns/bitset.ts'
import { evaluateFilter } from '#core/columns/evaluate.ts'
import { FoibleError } from '#core/errors.ts'
import type { FilterExpr } from '#core/filter/expr.ts'
import { type DatasetMeta, getMeta, listViews, putMeta } from '#store/dataset-tables.ts'
import { DatasetColumns } from '#store/dataset-columns.ts'
import { datasetFile } from '#store/migrations/dataset.ts'
import { type WriteDb, openDatabase, translateErrors } from '#store/sqlite.ts'
import { ThumbnailStore } from '#store/thumbnail-store.ts'

const rememberedResults = 200

export class DatasetHandle {
  readonly id: string
  readonly folder: string
  readonly db: WriteDb
  readonly columns: DatasetColumns
  readonly thumbnails: ThumbnailStore
  /** Grows with every change of data; cached results and views of older versions are asked for anew. */
  version = 1
  #meta: DatasetMeta
  readonly #results = new Map<string, unknown>()

  constructor(id: string, folder: string) {
    this.id = id
    this.folder = folder
    const file = path.join(folder, 'dataset.sqlite')
    this.db = openDatabase(file, datasetFile)
    const meta = getMeta(this.db)
    if (meta === null) {
      this.db.close()
      throw new FoibleError('broken_file', `${file} holds no finished import. Remove the folder and import again.`, {
        file,
      })
    }
    this.#meta = meta
    this.columns = new DatasetColumns(this.db, meta.samples)
    mkdirSync(folder, { recursive: true })
    this.thumbnails = new ThumbnailStore(path.join(folder, 'thumbs.sqlite'))
  }

  get meta(): DatasetMeta {
    return this.#meta
  }

  get rowCount(): number {
    return this.columns.rowCount
  }

  rename(name: string): void {
    this.#meta = { ...this.#meta, name }
    this.write(() => putMeta(this.db, this.#meta))
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

  /** The result of `compute` for a key, remembered until the data changes (least recently used goes first). */
  remember<T>(key: string, compute: () => T): T {
    if (this.#results.has(key)) {
      const known = this.#results.get(key) as T
      this.#results.delete(key)
      this.#results.set(key, known)
      return known
    }
    const result = compute()
    this.#results.set(key, result)
    if (this.#results.size > rememberedResults) this.#results.delete(this.#results.keys().next().value!)
    return result
  }

  /** Rows under a filter, as a bitset that nobody may change. */
  filterBits(filter: FilterExpr): Bitset {
    return this.remember(`bits ${JSON.stringify(filter)}`, () => evaluateFilter(filter, this.columns))
  }

  /** Rows under a filter, ascending. */
  filterRows(filter: FilterExpr): Uint32Array {
    return this.remember(`rows ${JSON.stringify(filter)}`, () => rowsOf(this.filterBits(filter)))
  }

  viewNames(): string[] {
    return listViews(this.db).map((view) => view.name)
  }

  close(): void {
    this.thumbnails.close()
    this.db.close()
  }
}
