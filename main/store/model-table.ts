// Rows of the library's `model` table; the files lie in models/<sha256>/.
import { type ReadDb, type WriteDb, assertChanges } from './sqlite.ts'

export interface ModelRecord {
  readonly sha256: string
  readonly name: string
  /** `embedded`, `file`, `hub:owner/name@sha`. */
  readonly origin: string
  readonly license: string | null
  readonly addedAt: string
}

const columns = 'sha256, name, origin, license, added_at AS addedAt'

export function listModels(db: ReadDb): ModelRecord[] {
  return db.prepare(`SELECT ${columns} FROM model ORDER BY added_at, name`).all() as ModelRecord[]
}

export function getModel(db: ReadDb, name: string): ModelRecord | null {
  return (db.prepare(`SELECT ${columns} FROM model WHERE name = ?`).get(name) as ModelRecord | undefined) ?? null
}

export function getModelBySha(db: ReadDb, sha256: string): ModelRecord | null {
  return (db.prepare(`SELECT ${columns} FROM model WHERE sha256 = ?`).get(sha256) as ModelRecord | undefined) ?? null
}

export function insertModel(db: WriteDb, model: ModelRecord): void {
  db.prepare(
    'INSERT INTO model (sha256, name, origin, license, added_at) VALUES (@sha256, @name, @origin, @license, @addedAt)',
  ).run(model)
}

export function deleteModel(db: WriteDb, sha256: string): void {
  assertChanges(db.prepare('DELETE FROM model WHERE sha256 = ?').run(sha256), 1, 'delete model')
}
