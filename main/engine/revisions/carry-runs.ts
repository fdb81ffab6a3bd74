// Takes over predictions of images whose content is the same, and judges all runs by what is right in the new revision.
import { copyColumn } from '#store/copy-column.ts'
import { copyKeptVectors } from '#store/kept-vector-table.ts'
import { listColumns } from '#store/packed-column.ts'
import {
  type RunRecord,
  insertFailure,
  insertRun,
  listFailures,
  listRunClasses,
  renameRun,
  updateRun,
  updateUnmappedClasses,
} from '#store/run-table.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import { judgeRun } from '../labels/judge-run.ts'
import { labelSpaceOfRun } from '../labels/label-space.ts'
import { freeRunName } from '../runs/prepare-run.ts'
import { type Truth, findTruthIn, findTruthOfRun, listMappedIds } from '../runs/truth.ts'

/** What was right for each run of a dataset, by model. */
export type TruthsOfRuns = ReadonlyMap<string, Truth>

export function findTruths({ columns }: DatasetHandle): TruthsOfRuns {
  return new Map(columns.runs.map((run) => [run.model, findTruthOfRun(columns, run)]))
}

/** Judges the runs that are there again, where what is right differs from `before`. */
export function judgeRuns(dataset: DatasetHandle, before: TruthsOfRuns): void {
  for (const [model, truth] of before) judge(dataset, model, truth)
}

/**
 * `same`: by new row, the old row with the same content, -1 = none. Models whose predictions do not hold any more: they were
 * masked to other classes.
 */
export function carryRuns(old: DatasetHandle, fresh: DatasetHandle, same: Int32Array): readonly string[] {
  const dropped: string[] = []
  const isImported = ({ provider }: RunRecord) => provider === 'imported'
  const runs = [...old.columns.runs].sort((a, b) => Number(isImported(a)) - Number(isImported(b)))
  for (const run of runs) {
    const own = fresh.columns.runs.find(({ model }) => model === run.model)
    // What came with the dataset has come again.
    if (own !== undefined && isImported(run)) continue
    const before = findTruthOfRun(old.columns, run)
    if (run.protocol === 'masked' && !isImported(run) && !hasSameClasses(old, fresh, run, before)) {
      dropped.push(run.model)
      continue
    }
    if (own !== undefined) renameRun(fresh.db, own.id, freeRunName(fresh, `${own.model} (imported)`))
    copyRun(old, fresh, run, same)
    judge(fresh, run.model, {
      ...before,
      acceptedIds: (row) => (same[row]! < 0 ? null : before.acceptedIds(same[row]!)),
    })
  }
  return dropped
}

function hasSameClasses(old: DatasetHandle, fresh: DatasetHandle, run: RunRecord, before: Truth): boolean {
  const after = findTruthIn(fresh.columns, labelSpaceOfRun(old.columns, run))
  return listMappedIds(before).join() === listMappedIds(after).join()
}

function copyRun(old: DatasetHandle, fresh: DatasetHandle, run: RunRecord, same: Int32Array): void {
  old.columns.runColumns(run.model).fold()
  fresh.write(() => {
    const id = insertRun(fresh.db, run, listRunClasses(old.db, run.id))
    for (const record of listColumns(old.db, `run:${run.id}:%`)) {
      const property = record.name.slice(record.name.lastIndexOf(':') + 1)
      copyColumn(old, record, fresh.db, `run:${id}:${property}`, same)
    }
    copyKeptVectors(old.db, run.id, fresh.db, id, newIdsOf(same, old.rowCount))
    const failures = new Map(listFailures(old.db, run.id).map(({ sampleId, message }) => [sampleId, message]))
    same.forEach((from, row) => {
      const message = failures.get(from + 1)
      if (message !== undefined) insertFailure(fresh.db, id, row + 1, message)
    })
  })
  fresh.columns.reloadNames()
  const { id } = fresh.columns.run(run.model)
  let open = 0
  for (const code of fresh.columns.runColumns(run.model).predicted.codes) if (code === 0) open++
  const isWhole = open <= listFailures(fresh.db, id).length
  fresh.write(() => updateRun(fresh.db, id, { ...run, state: isWhole ? 'done' : 'partial' }))
  fresh.columns.reloadNames()
}

/** By old row: the id of the sample that it has become, 0 = none. */
function newIdsOf(same: Int32Array, oldRows: number): Uint32Array {
  const ids = new Uint32Array(oldRows)
  same.forEach((from, row) => from >= 0 && (ids[from] = row + 1))
  return ids
}

function judge(dataset: DatasetHandle, model: string, before: Truth): void {
  const run = dataset.columns.run(model)
  const after = findTruthOfRun(dataset.columns, run)
  const judged = judgeRun(dataset, run, before, after, new Map())
  const takeOver = dataset.write(() => {
    updateUnmappedClasses(dataset.db, run.id, after.unmapped)
    return judged.rows.length === 0 ? null : dataset.columns.runColumns(model).writeJudgements(judged)
  })
  takeOver?.()
}
