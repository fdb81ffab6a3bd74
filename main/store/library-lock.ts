// One process a library: an exclusive SQLite lock, which the system releases however the process ends.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import Database from 'better-sqlite3'
import { FoibleError } from '#core/errors.ts'
import { sqliteFailure, translateErrors } from './sqlite.ts'

export interface LibraryLock {
  release(): void
}

/** Takes the lock or throws `library_locked` with the holder's process id. */
export function lockLibrary(folder: string): LibraryLock {
  const file = path.join(folder, 'library.lock')
  const holder = path.join(folder, 'library.lock.pid')
  const db = translateErrors(file, () => new Database(file, { timeout: 0 }))
  try {
    db.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    db.close()
    const failure = sqliteFailure(error, file)
    if (failure?.code !== 'library_locked') throw failure ?? error
    const pid = readHolder(holder)
    throw new FoibleError(
      'library_locked',
      `The library ${folder} is open in another Foible${pid === null ? '' : ` (process ${pid})`}. Close that one, or use --library for another folder.`,
      { library: folder, pid },
      { cause: error },
    )
  }
  writeFileSync(holder, String(process.pid))
  return {
    release() {
      rmSync(holder, { force: true })
      db.close()
    },
  }
}

function readHolder(file: string): number | null {
  try {
    const pid = Number(readFileSync(file, 'utf8'))
    return Number.isInteger(pid) && pid > 0 ? pid : null
  } catch {
    // The holder has not written it yet; the refusal stands without the number.
    return null
  }
}
