// What Python's huggingface_hub has fetched already, used in place of a download. Read only: nothing is ever written there.
// Layout: https://huggingface.co/docs/hub/local-cache
import { lstat, readFile, realpath } from 'node:fs/promises'
import path from 'node:path'
import { findProblem } from './file-digest.ts'
import { type HubRepo, isCommit } from './hub-client.ts'
import type { HubEntry } from './hub-entry.ts'

export class PythonCache {
  readonly #folder: string
  /** Files without a blob of their name that were found to be right. */
  readonly #verified = new Set<string>()

  constructor(folder: string) {
    this.#folder = folder
  }

  /** A file of the cache with the content of `entry`; null if there is none. */
  async find(repo: HubRepo, sha: string, entry: HubEntry): Promise<string | null> {
    const folder = this.#folderOf(repo)
    const name = entry.sha256 ?? entry.gitOid
    if (name === null) return null
    // A blob is named by its checksum, which Python checked; the snapshots' links lead to nothing else.
    const blob = path.join(folder, 'blobs', name)
    if (await isFileOfSize(blob, entry.sizeBytes)) return blob
    // Where there are no links (Windows), the snapshot holds the file itself, and nothing says what it was checked against.
    const file = path.join(folder, 'snapshots', sha, ...entry.path.split('/'))
    if (!(await isFileOfSize(file, entry.sizeBytes)) || !(await isWithin(file, folder))) return null
    if (!this.#verified.has(file) && (await findProblem(file, entry)) !== null) return null
    this.#verified.add(file)
    return file
  }

  /** The commit that a branch stood for when Python last asked. */
  async readRef(repo: HubRepo, revision: string): Promise<string | null> {
    const refs = path.join(this.#folderOf(repo), 'refs')
    const file = path.resolve(refs, revision)
    if (!file.startsWith(refs + path.sep)) return null
    try {
      const sha = (await readFile(file, 'utf8')).trim()
      return isCommit(sha) ? sha : null
    } catch {
      // Not there, or not readable: Python knows nothing of it.
      return null
    }
  }

  #folderOf(repo: HubRepo): string {
    return path.join(this.#folder, `${repo.type}s--${repo.name.replaceAll('/', '--')}`)
  }
}

/** Not for links: where one leads says nothing about what was checked. */
async function isFileOfSize(file: string, sizeBytes: number): Promise<boolean> {
  try {
    const info = await lstat(file)
    return info.isFile() && info.size === sizeBytes
  } catch {
    // Not there, or not for us: it is fetched instead.
    return false
  }
}

/** No link on the way leads out of the repository's folder. */
async function isWithin(file: string, folder: string): Promise<boolean> {
  return (await realpath(file)).startsWith((await realpath(folder)) + path.sep)
}
