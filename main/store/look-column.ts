// What looking at each image left behind (core/lint/image-look.ts), as a packed column; kept in memory, written in bulk.
import { type ImageLook, gridWords, lookFlags } from '#core/lint/image-look.ts'
import type { HashedImages } from '#core/lint/near-duplicates.ts'
import { chunkRows, getColumnRecord, insertColumn, loadColumn, writeChunks } from './packed-column.ts'
import type { WriteDb } from './sqlite.ts'

/** Of a row: two halves of the hash, the grid of colours, flags. */
const stride = 3 + gridWords
const flagsAt = 2 + gridWords
export const lookColumnName = 'lint:look'
/** A kill loses what was seen since the last write: it is looked at again. */
const writtenTogether = 1024

export class LookColumn {
  readonly #db: WriteDb
  readonly #array: Uint32Array
  readonly #changed = new Set<number>()
  readonly #contents = new Map<number, Uint8Array>()
  #pending = 0

  constructor(db: WriteDb, rowCount: number) {
    this.#db = db
    const record = getColumnRecord(db, lookColumnName)
    const stored = record === null ? null : loadColumn(db, record, rowCount)
    this.#array = stored instanceof Uint32Array ? stored : new Uint32Array(rowCount * stride)
  }

  has(row: number): boolean {
    return this.flags(row) !== 0
  }

  /** 0: not looked at. */
  flags(row: number): number {
    return this.#array[row * stride + flagsAt]!
  }

  /** As arrays over all rows. */
  likenesses(): HashedImages {
    const rows = this.#array.length / stride
    const hashes = new Uint32Array(rows * 2)
    const grids = new Uint32Array(rows * gridWords)
    for (let row = 0; row < rows; row++) {
      hashes.set(this.#array.subarray(row * stride, row * stride + 2), row * 2)
      grids.set(this.#array.subarray(row * stride + 2, row * stride + flagsAt), row * gridWords)
    }
    return { hashes, grids }
  }

  /** `sha256`: of the encoded image. */
  note(row: number, { hash, grid, flags }: ImageLook, sha256: Uint8Array): void {
    this.#array.set([...hash, ...grid, flags | lookFlags.looked], row * stride)
    this.#contents.set(row, sha256)
    this.#changed.add(Math.floor(row / chunkRows))
    if (++this.#pending >= writtenTogether) this.save()
  }

  /** Writes what was noted, in one transaction. */
  save(): void {
    if (this.#pending === 0) return
    this.#db.transaction(() => {
      const record =
        getColumnRecord(this.#db, lookColumnName) ?? insertColumn(this.#db, lookColumnName, 'plain', stride)
      writeChunks(this.#db, record, this.#array, this.#changed)
      const update = this.#db.prepare('UPDATE sample SET sha256 = ? WHERE id = ?')
      for (const [row, sha256] of this.#contents) update.run(sha256, row + 1)
    })()
    this.#changed.clear()
    this.#contents.clear()
    this.#pending = 0
  }
}
