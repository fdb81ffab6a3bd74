// Changes what a dataset's class is, or how its names are written, and judges its runs again: one transaction, one entry of the history.
import { FoibleError } from '#core/errors.ts'
import { updateFieldClass } from '#store/field-table.ts'
import { setRepaired } from '#store/finding-table.ts'
import { type ClassState, type HistoryEntry, insertHistory, setUndone } from '#store/history-table.ts'
import { deleteUnusedJoined } from '#store/joined-columns.ts'
import { updateUnmappedClasses } from '#store/run-table.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import { judgeRun } from '../labels/judge-run.ts'
import { type KeptRanks, decodeKeptRanks, encodeKeptRanks } from '../labels/kept-ranks.ts'
import { labelSpaceOfRun } from '../labels/label-space.ts'
import { findTruthIn } from '../runs/truth.ts'

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

function apply(dataset: DatasetHandle, remembered: KeptRanks, change: () => (lost: KeptRanks) => void): void {
  const { columns } = dataset
  const before = columns.runs.map((run) => {
    if (run.state === 'running') {
      const message = `${run.model} is predicting right now, and is judged as it goes. Pause it first.`
      throw new FoibleError('usage', message, { model: run.model })
    }
    columns.runColumns(run.model).fold()
    const space = labelSpaceOfRun(columns, run)
    return { run, space, truth: findTruthIn(columns, space) }
  })
  try {
    const takeOver = dataset.write(() => {
      const record = change()
      const lost: KeptRanks = new Map()
      const judgements = before.map(({ run, space, truth }) => {
        const after = findTruthIn(columns, space)
        const judged = judgeRun(dataset, run, truth, after, remembered)
        lost.set(run.id, judged.lost)
        updateUnmappedClasses(dataset.db, run.id, after.unmapped)
        return judged.rows.length === 0 ? null : columns.runColumns(run.model).writeJudgements(judged)
      })
      record(lost)
      return judgements
    })
    for (const set of takeOver) set?.()
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
