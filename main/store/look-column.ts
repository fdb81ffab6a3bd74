// What looking at each image left behind (core/lint/image-look.ts), as a packed column; kept in memory, written in bulk.
import { type ImageLook, lookFlags } from '#core/lint/image-look.ts'
import { chunkRows, getColumnRecord, insertColumn, loadColumn, writeChunks } from './packed-column.ts'
import type { WriteDb } from './sqlite.ts'

/** Of a row: two halves of the hash, mean colour, flags. */
const stride = 4
const columnName = 'lint:look'
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
    const record = getColumnRecord(db, columnName)
    const stored = record === null ? null : loadColumn(db, record, rowCount)
    this.#array = stored instanceof Uint32Array ? stored : new Uint32Array(rowCount * stride)
  }

  has(row: number): boolean {
    return this.flags(row) !== 0
  }

  /** 0: not looked at. */
  flags(row: number): number {
    return this.#array[row * stride + 3]!
  }

  /** Every stride-th element from `offset` on: 0 and 1 the halves of the hash, 2 the mean colour. */
  hashes(): { readonly hashes: Uint32Array; readonly colours: Uint32Array } {
    const rows = this.#array.length / stride
    const hashes = new Uint32Array(rows * 2)
    const colours = new Uint32Array(rows)
    for (let row = 0; row < rows; row++) {
      hashes[row * 2] = this.#array[row * stride]!
      hashes[row * 2 + 1] = this.#array[row * stride + 1]!
      colours[row] = this.#array[row * stride + 2]!
    }
    return { hashes, colours }
  }

  /** `sha256`: of the encoded image. */
  note(row: number, { hash, colour, flags }: ImageLook, sha256: Uint8Array): void {
    this.#array.set([hash[0], hash[1], colour, flags | lookFlags.looked], row * stride)
    this.#contents.set(row, sha256)
    this.#changed.add(Math.floor(row / chunkRows))
    if (++this.#pending >= writtenTogether) this.save()
  }

  /** Writes what was noted, in one transaction. */
  save(): void {
    if (this.#pending === 0) return
    this.#db.transaction(() => {
      const record = getColumnRecord(this.#db, columnName) ?? insertColumn(this.#db, columnName, 'plain', stride)
      writeChunks(this.#db, record, this.#array, this.#changed)
      const update = this.#db.prepare('UPDATE sample SET sha256 = ? WHERE id = ?')
      for (const [row, sha256] of this.#contents) update.run(sha256, row + 1)
    })()
    this.#changed.clear()
    this.#contents.clear()
    this.#pending = 0
  }
}
