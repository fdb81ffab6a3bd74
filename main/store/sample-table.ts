// Rows of `sample`: identity and media of every sample. What is filtered on lies in packed columns instead.
import type { MediaLocator } from '#core/sample.ts'
import { prepareInsertMany } from './insert-many.ts'
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

/** All samples in the order of their rows, without holding them all. */
export function* iterateSamples(db: ReadDb): Generator<SampleRecord> {
  for (const row of db.prepare(`SELECT ${columns} FROM sample ORDER BY id`).iterate()) yield fromRow(row as SampleRow)
}

/** Returns a function that inserts one sample; the caller holds the transaction. */
export function prepareInsertSample(db: WriteDb): (sample: Omit<SampleRecord, 'problem'>) => void {
  const insert = db.prepare('INSERT INTO sample (id, file_name, locator, sha256) VALUES (?, ?, ?, ?)')
  return ({ id, fileName, locator, sha256 }) => {
    insert.run(id, fileName, formatLocator(locator, fileName), sha256 === null ? null : Buffer.from(sha256, 'hex'))
  }
}

/** What a sample is stored with before anything is known of its image; every list has one entry a sample. */
export interface SampleColumns {
  readonly fileNames: readonly string[]
  readonly locators: readonly MediaLocator[]
  readonly sha256s: readonly (string | null)[]
}

/** Returns a function that inserts samples with the ids from `firstId` on; the caller holds the transaction. */
export function prepareInsertSamples(db: WriteDb): (firstId: number, samples: SampleColumns) => void {
  const insert = prepareInsertMany(db, 'sample', ['id', 'file_name', 'locator', 'sha256'])
  return (firstId, { fileNames, locators, sha256s }) =>
    insert(fileNames.length, (i) => {
      const sha256 = sha256s[i] ?? null
      const locator = formatLocator(locators[i]!, fileNames[i]!)
      return [firstId + i, fileNames[i]!, locator, sha256 === null ? null : Buffer.from(sha256, 'hex')]
    })
}

function formatLocator(locator: MediaLocator, fileName: string): string | null {
  return locator.kind === 'file' && locator.path === fileName ? null : JSON.stringify(locator)
}

/** What tells samples apart, in the order of their rows, without holding them all. */
export function* iterateIdentities(db: ReadDb): Generator<{
  readonly row: number
  readonly fileName: string
  /** Whether the image is a file of its own, under its own name. */
  readonly isFile: boolean
  readonly sha256: Buffer | null
}> {
  const rows = db.prepare('SELECT file_name, locator IS NULL, sha256 FROM sample ORDER BY id').raw().iterate()
  let row = 0
  for (const [fileName, isFile, sha256] of rows as Iterable<[string, number, Buffer | null]>) {
    yield { row: row++, fileName, isFile: isFile === 1, sha256 }
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

/** Samples without a readable image, by id. Nothing may be written to the database before the last one is taken. */
export function iterateProblems(
  db: ReadDb,
): IterableIterator<{ readonly id: number; readonly fileName: string; readonly problem: string }> {
  return db
    .prepare<[], { id: number; fileName: string; problem: string }>(
      'SELECT id, file_name AS fileName, problem FROM sample WHERE problem IS NOT NULL ORDER BY id',
    )
    .iterate()
}

export function listProblemIds(db: ReadDb): number[] {
  return db.prepare('SELECT id FROM sample WHERE problem IS NOT NULL ORDER BY id').pluck().all() as number[]
}

/** Archives that hold images of the dataset, by name. */
export function listArchives(db: ReadDb): string[] {
  return db
    .prepare(`SELECT DISTINCT locator ->> 'file' FROM sample WHERE locator ->> 'kind' = 'range' ORDER BY 1`)
    .pluck()
    .all() as string[]
}
