// A run under another name, with the saved views that speak of it.
import { viewLayoutSchema } from '#contract/library.ts'
import { FoibleError } from '#core/errors.ts'
import type { FilterExpr } from '#core/filter/expr.ts'
import { renameModel, renameModelInPath } from '#core/filter/rename-model.ts'
import { type SavedData, type ViewRecord, listViews, putView } from '#store/dataset-tables.ts'
import { type RunRecord, renameRun } from '#store/run-table.ts'
import type { WriteDb } from '#store/sqlite.ts'
import { renameInTagRules } from '#store/tag-rules.ts'
import type { DatasetHandle } from '../dataset-handle.ts'

/** Throws `already_exists` where another run has the name. */
export function giveRunName(dataset: DatasetHandle, run: Pick<RunRecord, 'id' | 'model'>, name: string): void {
  if (name === run.model) return
  if (dataset.columns.runs.some((other) => other.model === name)) {
    throw new FoibleError('already_exists', `There are predictions called “${name}” already. Choose another name.`, {
      model: name,
    })
  }
  dataset.write(() => moveRunName(dataset.db, run, name))
  dataset.columns.reloadNames()
  dataset.touch()
}

/** In the transaction of its caller, who has seen that the name is free. */
export function moveRunName(db: WriteDb, run: Pick<RunRecord, 'id' | 'model'>, name: string): void {
  renameRun(db, run.id, name)
  for (const view of listViews(db)) {
    const renamed = renameInView(view, run.model, name)
    if (JSON.stringify(renamed) !== JSON.stringify(view)) putView(db, renamed)
  }
  renameInTagRules(db, run.model, name)
}

function renameInView(view: ViewRecord, from: string, to: string): ViewRecord {
  const layout = viewLayoutSchema.safeParse(view.layout).data
  const path = (text: string | null) => text && renameModelInPath(text, from, to)
  return {
    ...view,
    filter: renameModel(view.filter as FilterExpr, from, to),
    layout: layout ? { ...layout, groupBy: path(layout.groupBy), sort: path(layout.sort) } : view.layout,
    ...(view.saved === undefined ? {} : { saved: renameInSaved(view.saved, from, to) }),
  }
}

function renameInSaved({ at, data }: SavedData, from: string, to: string): SavedData {
  const parts = data.parts.map((part) => (part.kind === 'run' && part.name === from ? { ...part, name: to } : part))
  return { at, data: { ...data, parts } }
}
