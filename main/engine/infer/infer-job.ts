// The job that finds a value for every image of a field: only for those that have none, stored as it goes. Killed or stopped, it goes on
// where it was.
import { FoibleError, throwIfCancelled } from '#core/errors.ts'
import type { FilterExpr } from '#core/filter/expr.ts'
import { inferredSources, openInferred } from '#store/inferred-columns.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import type { EngineParts } from '../engine-parts.ts'
import type { JobContext } from '../jobs/job-runner.ts'
import { tellChanged } from '../tell-changed.ts'
import { type InferByExamples, openExampleSource } from './example-source.ts'
import { FoundValues } from './found-values.ts'
import { prepareField } from './inferred-fields.ts'
import { type InferByText, openTextSource } from './text-source.ts'
import type { ValueSource } from './value-source.ts'

export interface InferInput {
  readonly dataset: string
  readonly field: string
  readonly by: InferByText | InferByExamples
  readonly filter: FilterExpr | null
}

const tellEveryMs = 1000

export async function infer(parts: EngineParts, input: InferInput, context: JobContext) {
  const { signal } = context
  const dataset = parts.library.dataset(input.dataset)
  const { by } = input
  const source = await (by.kind === 'text'
    ? openTextSource(parts, dataset, by, signal)
    : openExampleSource(dataset, input.field, by, signal))
  const settings = { ...source.settings, askedAt: parts.now().toISOString() }
  prepareField(dataset, { name: input.field, model: settings.model, words: source.words, settings }, settings.askedAt)
  tellChanged(parts, dataset)
  const field = new FieldGuard(dataset, input.field)
  const rows = input.filter === null ? allRows(dataset) : dataset.filterRows(input.filter)
  const counts = { done: 0, failed: 0 }
  const pending = rows.filter(isOpen(dataset, input.field))
  counts.done = rows.length - pending.length
  context.progress({ done: counts.done, total: rows.length, message: 'Loading the model' })
  if (pending.length > 0) await inferRows(parts, field, source, pending, { counts, total: rows.length, context })
  return { dataset: dataset.id, field: input.field, samples: rows.length, done: counts.done, failed: counts.failed }
}

interface Counting {
  readonly counts: { done: number; failed: number }
  readonly total: number
  readonly context: JobContext
}

async function inferRows(
  parts: EngineParts,
  field: FieldGuard,
  source: ValueSource,
  pending: Uint32Array,
  { counts, total, context }: Counting,
): Promise<void> {
  const { dataset, name } = field
  const found = new FoundValues(dataset, name)
  let lastTold = performance.now()
  try {
    const batches = source.find(pending, (suspects) => {
      found.drop(suspects)
      counts.done -= suspects.length
    })
    for await (const batch of batches) {
      field.check()
      found.add(batch)
      counts.done += batch.sampleIds.length
      counts.failed += batch.failures.length
      context.progress({ done: counts.done + counts.failed, total, message: source.message() })
      if (performance.now() - lastTold < tellEveryMs) continue
      lastTold = performance.now()
      found.store()
      tellChanged(parts, dataset)
    }
    throwIfCancelled(context.signal)
  } finally {
    if (field.isThere()) found.store()
    tellChanged(parts, dataset)
  }
}

/** That the field and the numbering of the rows are still those that the job began with. */
class FieldGuard {
  readonly dataset: DatasetHandle
  readonly name: string
  readonly #columnId: number
  readonly #rowsVersion: number

  constructor(dataset: DatasetHandle, name: string) {
    this.dataset = dataset
    this.name = name
    this.#columnId = dataset.columns.field(name).columnId
    this.#rowsVersion = dataset.rowsVersion
  }

  isThere(): boolean {
    const { dataset } = this
    if (dataset.rowsVersion !== this.#rowsVersion) return false
    return dataset.columns.fields.some(({ name, columnId }) => name === this.name && columnId === this.#columnId)
  }

  check(): void {
    if (this.isThere()) return
    const message = `${this.name} was taken away, or the samples changed, while it was inferred. Start it again.`
    throw new FoibleError('usage', message, { field: this.name })
  }
}

function allRows(dataset: DatasetHandle): Uint32Array {
  return Uint32Array.from({ length: dataset.rowCount }, (_, row) => row)
}

function isOpen(dataset: DatasetHandle, field: string): (row: number) => boolean {
  const { sources } = openInferred(dataset.columns, field)
  return (row) => sources[row] === inferredSources.none
}
