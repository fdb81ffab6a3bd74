// Rows of `sample`: identity and media of every sample. What is filtered on lies in packed columns instead.
import type { MediaLocator } from '#core/sample.ts'
import { type ReadDb, type WriteDb, assertChanges } from './sqlite.ts'

export interface SampleRecord {
  readonly id: number
  readonly fileName: string
  readonly locator: MediaLocator
  /** Hex, or null while unknown. */
  readonly sha256: string | null
  readonly problem: string | null
}

interface SampleRow {
  readonly id: number
  readonly fileName: string
  readonly locator: string | null
  readonly sha256: Buffer | null
  readonly problem: string | null
}

const columns = 'id, file_name AS fileName, locator, sha256, problem'

function fromRow(row: SampleRow): SampleRecord {
  return {
    ...row,
    locator: row.locator === null ? { kind: 'file', path: row.fileName } : (JSON.parse(row.locator) as MediaLocator),
    sha256: row.sha256?.toString('hex') ?? null,
  }
}

export function getSample(db: ReadDb, id: number): SampleRecord | null {
  const row = db.prepare(`SELECT ${columns} FROM sample WHERE id = ?`).get(id) as SampleRow | undefined
  return row === undefined ? null : fromRow(row)
}

/** Returns a function that inserts one sample; the caller holds the transaction. */
export function prepareInsertSample(db: WriteDb): (sample: Omit<SampleRecord, 'problem'>) => void {
  const insert = db.prepare('INSERT INTO sample (id, file_name, locator, sha256) VALUES (?, ?, ?, ?)')
  return ({ id, fileName, locator, sha256 }) => {
    const plain = locator.kind === 'file' && locator.path === fileName
    insert.run(
      id,
      fileName,
      plain ? null : JSON.stringify(locator),
      sha256 === null ? null : Buffer.from(sha256, 'hex'),
    )
  }
}

export function listFileNames(db: ReadDb): string[] {
  return db.prepare('SELECT file_name FROM sample ORDER BY id').pluck().all() as string[]
}

/** File names of a page of samples, in the order of `ids`. */
export function getFileNames(db: ReadDb, ids: Iterable<number>): string[] {
  const get = db.prepare('SELECT file_name FROM sample WHERE id = ?').pluck()
  return Array.from(ids, (id) => get.get(id) as string)
}

export function setProblem(db: WriteDb, id: number, problem: string | null): void {
  assertChanges(db.prepare('UPDATE sample SET problem = ? WHERE id = ?').run(problem, id), 1, 'set problem')
}

export function listProblems(db: ReadDb): { id: number; fileName: string; problem: string }[] {
  return db
    .prepare('SELECT id, file_name AS fileName, problem FROM sample WHERE problem IS NOT NULL ORDER BY id')
    .all() as { id: number; fileName: string; problem: string }[]
}
