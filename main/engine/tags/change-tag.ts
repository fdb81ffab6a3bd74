// Puts tags on samples and takes them off: one transaction and one entry of the history a change.
import { countBits, createBitset, intersectWith, subtractFrom, uniteWith } from '#core/columns/bitset.ts'
import { FoibleError } from '#core/errors.ts'
import { setRepaired } from '#store/finding-table.ts'
import { type HistoryEntry, type PickedByOutcome, insertHistory, setUndone } from '#store/history-table.ts'
import { chunkRows, writeChunks } from '#store/packed-column.ts'
import { deleteTag, insertTag } from '#store/tag-table.ts'
import type { DatasetHandle } from '../dataset-handle.ts'

/** The repair that a change of tags is, where it is one. */
export interface TagRepair {
  readonly rule: string
  readonly done: string
}

/** What is remembered of a change of tags. */
export interface TagReason {
  readonly repair?: TagRepair | null
  /** The filter by models' answers under which the samples were picked. */
  readonly picked?: PickedByOutcome | null
}

/** Sets or clears a tag on `rows` (which are changed) and remembers what changed; the count of samples that did. */
export function applyTag(
  dataset: DatasetHandle,
  name: string,
  rows: Uint32Array,
  on: boolean,
  at: string,
  { repair = null, picked = null }: TagReason = {},
): number {
  const exists = dataset.columns.tags.some((tag) => tag.name === name)
  if (!exists && !on) throw new FoibleError('not_found', `There is no tag “${name}”.`, { tag: name })
  const before = exists ? dataset.columns.tag(name) : createBitset(dataset.rowCount)
  const delta = on ? subtractFrom(rows, before) : intersectWith(rows, before)
  const count = countBits(delta)
  if (count === 0) return 0
  const after = on ? uniteWith(before.slice(), delta) : subtractFrom(before.slice(), delta)
  dataset.write(() => {
    writeTag(dataset, name, delta, after)
    if (repair !== null) setRepaired(dataset.db, repair.rule, repair.done)
    const samples = count === 1 ? 'one sample' : `${count.toLocaleString('en-US')} samples`
    const what = on ? `Tagged ${samples} “${name}”` : `Removed “${name}” from ${samples}`
    const detail = {
      kind: 'tag',
      tag: name,
      on,
      ...(repair === null ? {} : { repair }),
      ...(picked === null ? {} : { picked }),
    } as const
    insertHistory(dataset.db, { at, what, detail, rows: delta })
  })
  takeOver(dataset, name, after)
  return count
}

/** Takes an entry of kind `tag` back, or does it again. */
export function replayTag(dataset: DatasetHandle, { id, detail, rows }: HistoryEntry, undo: boolean): void {
  if (detail.kind !== 'tag' || rows === null) throw new Error(`history entry ${id} is not about a tag`)
  const { tag, repair } = detail
  const exists = dataset.columns.tags.some((known) => known.name === tag)
  const before = exists ? dataset.columns.tag(tag) : createBitset(dataset.rowCount)
  const on = undo ? !detail.on : detail.on
  const after = on ? uniteWith(before.slice(), rows) : subtractFrom(before.slice(), rows)
  dataset.write(() => {
    writeTag(dataset, tag, rows, after)
    if (repair !== undefined) setRepaired(dataset.db, repair.rule, undo ? null : repair.done)
    setUndone(dataset.db, id, undo)
  })
  takeOver(dataset, tag, after)
  removeIfEmpty(dataset, tag)
}

/** A tag on nothing is no tag; undo makes it again. */
export function removeIfEmpty(dataset: DatasetHandle, name: string): void {
  const tag = dataset.columns.tags.find((known) => known.name === name)
  if (tag === undefined || countBits(dataset.columns.tag(name)) > 0) return
  dataset.write(() => deleteTag(dataset.db, tag))
  dataset.columns.reloadNames()
}

/** Writes only the chunks in which something changed. Runs inside the caller's transaction. */
function writeTag(dataset: DatasetHandle, name: string, delta: Uint32Array, after: Uint32Array): void {
  const tag = dataset.columns.tags.find((known) => known.name === name) ?? insertTag(dataset.db, name)
  const words = chunkRows / 32
  const chunks = new Set<number>()
  for (let word = 0; word < delta.length; word++) if (delta[word] !== 0) chunks.add(Math.floor(word / words))
  writeChunks(dataset.db, { id: tag.columnId, name, encoding: 'bits', stride: 1, version: 0 }, after, chunks)
}

/** Once the transaction stands, the same in memory. */
function takeOver(dataset: DatasetHandle, name: string, after: Uint32Array): void {
  dataset.columns.reloadNames()
  dataset.columns.setTag(name, after)
}
