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
  readonly marginColumnId: number | null
  /** How the values were inferred; null for all other fields. */
  readonly settings: InferredSettings | null
}

/** How the values of an inferred field came about. Its words are the dictionary of the field's column. */
export interface InferredSettings {
  /** The library's name of the model, or the run whose embeddings were compared. */
  readonly model: string
  readonly sha256: string | null
  /** What the words are: `scenes`, `textures`, `materials`, `words`, or the values of a field. */
  readonly vocabulary: string
  readonly by:
    | { readonly kind: 'text'; readonly templates: readonly string[] }
    | {
        readonly kind: 'examples'
        readonly field: string
        readonly run: string
        readonly neighbours: number
        /** Images were compared by how they differ from the mean of their class. */
        readonly withinClass: boolean
      }
  /** The packed column of the five best codes of every row. */
  readonly candidatesColumnId: number
  readonly askedAt: string
}

export function listFields(db: ReadDb): FieldRecord[] {
  const rows = db
    .prepare(
      `SELECT id, name, kind, role, source, built_in AS builtIn, column_id AS columnId,
       source_column_id AS sourceColumnId, score_column_id AS scoreColumnId, margin_column_id AS marginColumnId, settings
       FROM field ORDER BY id`,
    )
    .all() as (Omit<FieldRecord, 'builtIn' | 'settings'> & { builtIn: number; settings: string | null })[]
  return rows.map((row) => ({
    ...row,
    builtIn: row.builtIn === 1,
    settings: row.settings === null ? null : (JSON.parse(row.settings) as InferredSettings),
  }))
}

/** A field as it is inserted; only an inferred one has companions. */
export type NewField = Pick<FieldRecord, 'name' | 'kind' | 'role' | 'source' | 'builtIn' | 'columnId'> &
  Partial<Pick<FieldRecord, 'sourceColumnId' | 'scoreColumnId' | 'marginColumnId' | 'settings'>>

export function insertField(db: WriteDb, field: NewField): void {
  const { settings, sourceColumnId = null, scoreColumnId = null, marginColumnId = null } = field
  db.prepare(
    `INSERT INTO field (name, kind, role, source, built_in, column_id, source_column_id, score_column_id, margin_column_id, settings)
     VALUES (@name, @kind, @role, @source, @builtIn, @columnId, @sourceColumnId, @scoreColumnId, @marginColumnId, @settings)`,
  ).run({
    ...field,
    builtIn: field.builtIn ? 1 : 0,
    sourceColumnId,
    scoreColumnId,
    marginColumnId,
    settings: settings ? JSON.stringify(settings) : null,
  })
}

/** Every packed column that the field has. */
export function columnsOfField({ columnId, settings, ...field }: NewField): number[] {
  const ids = [columnId, field.sourceColumnId, field.scoreColumnId, field.marginColumnId, settings?.candidatesColumnId]
  return ids.filter((id) => typeof id === 'number')
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
