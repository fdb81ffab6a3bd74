// Thumbnails as blobs in thumbs.sqlite beside the dataset; losing the file loses nothing but time.
import { rmSync } from 'node:fs'
import { FoibleError } from '#core/errors.ts'
import { thumbnailFile } from './migrations/thumbnails.ts'
import { type WriteDb, openDatabase } from './sqlite.ts'

export class ThumbnailStore {
  readonly #db: WriteDb

  constructor(file: string) {
    this.#db = openOrRenew(file)
  }

  get(sampleId: number): Uint8Array | null {
    const data = this.#db.prepare('SELECT data FROM thumbnail WHERE sample_id = ?').pluck().get(sampleId)
    return (data as Buffer | undefined) ?? null
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

  close(): void {
    this.#db.close()
  }
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
