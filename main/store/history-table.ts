// Rows of `history`: changes made by hand, with what it takes to undo and redo them.
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { type ReadDb, type WriteDb, assertChanges } from './sqlite.ts'
import type { FilterExpr } from '#core/filter/expr.ts'
import type { FieldRole } from '#core/sample.ts'
import type { LabelDecision } from '#core/labels/map-classes.ts'
import type { ViewRecord } from './dataset-tables.ts'
import type { NewField } from './field-table.ts'

export type HistoryDetail =
  /** `rows` of the entry are the samples whose tag changed to `on`. */
  | {
      readonly kind: 'tag'
      readonly tag: string
      readonly on: boolean
      /** The finding that this repaired, and what was said then. */
      readonly repair?: { readonly rule: string; readonly done: string }
      readonly picked?: PickedByOutcome
    }
  | {
      readonly kind: 'view'
      readonly name: string
      readonly before: ViewRecord | null
      readonly after: ViewRecord | null
    }
  /** `rows` of the entry are the ranks that the kept answers do not tell, see `encodeKeptRanks`. */
  | { readonly kind: 'labels'; readonly labelSpace: string; readonly changes: readonly LabelChange[] }
  /** A joined file. `rows` as for labels; the columns of what was removed are still there. */
  | {
      readonly kind: 'fields'
      readonly removed: readonly FieldSnapshot[]
      readonly added: readonly FieldSnapshot[]
      /** The columns of the accepted label sets; null where they did not change. */
      readonly accepted: { readonly before: number | null; readonly after: number | null } | null
    }
  /** Answers about inferred values; `rows` of the entry are the samples, all of which were as `before` says. */
  | { readonly kind: 'review'; readonly field: string; readonly before: ReviewState; readonly after: ReviewState }
  /** A repair of the class; `rows` as for `labels`. */
  | {
      readonly kind: 'class'
      readonly rule: string
      readonly done: string
      readonly field: string
      readonly before: ClassState
      readonly after: ClassState
    }

/** Samples that were picked by how models answered, under this filter: a tag on them is such a filter too. */
export interface PickedByOutcome {
  readonly models: readonly string[]
  readonly filter: FilterExpr
}

/** What it takes to insert a field again. */
export type FieldSnapshot = NewField

/** What stands for a row of an inferred field. `code` null: stays as it is. */
export interface ReviewState {
  readonly code: number | null
  /** Of the source column, see `inferredSources`. */
  readonly source: number
}

/** The field that is the class or was, and what the dataset says of its class. */
export interface ClassState {
  readonly role: FieldRole
  readonly columnId: number
  readonly classField: string | null
  readonly classes: readonly string[]
}

/** What was and is decided about a class; null: nothing. */
export interface LabelChange {
  readonly class: string
  readonly before: LabelDecision | null
  readonly after: LabelDecision | null
}

export interface HistoryEntry {
  readonly id: number
  readonly at: string
  /** For a person: "Tagged 3 samples “check”". */
  readonly what: string
  readonly detail: HistoryDetail
  /** As its kind says: a bitset over the dataset's rows for tags and reviews. */
  readonly rows: Uint32Array | null
}

interface HistoryRow {
  readonly id: number
  readonly at: string
  readonly what: string
  readonly detail: string
  readonly rows: Buffer | null
}

function unpackRows(rows: Buffer): Uint32Array {
  return new Uint32Array(new Uint8Array(inflateRawSync(rows)).buffer)
}

function packRows(rows: Uint32Array): Buffer {
  return deflateRawSync(new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength), { level: 1 })
}

function fromRow(row: HistoryRow): HistoryEntry {
  return {
    ...row,
    detail: JSON.parse(row.detail) as HistoryDetail,
    rows: row.rows === null ? null : unpackRows(row.rows),
  }
}

/** Appends an entry; whatever was undone before can no longer be redone. */
export function insertHistory(
  db: WriteDb,
  entry: {
    readonly at: string
    readonly what: string
    readonly detail: HistoryDetail
    readonly rows: Uint32Array | null
  },
): void {
  db.prepare('DELETE FROM history WHERE undone = 1').run()
  const bytes = entry.rows === null ? null : packRows(entry.rows)
  db.prepare('INSERT INTO history (at, what, kind, detail, rows, undone) VALUES (?, ?, ?, ?, ?, 0)').run(
    entry.at,
    entry.what,
    entry.detail.kind,
    JSON.stringify(entry.detail),
    bytes,
  )
}

/** Changes the bitsets of every entry that has one, when samples are renumbered. Remembered ranks go by row: they are forgotten. */
export function rewriteHistoryRows(db: WriteDb, rewrite: (rows: Uint32Array) => Uint32Array): void {
  db.prepare(`UPDATE history SET rows = NULL WHERE kind NOT IN ('tag', 'review')`).run()
  const entries = db.prepare('SELECT id, rows FROM history WHERE rows IS NOT NULL').all() as {
    readonly id: number
    readonly rows: Buffer
  }[]
  const update = db.prepare('UPDATE history SET rows = ? WHERE id = ?')
  for (const { id, rows } of entries) update.run(packRows(rewrite(unpackRows(rows))), id)
}

/** The newest entry that is not undone. */
export function getNewestDone(db: ReadDb): HistoryEntry | null {
  return one(db, 'SELECT * FROM history WHERE undone = 0 ORDER BY id DESC LIMIT 1')
}

/** The oldest entry that is undone. */
export function getOldestUndone(db: ReadDb): HistoryEntry | null {
  return one(db, 'SELECT * FROM history WHERE undone = 1 ORDER BY id LIMIT 1')
}

function one(db: ReadDb, sql: string): HistoryEntry | null {
  const row = db.prepare(sql).get() as HistoryRow | undefined
  return row === undefined ? null : fromRow(row)
}

export function setUndone(db: WriteDb, id: number, undone: boolean): void {
  assertChanges(db.prepare('UPDATE history SET undone = ? WHERE id = ?').run(undone ? 1 : 0, id), 1, 'set undone')
}

/** Whether the accepted labels are those of a joined file. */
export function hasJoinedAccepted(db: ReadDb): boolean {
  const details = db
    .prepare(`SELECT detail FROM history WHERE kind = 'fields' AND undone = 0`)
    .pluck()
    .all() as string[]
  return details
    .map((text) => JSON.parse(text) as HistoryDetail)
    .some((detail) => detail.kind === 'fields' && detail.accepted !== null)
}

/** The newest `limit` tag entries that stand, newest first. */
export function listTagHistory(db: ReadDb, limit: number): HistoryEntry[] {
  const rows = db.prepare(`SELECT * FROM history WHERE kind = 'tag' AND undone = 0 ORDER BY id DESC LIMIT ?`).all(limit)
  return (rows as HistoryRow[]).map(fromRow)
}

type TagDetail = HistoryDetail & { readonly kind: 'tag' }

export interface PickedTag {
  readonly id: number
  readonly detail: TagDetail & { readonly picked: PickedByOutcome }
  readonly rows: Uint32Array
}

/** Tag entries whose samples were picked by models' answers; those that are undone only where asked for. */
export function listPickedTags(db: ReadDb, { undone = false } = {}): PickedTag[] {
  const rows = db
    .prepare(
      `SELECT * FROM history
       WHERE kind = 'tag' AND undone <= ? AND json_extract(detail, '$.picked') IS NOT NULL ORDER BY id`,
    )
    .all(undone ? 1 : 0) as HistoryRow[]
  return rows.flatMap((row) => {
    const { id, detail, rows: bits } = fromRow(row)
    if (detail.kind !== 'tag' || detail.picked === undefined || bits === null) return []
    return [{ id, detail: { ...detail, picked: detail.picked }, rows: bits }]
  })
}

export function updateTagDetail(db: WriteDb, id: number, detail: TagDetail): void {
  const result = db.prepare('UPDATE history SET detail = ? WHERE id = ?').run(JSON.stringify(detail), id)
  assertChanges(result, 1, 'update tag entry')
}
