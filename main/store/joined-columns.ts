// Packed columns that came from joined files. Those that were replaced or taken back stay until no undo or redo needs them.
import { type Codes, createCodes } from '#core/columns/column.ts'
import {
  type ColumnRecord,
  deleteColumn,
  getColumnRecord,
  insertColumn,
  insertDictionary,
  type Packed,
  writeChunks,
} from './packed-column.ts'
import { columnsOfField, listFields } from './field-table.ts'
import { type ReadDb, type WriteDb, assertChanges } from './sqlite.ts'
import type { HistoryDetail } from './history-table.ts'

const prefix = 'joined:'

/** Inserts a column with its values; `values` of codes are the dictionary. */
export function insertJoinedColumn(db: WriteDb, data: Packed, values: readonly string[] | null): ColumnRecord {
  const column = insertColumn(db, nextJoinedName(db), values === null ? 'numbers' : 'codes')
  if (values !== null) insertDictionary(db, column.id, values)
  writeChunks(db, column, data)
  return column
}

/** A free name for the next column from a joined file. */
export function nextJoinedName(db: ReadDb): string {
  return `${prefix}${db.prepare('SELECT coalesce(max(id), 0) + 1 FROM packed_column').pluck().get() as number}`
}

export function isJoinedColumn({ name }: ColumnRecord): boolean {
  return name.startsWith(prefix)
}

/** The accepted label sets from now on, null = none; gives the id of the column that held them before. */
export function setAcceptedColumn(db: WriteDb, columnId: number | null): number | null {
  const before = getColumnRecord(db, 'accepted')?.id ?? null
  const rename = db.prepare('UPDATE packed_column SET name = ? WHERE id = ?')
  if (before !== null) assertChanges(rename.run(`${prefix}accepted:${before}`, before), 1, 'set accepted')
  if (columnId !== null) assertChanges(rename.run('accepted', columnId), 1, 'set accepted')
  return before
}

/** Deletes the columns that neither a field nor the history speaks of any more. */
export function deleteUnusedJoined(db: WriteDb): void {
  const kept = new Set(listFields(db).flatMap(columnsOfField))
  const details = db.prepare(`SELECT detail FROM history WHERE kind IN ('fields', 'class')`).pluck().all() as string[]
  for (const detail of details.map((text) => JSON.parse(text) as HistoryDetail)) {
    if (detail.kind === 'class') kept.add(detail.before.columnId).add(detail.after.columnId)
    if (detail.kind !== 'fields') continue
    for (const id of [...detail.removed, ...detail.added].flatMap(columnsOfField)) kept.add(id)
    for (const columnId of [detail.accepted?.before, detail.accepted?.after]) if (columnId) kept.add(columnId)
  }
  for (const id of listJoinedColumns(db)) if (!kept.has(id)) deleteColumn(db, id)
}

function listJoinedColumns(db: ReadDb): number[] {
  return db.prepare(`SELECT id FROM packed_column WHERE name LIKE '${prefix}%'`).pluck().all() as number[]
}

/** Codes and dictionary of accepted sets: `before`, with other sets (ascending ids) for some rows. */
export function changeAcceptedSets(
  before: { readonly codes: Codes; readonly sets: readonly (readonly number[])[] } | null,
  changes: ReadonlyMap<number, readonly number[]>,
  rowCount: number,
): { readonly codes: Codes; readonly values: readonly string[] } {
  const codeOf = new Map<string, number>()
  const intern = (ids: readonly number[]) => {
    const text = ids.join(';')
    const known = codeOf.get(text)
    if (known !== undefined) return known
    codeOf.set(text, codeOf.size + 1)
    return codeOf.size
  }
  const all = new Uint32Array(rowCount)
  for (let row = 0; row < rowCount; row++) {
    const change = changes.get(row)
    const ids = change === undefined ? before?.sets[before.codes[row]! - 1] : [...new Set(change)].sort((a, b) => a - b)
    if (ids !== undefined) all[row] = intern(ids)
  }
  const codes = createCodes(rowCount, codeOf.size)
  codes.set(all)
  return { codes, values: [...codeOf.keys()] }
}
