// What is here of one commit and is the same in another need not be fetched again for that one.
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { throwIfCancelled } from '#core/errors.ts'
import { sizeOfFile } from './file-digest.ts'
import type { HubCache } from './hub-cache.ts'
import type { HubRepo } from './hub-client.ts'
import type { HubEntry } from './hub-entry.ts'
import { linkOrCopy } from './share-file.ts'

export interface SharedCommits {
  readonly repo: HubRepo
  readonly from: { readonly sha: string; readonly files: ReadonlyMap<string, HubEntry> }
  readonly to: { readonly sha: string; readonly files: ReadonlyMap<string, HubEntry> }
  /** Whole files of the older commit that lie elsewhere: where, by path. */
  readonly others: ReadonlyMap<string, string>
}

/** Gives files of the cache, and `others`, the names that they have in the newer commit. */
export async function shareCommit(
  cache: HubCache,
  { repo, from, to, others }: SharedCommits,
  signal: AbortSignal,
): Promise<void> {
  const here = new Map<string, string>()
  const note = async (entry: HubEntry | undefined, place: string) => {
    const key = entry === undefined ? null : keyOf(entry)
    if (key !== null && (await sizeOfFile(place)) === entry?.sizeBytes) here.set(key, place)
  }
  for (const file of await listFiles(cache.commitFolder(repo, from.sha))) {
    await note(from.files.get(file), cache.fileAt(repo, from.sha, file))
  }
  for (const [file, place] of others) await note(from.files.get(file), place)
  for (const entry of to.files.values()) {
    throwIfCancelled(signal)
    const key = keyOf(entry)
    const place = key === null ? undefined : here.get(key)
    if (place === undefined || (await cache.find(repo, to.sha, entry)) !== null) continue
    await linkOrCopy(place, cache.fileAt(repo, to.sha, entry.path))
  }
}

/** null: nobody can say what is the same. */
function keyOf({ sha256, gitOid }: HubEntry): string | null {
  return sha256 ?? gitOid
}

/** Relative, with `/`; none where there is no such folder. */
async function listFiles(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    return entries
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.part'))
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}
