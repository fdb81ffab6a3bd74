// Thumbnails as blobs beside the dataset; losing the file loses nothing but time. The file is named after the numbering
// of the samples, so that after a renumbering that was cut off no picture stands beside another's sample.
import { readdirSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { FoibleError } from '#core/errors.ts'
import { thumbnailFile } from './migrations/thumbnails.ts'
import { createKeptTable } from './rewrite-rows.ts'
import { type WriteDb, openDatabase } from './sqlite.ts'

const anyFile = /^thumbs(-\d+)?\.sqlite/

export class ThumbnailStore {
  readonly #folder: string
  #db: WriteDb

  /** `rowsVersion`: that of the dataset's numbering; files of others go. */
  constructor(folder: string, rowsVersion: number) {
    this.#folder = folder
    const name = fileName(rowsVersion)
    for (const entry of readdirSync(folder)) {
      if (anyFile.test(entry) && entry.replace(/-(wal|shm)$/, '') !== name) rmSync(path.join(folder, entry))
    }
    this.#db = openOrRenew(path.join(folder, name))
  }

  get(sampleId: number): Uint8Array | null {
    const data = this.#db.prepare('SELECT data FROM thumbnail WHERE sample_id = ?').pluck().get(sampleId)
    return (data as Buffer | undefined) ?? null
  }

  has(sampleId: number): boolean {
    return this.#db.prepare('SELECT 1 FROM thumbnail WHERE sample_id = ?').get(sampleId) !== undefined
  }

  /** Stores a batch in one transaction. */
  put(thumbnails: readonly { readonly sampleId: number; readonly data: Uint8Array }[]): void {
    const insert = this.#db.prepare('INSERT OR REPLACE INTO thumbnail (sample_id, data) VALUES (?, ?)')
    this.#db.transaction(() => {
      for (const { sampleId, data } of thumbnails) insert.run(sampleId, data)
    })()
  }

  /** Ids that have one, ascending. */
  listIds(): number[] {
    return this.#db.prepare('SELECT sample_id FROM thumbnail ORDER BY sample_id').pluck().all() as number[]
  }

  count(): number {
    return this.#db.prepare('SELECT count(*) FROM thumbnail').pluck().get() as number
  }

  /** Follows the samples to their new rows (see `rewriteRows`), into the file of the numbering `rowsVersion`. */
  renumber(keep: Int32Array, rowsVersion: number): void {
    const from = this.#db.name
    const to = path.join(this.#folder, fileName(rowsVersion))
    try {
      moveRows(this.#db, keep)
      this.#db.close()
      renameSync(from, to)
    } finally {
      // Where it failed, none is better than another's.
      this.#db.close()
      this.#db = openOrRenew(to)
    }
  }

  close(): void {
    this.#db.close()
  }
}

function moveRows(db: WriteDb, keep: Int32Array): void {
  db.transaction(() => {
    createKeptTable(db, keep)
    // By way of negative ids: no two pictures ever have one id.
    db.exec(`
      DELETE FROM thumbnail WHERE sample_id NOT IN (SELECT old_id FROM temp.kept);
      DELETE FROM temp.kept WHERE new_id = old_id;
      UPDATE thumbnail SET sample_id = -moved.new_id FROM temp.kept AS moved WHERE sample_id = moved.old_id;
      UPDATE thumbnail SET sample_id = -sample_id WHERE sample_id < 0;
      DROP TABLE temp.kept;
    `)
  })()
}

function fileName(rowsVersion: number): string {
  return rowsVersion === 0 ? 'thumbs.sqlite' : `thumbs-${rowsVersion}.sqlite`
}

/** A file that is damaged or of another version is made anew: it must not keep the dataset from being opened. */
function openOrRenew(file: string): WriteDb {
  try {
    return openDatabase(file, thumbnailFile)
  } catch (error) {
    if (!(error instanceof FoibleError) || !['broken_file', 'library_newer'].includes(error.code)) throw error
    for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true })
    return openDatabase(file, thumbnailFile)
  }
}
