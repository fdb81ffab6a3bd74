// Decides what classes of a dataset mean in a label space, and judges its runs again: one transaction, one entry of the history.
import { FoibleError } from '#core/errors.ts'
import { type LabelDecision, displayName } from '#core/labels/map-classes.ts'
import { nearestNames } from '#core/filter/nearest.ts'
import { type HistoryEntry, type LabelChange, insertHistory, setUndone } from '#store/history-table.ts'
import { listLabelDecisions, putLabelDecision } from '#store/label-map-table.ts'
import type { RunRecord } from '#store/run-table.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import { type Truth, findTruthIn, listMappedIds } from '../runs/truth.ts'
import { type KeptRanks, decodeKeptRanks, encodeKeptRanks } from './kept-ranks.ts'
import { judgeAround, refuseRunning } from './judge-around.ts'
import { type LabelSpace, labelSpaceOfRun } from './label-space.ts'

/** By class; null takes a decision back. */
export type Decisions = ReadonlyMap<string, LabelDecision | null>

export interface DecidedLabels {
  /** Classes whose decision changed. */
  readonly changed: number
  /** Models with predictions that were judged again. */
  readonly judgedAgain: readonly string[]
}

/** Throws `unknown_name` for classes and ids that are not there, `usage` while a run cannot be judged again. */
export function decideLabels(
  dataset: DatasetHandle,
  space: LabelSpace,
  decisions: Decisions,
  at: string,
): DecidedLabels {
  checkNames(dataset, space, decisions)
  const known = listLabelDecisions(dataset.db, space.key)
  const changes = [...decisions]
    .map(([name, decision]): LabelChange => ({ class: name, before: known.get(name) ?? null, after: sorted(decision) }))
    .filter(({ before, after }) => JSON.stringify(before) !== JSON.stringify(after))
  if (changes.length === 0) return { changed: 0, judgedAgain: [] }
  const judgedAgain = apply(dataset, space.key, changes, new Map(), (lost) => {
    const detail = { kind: 'labels', labelSpace: space.key, changes } as const
    insertHistory(dataset.db, { at, what: describeChanges(changes, space), detail, rows: encodeKeptRanks(lost) })
  })
  return { changed: changes.length, judgedAgain }
}

/** Takes an entry of kind `labels` back, or does it again. */
export function replayLabels(dataset: DatasetHandle, { id, detail, rows }: HistoryEntry, undo: boolean): void {
  if (detail.kind !== 'labels') throw new Error(`history entry ${id} is not about labels`)
  const changes = undo
    ? detail.changes.map((change) => ({ ...change, before: change.after, after: change.before }))
    : detail.changes
  apply(dataset, detail.labelSpace, changes, undo ? decodeKeptRanks(rows) : new Map(), () =>
    setUndone(dataset.db, id, undo),
  )
}

function apply(
  dataset: DatasetHandle,
  spaceKey: string,
  changes: readonly LabelChange[],
  remembered: KeptRanks,
  record: (lost: KeptRanks) => void,
): string[] {
  const { columns } = dataset
  const runs = columns.runs.filter((run) => labelSpaceOfRun(columns, run).key === spaceKey)
  refuseRunning(runs, 'Pause it before changing what its classes mean.')
  const write = () => {
    for (const { class: name, after } of changes) putLabelDecision(dataset.db, spaceKey, name, after)
    return record
  }
  const judgedAgain = judgeAround(dataset, { runs, remembered, write, check: refuseMasked })
  columns.reloadNames()
  return judgedAgain
}

function checkNames(dataset: DatasetHandle, space: LabelSpace, decisions: Decisions): void {
  const names = findTruthIn(dataset.columns, space).classes.map(({ name }) => name)
  const known = new Set(names)
  for (const [name, decision] of decisions) {
    if (!known.has(name)) throw unknownClass(dataset, name, names)
    for (const id of decision?.ids ?? []) {
      if (id < space.labels.length) continue
      const message = `The model has no class ${id}: its ids run from 0 to ${space.labels.length - 1}.`
      throw new FoibleError('unknown_name', message, { name: String(id), class: name, nearest: [] })
    }
  }
}

function unknownClass(dataset: DatasetHandle, name: string, names: readonly string[]): FoibleError {
  const nearest = nearestNames(name, names)
  const hint = nearest.length > 0 ? ` Did you mean ${nearest.map((near) => `“${near}”`).join(' or ')}?` : ''
  return new FoibleError('unknown_name', `${dataset.meta.name} has no class “${name}”.${hint}`, { name, nearest })
}

/** A masked run could answer the classes that were accepted when it ran, and no others. What was imported cannot be run again. */
function refuseMasked(run: RunRecord, before: Truth, after: Truth): void {
  if (run.protocol !== 'masked' || run.provider === 'imported') return
  if (listMappedIds(before).join() === listMappedIds(after).join()) return
  const message = `${run.model} was predicted masked to the classes as they are mapped now. Delete its predictions first, then predict again.`
  throw new FoibleError('usage', message, { model: run.model })
}

function sorted(decision: LabelDecision | null): LabelDecision | null {
  return decision && { ids: [...new Set(decision.ids)].sort((a, b) => a - b), source: decision.source }
}

/** "Mapped “mug” to coffee mug, cup" */
function describeChanges(changes: readonly LabelChange[], { labels, labelSpace }: LabelSpace): string {
  const [only] = changes
  if (only === undefined || changes.length > 1) return `Mapped ${changes.length.toLocaleString('en-US')} classes`
  if (only.after === null) return `Took back the mapping of “${only.class}”`
  if (only.after.ids.length === 0) return `Mapped “${only.class}” to nothing`
  const nameOf = (id: number) => (labelSpace === 'imagenet-1k' ? displayName(labels[id]!) : labels[id]!)
  return `Mapped “${only.class}” to ${only.after.ids.map(nameOf).join(', ')}`
}
