// Rows of `tag`; which samples carry it is a packed bitset.
import { deleteColumn, insertColumn } from './packed-column.ts'
import { type ReadDb, type WriteDb, assertChanges } from './sqlite.ts'

export interface TagRecord {
  readonly id: number
  readonly name: string
  readonly columnId: number
}

export function listTags(db: ReadDb): TagRecord[] {
  return db.prepare('SELECT id, name, column_id AS columnId FROM tag ORDER BY name').all() as TagRecord[]
}

export function insertTag(db: WriteDb, name: string): TagRecord {
  const next = (db.prepare('SELECT coalesce(max(id), 0) + 1 FROM tag').pluck().get() as number) ?? 1
  const column = insertColumn(db, `tag:${next}`, 'bits')
  db.prepare('INSERT INTO tag (id, name, column_id) VALUES (?, ?, ?)').run(next, name, column.id)
  return { id: next, name, columnId: column.id }
}

export function deleteTag(db: WriteDb, tag: TagRecord): void {
  assertChanges(db.prepare('DELETE FROM tag WHERE id = ?').run(tag.id), 1, 'delete tag')
  deleteColumn(db, tag.columnId)
}
