// What people say of inferred values: confirmed, another value, none. Each answer is an entry of the history.
import { createBitset, rowsOf, setBit } from '#core/columns/bitset.ts'
import { FoibleError } from '#core/errors.ts'
import { nearestNames } from '#core/filter/nearest.ts'
import type { FilterExpr } from '#core/filter/expr.ts'
import { type HistoryEntry, type ReviewState, insertHistory, setUndone } from '#store/history-table.ts'
import { inferredSources, openInferred, writeReviewed } from '#store/inferred-columns.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import { change, inferredField } from './inferred-fields.ts'

export type Answer =
  { readonly kind: 'confirm' } | { readonly kind: 'value'; readonly value: string } | { readonly kind: 'clear' }

/** Throws `unknown_name` for a value that is not of the vocabulary, `usage` where there is nothing to confirm. */
export function answerSample(dataset: DatasetHandle, field: string, id: number, answer: Answer, at: string): void {
  inferredField(dataset, field)
  if (id > dataset.rowCount) throw new FoibleError('not_found', `There is no sample ${id}.`, { id })
  const row = id - 1
  const { codes, sources, words } = openInferred(dataset.columns, field)
  const before = { code: codes[row]!, source: sources[row]! }
  const after = { code: codeOf(answer, before.code, words), source: inferredSources.person }
  if (before.code === after.code && before.source === after.source) return
  const rows = createBitset(dataset.rowCount)
  setBit(rows, row)
  const value = after.code === 0 ? 'none' : `“${words[after.code - 1]}”`
  const verb = answer.kind === 'confirm' ? 'Confirmed' : 'Set'
  record(dataset, field, rows, before, after, `${verb} ${field} of sample ${id}: ${value}`, at)
}

function codeOf(answer: Answer, stands: number, words: readonly string[]): number {
  if (answer.kind === 'clear') return 0
  if (answer.kind === 'confirm') {
    if (stands > 0) return stands
    throw new FoibleError('usage', 'There is no value to confirm: choose one, or say that none fits.', {})
  }
  const code = words.indexOf(answer.value) + 1
  if (code > 0) return code
  const nearest = nearestNames(answer.value, words)
  const hint = nearest.length > 0 ? ` Did you mean ${nearest.map((name) => `“${name}”`).join(' or ')}?` : ''
  const message = `“${answer.value}” is not among the field’s ${words.length.toLocaleString('en-US')} values.${hint}`
  throw new FoibleError('unknown_name', message, { name: answer.value, nearest })
}

/** How many values were confirmed: those under the filter that nobody has decided about, with at least this margin. */
export function confirmAbove(
  dataset: DatasetHandle,
  field: string,
  filter: FilterExpr,
  minMargin: number,
  at: string,
): number {
  const rows = listUnreviewed(dataset, field, filter).filter(isSure(dataset, field, minMargin))
  if (rows.length === 0) return 0
  const bits = createBitset(dataset.rowCount)
  for (const row of rows) setBit(bits, row)
  const before = { code: null, source: inferredSources.inferred }
  const after = { code: null, source: inferredSources.person }
  const what = `Confirmed ${field} of ${rows.length.toLocaleString('en-US')} samples with margins from ${minMargin}`
  record(dataset, field, bits, before, after, what, at)
  return rows.length
}

function isSure(dataset: DatasetHandle, field: string, minMargin: number): (row: number) => boolean {
  const { codes, margins } = openInferred(dataset.columns, field)
  return (row) => codes[row] !== 0 && margins[row]! >= minMargin
}

/** Rows under the filter that a model has answered for and no person, ascending. */
export function listUnreviewed(dataset: DatasetHandle, field: string, filter: FilterExpr): Uint32Array {
  inferredField(dataset, field)
  const { sources } = openInferred(dataset.columns, field)
  return dataset.filterRows(filter).filter((row) => sources[row] === inferredSources.inferred)
}

function record(
  dataset: DatasetHandle,
  field: string,
  rows: Uint32Array,
  before: ReviewState,
  after: ReviewState,
  what: string,
  at: string,
): void {
  change(dataset, field, () => {
    writeReviewed(dataset.db, dataset.columns, field, rowsOf(rows), after)
    insertHistory(dataset.db, { at, what, detail: { kind: 'review', field, before, after }, rows })
  })
}

/** Takes an entry of kind `review` back, or does it again. */
export function replayReview(dataset: DatasetHandle, { id, detail, rows }: HistoryEntry, undo: boolean): void {
  if (detail.kind !== 'review') throw new Error(`history entry ${id} is not about a review`)
  const { field } = detail
  inferredField(dataset, field)
  change(dataset, field, () => {
    const state = undo ? detail.before : detail.after
    writeReviewed(dataset.db, dataset.columns, field, rows === null ? new Uint32Array() : rowsOf(rows), state)
    setUndone(dataset.db, id, undo)
  })
}
