// Opens Foible's SQLite files: identity, version, migrations, and SQLite's errors in Foible's words.
import { closeSync, copyFileSync, existsSync, openSync, readSync, renameSync, rmSync, statSync } from 'node:fs'
import Database from 'better-sqlite3'
import { FoibleError } from '#core/errors.ts'

export type WriteDb = Database.Database
/** What reading functions need; every `WriteDb` is one. */
export type ReadDb = Pick<Database.Database, 'prepare'>

/** One numbered step; shipped steps are never changed again (a test holds their checksums). */
export interface Migration {
  readonly name: string
  readonly sql: string
}

export interface FileKind {
  /** PRAGMA application_id. */
  readonly applicationId: number
  /** For error sentences: `library`, `dataset`. */
  readonly what: string
  readonly migrations: readonly Migration[]
}

/** Opens (and creates or migrates) a file. A file of a newer Foible, or of somebody else, is refused untouched. */
export function openDatabase(file: string, kind: FileKind): WriteDb {
  const existed = existsSync(file)
  if (existed) checkIdentity(file, kind)
  const db = translateErrors(file, () => new Database(file, { timeout: 2000 }))
  try {
    translateErrors(file, () => {
      db.pragma('journal_mode = WAL')
      db.pragma('synchronous = NORMAL')
      db.pragma('foreign_keys = ON')
      db.pragma('cache_size = -16000')
      migrate(db, file, kind, existed)
    })
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** A further connection to a file that this process has open: it reads what is committed, and cannot write. */
export function openToRead(file: string): WriteDb {
  return translateErrors(file, () => {
    const db = new Database(file, { readonly: true, fileMustExist: true, timeout: 2000 })
    db.pragma('cache_size = -16000')
    return db
  })
}

interface Identity {
  readonly applicationId: number
  readonly version: number
  /** Tables and indices. */
  readonly objects: number
}

function checkIdentity(file: string, kind: FileKind): void {
  const { applicationId, version, objects } = translateErrors(file, () => readIdentity(file))
  if (objects > 0 && applicationId !== kind.applicationId) {
    throw new FoibleError('broken_file', `${file} is not a Foible ${kind.what}. Move it away and try again.`, { file })
  }
  if (version > kind.migrations.length) {
    throw new FoibleError(
      'library_newer',
      `${file} was written by a newer Foible (format ${version}, this one reads up to ${kind.migrations.length}). Update Foible to open it; nothing was changed.`,
      { file, version, supported: kind.migrations.length },
    )
  }
}

/** Leaves the file as it is. Its first bytes tell, unless the write-ahead log of a killed process knows better. */
function readIdentity(file: string): Identity {
  const header = readHeader(file)
  if (header === null) return { applicationId: 0, version: 0, objects: 0 }
  const applicationId = header.readInt32BE(68)
  const log = statSync(`${file}-wal`, { throwIfNoEntry: false })
  if (applicationId !== 0 && (log?.size ?? 0) === 0)
    return { applicationId, version: header.readInt32BE(60), objects: 1 }
  // Closing a connection that cannot write does not merge the log into the file.
  const db = new Database(file, { readonly: true, timeout: 2000 })
  try {
    const pragma = (name: string) => db.pragma(name, { simple: true }) as number
    const objects = db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() as number
    return { applicationId: pragma('application_id'), version: pragma('user_version'), objects }
  } finally {
    db.close()
  }
}

/** SQLite's header (https://sqlite.org/fileformat.html#the_database_header); null for an empty file. */
function readHeader(file: string): Buffer | null {
  const header = Buffer.alloc(100)
  const handle = openSync(file, 'r')
  try {
    const length = readSync(handle, header, 0, header.length, 0)
    if (length === 0) return null
    if (length === header.length && header.toString('latin1', 0, 16) === 'SQLite format 3\0') return header
  } finally {
    closeSync(handle)
  }
  throw damaged(file)
}

function migrate(db: WriteDb, file: string, kind: FileKind, existed: boolean): void {
  const version = db.pragma('user_version', { simple: true }) as number
  if (version === kind.migrations.length) return
  if (existed && version > 0) {
    db.pragma('wal_checkpoint(TRUNCATE)')
    copyWhole(file, `${file}.before-${version}`)
  }
  for (const [index, step] of kind.migrations.entries()) {
    if (index < version) continue
    db.transaction(() => {
      db.exec(step.sql)
      if (index === 0) db.pragma(`application_id = ${kind.applicationId}`)
      db.pragma(`user_version = ${index + 1}`)
    })()
  }
}

/** A copy that is there only when it is whole. */
function copyWhole(file: string, copy: string): void {
  try {
    copyFileSync(file, `${copy}.part`)
    renameSync(`${copy}.part`, copy)
  } catch (error) {
    rmSync(`${copy}.part`, { force: true })
    throw error
  }
}

/** Runs a piece of work on the database and rewords SQLite's own failures. */
export function translateErrors<T>(file: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw sqliteFailure(error, file) ?? error
  }
}

/** The typed error for a SQLite failure that users can do something about, else null. */
export function sqliteFailure(error: unknown, file: string): FoibleError | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null
  const cause = { cause: error }
  if (error.code === 'SQLITE_FULL' || error.code === 'ENOSPC') {
    const message = `The disk is full: ${file} could not be written. Free some space and try again; what was stored is kept.`
    return new FoibleError('no_space', message, { file }, cause)
  }
  if (error.code === 'SQLITE_NOTADB' || error.code.startsWith('SQLITE_CORRUPT')) {
    return damaged(file, cause)
  }
  if (error.code.startsWith('SQLITE_BUSY') || error.code.startsWith('SQLITE_LOCKED')) {
    return new FoibleError(
      'library_locked',
      `${file} is in use by another process. Close it and try again.`,
      { file },
      cause,
    )
  }
  if (
    ['SQLITE_READONLY', 'SQLITE_PERM', 'SQLITE_CANTOPEN', 'EACCES', 'EPERM', 'EROFS'].some((code) =>
      String(error.code).startsWith(code),
    )
  ) {
    return new FoibleError(
      'no_permission',
      `${file} cannot be opened for writing. Check its permissions.`,
      { file },
      cause,
    )
  }
  return null
}

function damaged(file: string, options?: { cause: unknown }): FoibleError {
  const message = `${file} is damaged and cannot be read. Restore it from a copy, or remove it and import again.`
  return new FoibleError('broken_file', message, { file }, options)
}

/** For statements that must touch exactly so many rows. */
export function assertChanges(result: Database.RunResult, expected: number, what: string): void {
  if (result.changes !== expected) throw new Error(`${what}: ${result.changes} rows changed, ${expected} expected`)
}
