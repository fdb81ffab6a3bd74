// Rows of the library's `model` table; the files lie in models/<sha256>/, and several models may share them.
import { type ReadDb, type WriteDb, assertChanges } from './sqlite.ts'

/** What somebody chose over what the model's files say. Each part is read by whoever knows it. */
export type ModelSettings = Readonly<Record<string, unknown>>

export interface ModelRecord {
  readonly name: string
  readonly sha256: string
  /** `embedded`, `file`, `hub:owner/name@sha`. */
  readonly origin: string
  readonly license: string | null
  readonly addedAt: string
  readonly settings: ModelSettings
}

const columns = 'name, sha256, origin, license, added_at AS addedAt, settings'

type ModelRow = Omit<ModelRecord, 'settings'> & { readonly settings: string }

function fromRow(row: ModelRow): ModelRecord {
  return { ...row, settings: JSON.parse(row.settings) as ModelSettings }
}

export function listModels(db: ReadDb): ModelRecord[] {
  return (db.prepare(`SELECT ${columns} FROM model ORDER BY added_at, name`).all() as ModelRow[]).map(fromRow)
}

export function getModel(db: ReadDb, name: string): ModelRecord | null {
  const row = db.prepare(`SELECT ${columns} FROM model WHERE name = ?`).get(name) as ModelRow | undefined
  return row === undefined ? null : fromRow(row)
}

export function listModelsOfFile(db: ReadDb, sha256: string): ModelRecord[] {
  const rows = db.prepare(`SELECT ${columns} FROM model WHERE sha256 = ? ORDER BY added_at, name`).all(sha256)
  return (rows as ModelRow[]).map(fromRow)
}

export function insertModel(db: WriteDb, model: ModelRecord): void {
  db.prepare(
    `INSERT INTO model (name, sha256, origin, license, added_at, settings)
     VALUES (@name, @sha256, @origin, @license, @addedAt, @settings)`,
  ).run({ ...model, settings: JSON.stringify(model.settings) })
}

export function deleteModel(db: WriteDb, name: string): void {
  assertChanges(db.prepare('DELETE FROM model WHERE name = ?').run(name), 1, 'delete model')
}
