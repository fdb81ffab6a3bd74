// Inferred fields of a dataset as rows and history know them: made, found again, stored into, taken away.
import { FoibleError } from '#core/errors.ts'
import { type FieldRecord, type InferredSettings, deleteField, insertField } from '#store/field-table.ts'
import { insertHistory } from '#store/history-table.ts'
import {
  type InferredBatch,
  type NewInferredField,
  insertInferredColumns,
  openInferred,
  writeInferred,
} from '#store/inferred-columns.ts'
import { deleteUnusedJoined } from '#store/joined-columns.ts'
import type { DatasetHandle } from '../dataset-handle.ts'

/** Names that every dataset has without a field of that name. */
const reserved: ReadonlySet<string> = new Set(['id', 'file_name'])

export interface InferredRecord extends FieldRecord {
  readonly settings: InferredSettings
}

/** Throws `unknown_name` where there is no such field, `usage` where its values were not inferred. */
export function inferredField(dataset: DatasetHandle, name: string): InferredRecord {
  const field = dataset.columns.field(name)
  if (field.settings !== null) return { ...field, settings: field.settings }
  const known = dataset.columns.fields.filter(({ settings }) => settings !== null).map((other) => other.name)
  const way = known.length === 0 ? 'Infer a field first.' : `Inferred are ${known.join(', ')}.`
  throw new FoibleError('usage', `The values of ${name} were not inferred. ${way}`, { field: name, known })
}

/** The field of that name if it was begun the same way, else a new one. Throws `already_exists` where the name is another's. */
export function prepareField(
  dataset: DatasetHandle,
  wanted: Omit<NewInferredField, 'role' | 'rowCount'>,
  at: string,
): void {
  const { name } = wanted
  const known = dataset.columns.fields.find((field) => field.name === name)
  if (known === undefined && !reserved.has(name)) return insertNew(dataset, wanted, at)
  if (known?.settings && isSame(dataset, { ...known, settings: known.settings }, wanted)) return
  const message = known?.settings
    ? `${name} was inferred in another way, by ${known.settings.model}. Choose another name, or delete it first.`
    : `The dataset has a field “${name}” already. Choose another name, such as “${name}_inferred”.`
  throw new FoibleError('already_exists', message, { field: name })
}

function isSame(
  dataset: DatasetHandle,
  field: InferredRecord,
  { words, settings }: Pick<NewInferredField, 'words' | 'settings'>,
) {
  const key = ({ model, sha256, by }: Omit<InferredSettings, 'candidatesColumnId'>) =>
    JSON.stringify([model, sha256, by])
  const known = openInferred(dataset.columns, field.name).words
  return (
    key(field.settings) === key(settings) &&
    known.length === words.length &&
    known.every((word, index) => word === words[index])
  )
}

function insertNew(dataset: DatasetHandle, wanted: Omit<NewInferredField, 'role' | 'rowCount'>, at: string): void {
  const { db, rowCount } = dataset
  dataset.write(() => {
    const field = insertInferredColumns(db, { ...wanted, role: 'nuisance', rowCount })
    insertField(db, field)
    const what = `Inferred ${wanted.name} by ${wanted.model}`
    insertHistory(db, {
      at,
      what,
      detail: { kind: 'fields', removed: [], added: [field], accepted: null },
      rows: null,
    })
    deleteUnusedJoined(db)
  })
  dataset.columns.reloadNames()
  dataset.touch()
}

/** Stores what was found for rows that nobody has decided about; what a person said meanwhile stands. */
export function storeInferred(dataset: DatasetHandle, name: string, batch: InferredBatch): void {
  const { sources } = openInferred(dataset.columns, name)
  const open = Array.from(batch.rows.keys()).filter((i) => sources[batch.rows[i]!] === 0)
  change(dataset, name, () => writeInferred(dataset.db, dataset.columns, name, pick(batch, open)))
}

function pick(batch: InferredBatch, places: readonly number[]): InferredBatch {
  if (places.length === batch.rows.length) return batch
  const width = batch.candidates.length / batch.rows.length
  return {
    rows: Uint32Array.from(places, (i) => batch.rows[i]!),
    candidates: Uint32Array.from(places.flatMap((i) => [...batch.candidates.subarray(i * width, (i + 1) * width)])),
    scores: Float32Array.from(places, (i) => batch.scores[i]!),
    margins: Float32Array.from(places, (i) => batch.margins[i]!),
  }
}

/** One transaction over columns that are changed in memory too: where it fails, memory is read from the file again. */
export function change(dataset: DatasetHandle, field: string, write: () => void): void {
  try {
    dataset.write(write)
  } catch (error) {
    dataset.columns.forget(field)
    throw error
  } finally {
    dataset.touch()
  }
}

/** Its values stay for as long as the history can bring them back. */
export function deleteInferred(dataset: DatasetHandle, name: string, at: string): void {
  const { id: _id, ...field } = inferredField(dataset, name)
  dataset.write(() => {
    deleteField(dataset.db, name)
    const detail = { kind: 'fields', removed: [field], added: [], accepted: null } as const
    insertHistory(dataset.db, { at, what: `Deleted the inferred field ${name}`, detail, rows: null })
    deleteUnusedJoined(dataset.db)
  })
  dataset.columns.reloadNames()
  dataset.touch()
}
