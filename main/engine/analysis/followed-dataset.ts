// A dataset as a thread beside the engine's holds it: the engine's arrays, names read through a connection of its own, and
// results of its own. It follows the engine from call to call.
import path from 'node:path'
import { DatasetColumns } from '#store/dataset-columns.ts'
import { type DatasetMeta, getMeta } from '#store/dataset-tables.ts'
import type { PackedSource } from '#store/packed-source.ts'
import { type WriteDb, openToRead } from '#store/sqlite.ts'
import { ResultCache } from '../result-cache.ts'
import type { DatasetState } from './thread-messages.ts'

export class FollowedDataset {
  readonly id: string
  readonly db: WriteDb
  readonly results = new ResultCache()
  readonly #arrays: PackedSource
  #columns: DatasetColumns
  #version: number
  #written: number
  #meta: DatasetMeta | null = null

  constructor({ id, folder, rowCount, version, written }: DatasetState, arrays: PackedSource) {
    this.id = id
    this.db = openToRead(path.join(folder, 'dataset.sqlite'))
    this.#arrays = arrays
    try {
      this.#columns = new DatasetColumns(this.db, rowCount, arrays)
    } catch (error) {
      this.db.close()
      throw error
    }
    this.#version = version
    this.#written = written
  }

  get version(): number {
    return this.#version
  }

  get columns(): DatasetColumns {
    return this.#columns
  }

  get meta(): DatasetMeta {
    this.#meta ??= getMeta(this.db)
    if (this.#meta === null) throw new Error(`${this.id} has no record`)
    return this.#meta
  }

  /** Brings it to where the engine is. */
  follow({ rowCount, version, written, forgotten }: DatasetState): void {
    if (forgotten === null) this.#columns = new DatasetColumns(this.db, rowCount, this.#arrays)
    else this.#columns.follow(forgotten)
    if (version === this.#version && written === this.#written && forgotten !== null) return
    this.#version = version
    this.#written = written
    this.#meta = null
    this.results.clear()
  }

  close(): void {
    this.results.clear()
    this.db.close()
  }
}
