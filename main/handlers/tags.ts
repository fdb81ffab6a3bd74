// Calls that a person's hand makes and can take back: tags, saved views, undo and redo.
import { countBits, createBitset, setBit } from '#core/columns/bitset.ts'
import { FoibleError } from '#core/errors.ts'
import type { DatasetHandle } from '#engine/dataset-handle.ts'
import { replayLabels } from '#engine/labels/decide-labels.ts'
import { replayReview } from '#engine/infer/review-values.ts'
import { replayFields } from '#engine/sidecars/change-fields.ts'
import { replayClass } from '#engine/lint/change-class.ts'
import { lintColumns } from '#engine/lint/lint-dataset.ts'
import { tellChanged } from '#engine/tell-changed.ts'
import { applyTag, removeIfEmpty, replayTag } from '#engine/tags/change-tag.ts'
import { readDataVersion } from '#engine/views/read-data-version.ts'
import { type ViewRecord, deleteView, listViews, putView } from '#store/dataset-tables.ts'
import { type HistoryEntry, getNewestDone, getOldestUndone, insertHistory, setUndone } from '#store/history-table.ts'
import { describeView } from './describe-view.ts'
import type { HandlerParts, Subject } from './handler-parts.ts'
import { pickedByOutcome } from './outcome-selection.ts'

export function tagHandlers(
  parts: HandlerParts,
): Subject<'tags.apply' | 'tags.delete' | 'views.save' | 'views.delete' | 'history.undo' | 'history.redo'> {
  const changed = (dataset: DatasetHandle) => tellChanged(parts, dataset)
  return {
    'tags.apply': ({ dataset: id, tag, target, on }) => {
      const dataset = parts.library.dataset(id)
      const rows =
        target.kind === 'filter' ? dataset.filterBits(target.filter).slice() : bitsOfIds(target.ids, dataset.rowCount)
      const under = target.kind === 'filter' ? target.filter : target.under
      const picked = under === null ? null : pickedByOutcome(dataset, under)
      const count = applyTag(dataset, tag, rows, on, parts.now().toISOString(), { picked })
      if (count > 0) changed(dataset)
      const exists = dataset.columns.tags.some((known) => known.name === tag)
      return { changed: count, total: exists ? countBits(dataset.columns.tag(tag)) : 0 }
    },
    'tags.delete': ({ dataset: id, tag }) => {
      const dataset = parts.library.dataset(id)
      const rows = dataset.columns.tag(tag).slice()
      applyTag(dataset, tag, rows, false, parts.now().toISOString())
      removeIfEmpty(dataset, tag)
      changed(dataset)
      return {}
    },
    'views.save': ({ dataset: id, name, filter, layout }) => {
      const dataset = parts.library.dataset(id)
      const before = listViews(dataset.db).find((view) => view.name === name) ?? null
      const at = parts.now().toISOString()
      const saved = { at, data: readDataVersion(dataset, filter, name) }
      const after: ViewRecord = { name, filter, layout, createdAt: before?.createdAt ?? at, saved }
      dataset.write(() => {
        putView(dataset.db, after)
        const what = before === null ? `Saved the view “${name}”` : `Changed the view “${name}”`
        insertHistory(dataset.db, { at, what, detail: { kind: 'view', name, before, after }, rows: null })
      })
      changed(dataset)
      return describeView(after)
    },
    'views.delete': ({ dataset: id, name }) => {
      const dataset = parts.library.dataset(id)
      const before = listViews(dataset.db).find((view) => view.name === name)
      if (before === undefined) throw new FoibleError('not_found', `There is no view “${name}”.`, { name })
      dataset.write(() => {
        deleteView(dataset.db, name)
        const detail = { kind: 'view', name, before, after: null } as const
        insertHistory(dataset.db, {
          at: parts.now().toISOString(),
          what: `Deleted the view “${name}”`,
          detail,
          rows: null,
        })
      })
      changed(dataset)
      return {}
    },
    'history.undo': ({ dataset: id }) => {
      const dataset = parts.library.dataset(id)
      const entry = getNewestDone(dataset.db)
      if (entry === null) return { undone: null }
      replay(dataset, entry, true)
      changed(dataset)
      return { undone: entry.what }
    },
    'history.redo': ({ dataset: id }) => {
      const dataset = parts.library.dataset(id)
      const entry = getOldestUndone(dataset.db)
      if (entry === null) return { redone: null }
      replay(dataset, entry, false)
      changed(dataset)
      return { redone: entry.what }
    },
  }
}

function bitsOfIds(ids: readonly number[], rowCount: number): Uint32Array {
  const bits = createBitset(rowCount)
  for (const id of ids) {
    if (id > rowCount) throw new FoibleError('not_found', `There is no sample ${id}.`, { id })
    setBit(bits, id - 1)
  }
  return bits
}

function replay(dataset: DatasetHandle, entry: HistoryEntry, undo: boolean): void {
  const { id, detail } = entry
  if (detail.kind === 'labels') return replayLabels(dataset, entry, undo)
  if (detail.kind === 'fields') return replayFields(dataset, entry, undo)
  if (detail.kind === 'tag') return replayTag(dataset, entry, undo)
  if (detail.kind === 'review') return replayReview(dataset, entry, undo)
  if (detail.kind === 'class') {
    replayClass(dataset, entry, undo)
    return lintColumns(dataset)
  }
  const target = undo ? detail.before : detail.after
  dataset.write(() => {
    if (target !== null) putView(dataset.db, target)
    else if (listViews(dataset.db).some((view) => view.name === detail.name)) deleteView(dataset.db, detail.name)
    setUndone(dataset.db, id, undo)
  })
}
