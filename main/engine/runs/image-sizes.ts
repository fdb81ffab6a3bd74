// Width and height of images that were decoded after the import: filled into the built-in fields where they were missing.
import type { Column } from '#core/columns/column.ts'
import { chunkRows, writeChunks } from '#store/packed-column.ts'
import type { DatasetHandle } from '../dataset-handle.ts'

const sides = ['width', 'height'] as const

export class ImageSizes {
  readonly #dataset: DatasetHandle
  readonly #columns: readonly Column[]
  readonly #changedChunks = new Set<number>()

  constructor(dataset: DatasetHandle) {
    this.#dataset = dataset
    this.#columns = sides.map((name) => dataset.columns.column({ kind: 'field', name }))
  }

  /** `sizes` is n x 2: width and height of each sample's upright image. */
  add(sampleIds: Uint32Array, sizes: Uint32Array): void {
    this.#dataset.columns.changes.noteWrite()
    sampleIds.forEach((id, i) => {
      this.#columns.forEach((column, side) => {
        if (column.kind !== 'numbers' || !Number.isNaN(column.values[id - 1])) return
        column.values[id - 1] = sizes[i * 2 + side]!
        this.#changedChunks.add(Math.floor((id - 1) / chunkRows))
      })
    })
  }

  save(): void {
    if (this.#changedChunks.size === 0) return
    this.#dataset.write(() => {
      for (const [side, name] of sides.entries()) {
        const column = this.#columns[side]!
        if (column.kind !== 'numbers') throw new Error(`${name} is not a number`)
        const { columnId } = this.#dataset.columns.field(name)
        const record = { id: columnId, name, encoding: 'numbers', stride: 1, version: 0 } as const
        writeChunks(this.#dataset.db, record, column.values, this.#changedChunks)
      }
    })
    this.#changedChunks.clear()
  }
}
