// Adds and removes fields and accepted labels in one transaction that history can take back, and judges runs again where the
// accepted labels changed.
import { type HistoryEntry, type FieldSnapshot, insertHistory, setUndone } from '#store/history-table.ts'
import type { RunRecord } from '#store/run-table.ts'
import { insertField, deleteField } from '#store/field-table.ts'
import { deleteFinding } from '#store/finding-table.ts'
import { deleteUnusedJoined, setAcceptedColumn } from '#store/joined-columns.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import { type KeptRanks, decodeKeptRanks, encodeKeptRanks } from '../labels/kept-ranks.ts'
import { judgeAround } from '../labels/judge-around.ts'
import { rowRules } from './row-counts.ts'

export interface FieldChange {
  readonly removed: readonly FieldSnapshot[]
  readonly added: readonly FieldSnapshot[]
  /** The column of accepted sets before and after; null: not changed. */
  readonly accepted: { readonly before: number | null; readonly after: number | null } | null
}

/** Models whose predictions were judged again. `also`: what else belongs into the transaction. */
export function changeFields(
  dataset: DatasetHandle,
  change: () => FieldChange & { readonly what: string },
  at: string,
  also: () => void,
): readonly string[] {
  return apply(dataset, new Map(), () => {
    const { what, ...made } = change()
    putFields(dataset, made)
    also()
    return (lost) => {
      const detail = { kind: 'fields', ...made } as const
      insertHistory(dataset.db, { at, what, detail, rows: encodeKeptRanks(lost) })
      deleteUnusedJoined(dataset.db)
    }
  })
}

/** Takes an entry of kind `fields` back, or does it again. */
export function replayFields(dataset: DatasetHandle, { id, detail, rows }: HistoryEntry, undo: boolean): void {
  if (detail.kind !== 'fields') throw new Error(`history entry ${id} is not about fields`)
  const { removed, added, accepted } = detail
  const made: FieldChange = undo
    ? { removed: added, added: removed, accepted: accepted && { before: accepted.after, after: accepted.before } }
    : { removed, added, accepted }
  apply(dataset, undo ? decodeKeptRanks(rows) : new Map(), () => {
    putFields(dataset, made)
    for (const rule of rowRules) deleteFinding(dataset.db, rule)
    return () => setUndone(dataset.db, id, undo)
  })
}

function putFields(dataset: DatasetHandle, { removed, added, accepted }: FieldChange): void {
  for (const { name } of removed) deleteField(dataset.db, name)
  for (const field of added) insertField(dataset.db, field)
  if (accepted !== null) setAcceptedColumn(dataset.db, accepted.after)
}

function apply(
  dataset: DatasetHandle,
  remembered: KeptRanks,
  change: () => (lost: KeptRanks) => void,
): readonly string[] {
  const { columns } = dataset
  const rests = ({ labelSpace, protocol }: RunRecord) => labelSpace === 'imagenet-1k' || protocol === '16-class'
  const runs = columns.runs.filter((run) => rests(run) && run.state !== 'running')
  const write = () => {
    const record = change()
    columns.reloadNames()
    return record
  }
  try {
    return judgeAround(dataset, { runs, remembered, write })
  } finally {
    columns.reloadNames()
    dataset.touch()
  }
}
