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

export function updateFieldRole(db: WriteDb, name: string, role: FieldRole): void {
  assertChanges(db.prepare('UPDATE field SET role = ? WHERE name = ?').run(role, name), 1, 'set role')
}
