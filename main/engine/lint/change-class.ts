// Changes what a dataset's class is, or how its names are written, and judges its runs again: one transaction, one entry of the history.
import { updateFieldClass } from '#store/field-table.ts'
import { setRepaired } from '#store/finding-table.ts'
import { type ClassState, type HistoryEntry, insertHistory, setUndone } from '#store/history-table.ts'
import { deleteUnusedJoined } from '#store/joined-columns.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import { judgeAround, refuseRunning } from '../labels/judge-around.ts'
import { type KeptRanks, decodeKeptRanks, encodeKeptRanks } from '../labels/kept-ranks.ts'

export interface ClassChange {
  readonly rule: string
  readonly done: string
  readonly field: string
  readonly before: ClassState
  readonly after: ClassState
}

/** `write`, inside the transaction, says what is to be written besides (a column with other names). */
export function changeClass(dataset: DatasetHandle, at: string, write: () => ClassChange): void {
  apply(dataset, new Map(), () => {
    const change = write()
    setClass(dataset, change.field, change.after)
    return (lost) => {
      setRepaired(dataset.db, change.rule, change.done)
      const detail = { kind: 'class', ...change } as const
      insertHistory(dataset.db, { at, what: change.done, detail, rows: encodeKeptRanks(lost) })
      deleteUnusedJoined(dataset.db)
    }
  })
}

/** Takes an entry of kind `class` back, or does it again. */
export function replayClass(dataset: DatasetHandle, { id, detail, rows }: HistoryEntry, undo: boolean): void {
  if (detail.kind !== 'class') throw new Error(`history entry ${id} is not about a class`)
  apply(dataset, undo ? decodeKeptRanks(rows) : new Map(), () => {
    setClass(dataset, detail.field, undo ? detail.before : detail.after)
    return () => {
      setRepaired(dataset.db, detail.rule, undo ? null : detail.done)
      setUndone(dataset.db, id, undo)
    }
  })
}

/** The state of the class field as it is. */
export function classState(dataset: DatasetHandle, field: string): ClassState {
  const { role, columnId } = dataset.columns.field(field)
  return { role, columnId, classField: dataset.meta.classField, classes: dataset.meta.classes }
}

function apply(dataset: DatasetHandle, remembered: KeptRanks, write: () => (lost: KeptRanks) => void): void {
  const { runs } = dataset.columns
  refuseRunning(runs, 'Pause it first.')
  try {
    judgeAround(dataset, { runs, remembered, write })
  } finally {
    // As it stands in the file, whether the transaction does or not.
    dataset.reload()
  }
}

function setClass(dataset: DatasetHandle, field: string, state: ClassState): void {
  updateFieldClass(dataset.db, field, state)
  dataset.changeMeta({ classField: state.classField, classes: state.classes })
  dataset.columns.reloadNames()
  dataset.columns.forget(field)
}
