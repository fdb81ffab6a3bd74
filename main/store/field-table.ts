// Rows of `field`: the properties of samples that one can filter, group and slice by.
import type { FieldKind, FieldRole, ValueSource } from '#core/sample.ts'
import { type ReadDb, type WriteDb, assertChanges } from './sqlite.ts'

export interface FieldRecord {
  readonly id: number
  readonly name: string
  readonly kind: FieldKind
  readonly role: FieldRole
  /** `mixed` where `sourceColumnId` tells. */
  readonly source: ValueSource | 'mixed'
  readonly builtIn: boolean
  readonly columnId: number
  readonly sourceColumnId: number | null
  readonly scoreColumnId: number | null
}

export function listFields(db: ReadDb): FieldRecord[] {
  const rows = db
    .prepare(
      `SELECT id, name, kind, role, source, built_in AS builtIn, column_id AS columnId,
       source_column_id AS sourceColumnId, score_column_id AS scoreColumnId FROM field ORDER BY id`,
    )
    .all() as (Omit<FieldRecord, 'builtIn'> & { builtIn: number })[]
  return rows.map((row) => ({ ...row, builtIn: row.builtIn === 1 }))
}

export function insertField(
  db: WriteDb,
  field: Pick<FieldRecord, 'name' | 'kind' | 'role' | 'source' | 'builtIn' | 'columnId'>,
): void {
  db.prepare(
    `INSERT INTO field (name, kind, role, source, built_in, column_id)
     VALUES (@name, @kind, @role, @source, @builtIn, @columnId)`,
  ).run({ ...field, builtIn: field.builtIn ? 1 : 0 })
}

/** Another role and another column of values. */
export function updateFieldClass(
  db: WriteDb,
  name: string,
  { role, columnId }: { readonly role: FieldRole; readonly columnId: number },
): void {
  const result = db.prepare('UPDATE field SET role = ?, column_id = ? WHERE name = ?').run(role, columnId, name)
  assertChanges(result, 1, 'update field')
}

/** Its columns stay. */
export function deleteField(db: WriteDb, name: string): void {
  assertChanges(db.prepare('DELETE FROM field WHERE name = ?').run(name), 1, 'delete field')
}

export function updateFieldRole(db: WriteDb, name: string, role: FieldRole): void {
  assertChanges(db.prepare('UPDATE field SET role = ? WHERE name = ?').run(role, name), 1, 'set role')
}
