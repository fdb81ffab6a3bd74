// Values that were found and not yet stored. A column is stored a chunk at a time, so that a few batches are stored together.
import { candidateCount, clearInferred } from '#store/inferred-columns.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import { change, storeInferred } from './inferred-fields.ts'
import type { FoundBatch } from './value-source.ts'

export class FoundValues {
  readonly #dataset: DatasetHandle
  readonly #field: string
  #batches: FoundBatch[] = []

  constructor(dataset: DatasetHandle, field: string) {
    this.#dataset = dataset
    this.#field = field
  }

  add(batch: FoundBatch): void {
    if (batch.sampleIds.length > 0) this.#batches.push(batch)
  }

  store(): void {
    const batches = this.#batches
    this.#batches = []
    const rows = batches.flatMap(({ sampleIds }) => Array.from(sampleIds, (id) => id - 1))
    if (rows.length === 0) return
    storeInferred(this.#dataset, this.#field, {
      rows: Uint32Array.from(rows),
      candidates: Uint32Array.from(batches.flatMap(({ topIds }) => Array.from(topIds, (id) => id + 1))),
      scores: Float32Array.from(
        batches.flatMap(({ sampleIds, topProbabilities }) =>
          Array.from(sampleIds, (_, i) => topProbabilities[i * candidateCount]!),
        ),
      ),
      margins: Float32Array.from(batches.flatMap(({ margin }) => [...margin])),
    })
  }

  /** Takes back what was found for some samples, stored or not. */
  drop(sampleIds: readonly number[]): void {
    this.store()
    const { db, columns } = this.#dataset
    const rows = Uint32Array.from(sampleIds, (id) => id - 1)
    change(this.#dataset, this.#field, () => clearInferred(db, columns, this.#field, rows))
  }
}
