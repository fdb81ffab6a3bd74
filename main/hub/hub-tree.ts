// A Hub repository at one commit as a tree of files.
import { listFiles } from '@huggingface/hub'
import { FoibleError } from '#core/errors.ts'
import type { AsyncFile, FileTree, TreeEntry } from '#formats/dataset-reader.ts'
import type { HubClient, HubRepo } from './hub-client.ts'
import { raceAbort } from './race-abort.ts'
import { streamFile } from './stream-file.ts'

/** For work that several callers share: none of them may stop it. */
const unbound = new AbortController().signal

/** A repository's file with its checksum: sha256 for large files, Git's blob name for all others. */
export interface HubEntry extends TreeEntry {
  readonly gitOid: string | null
}

export interface HubTree extends FileTree {
  list(signal: AbortSignal): Promise<readonly HubEntry[]>
  /** One file of the listing; null if it is not there. */
  find(path: string, signal: AbortSignal): Promise<HubEntry | null>
}

/** `sha` must be a commit: names like `main` would let the files change under a reader's feet. */
export function createHubTree(client: HubClient, repo: HubRepo, sha: string): HubTree {
  let listing: Promise<ReadonlyMap<string, HubEntry>> | null = null
  const listOnce = async (signal: AbortSignal) => {
    listing ??= listRepo(client, repo, sha, unbound)
    // A failed listing is asked for again next time.
    listing.catch(() => (listing = null))
    return await raceAbort(listing, signal)
  }
  const find = async (path: string, signal: AbortSignal) => (await listOnce(signal)).get(path) ?? null
  const stream = async function* (path: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    let expected = 0
    for await (const { bytes, position } of streamFile(client, { repo, sha, path }, 0, signal)) {
      // Started again from the beginning: what has been handed out is skipped.
      const known = Math.max(0, expected - position)
      if (known < bytes.length) yield known > 0 ? bytes.subarray(known) : bytes
      expected = Math.max(expected, position + bytes.length)
    }
  }
  return {
    name: repo.name,
    list: async (signal) => [...(await listOnce(signal)).values()],
    find,
    stream,
    findings: () => [],
    async read(path, maxBytes, signal) {
      const pieces: Uint8Array[] = []
      let size = 0
      for await (const bytes of stream(path, signal)) {
        size += bytes.length
        if (size > maxBytes) {
          throw new FoibleError(
            'too_large',
            `“${path}” has more than the ${maxBytes} bytes that Foible reads at once.`,
            { file: path },
          )
        }
        pieces.push(bytes)
      }
      return Buffer.concat(pieces)
    },
    async open(path, signal) {
      const entry = await find(path, signal)
      if (!entry) throw new FoibleError('not_found', `There is no file “${path}” in ${repo.name}.`, { file: path })
      return openHubFile(client, repo, sha, entry)
    },
    async openWhole(path, signal) {
      return await this.open(path, signal)
    },
  }
}

async function listRepo(
  client: HubClient,
  repo: HubRepo,
  sha: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, HubEntry>> {
  const entries: HubEntry[] = []
  for await (const item of listFiles({ ...client.libraryOptions(signal), repo, revision: sha, recursive: true })) {
    const hidden = item.path.split('/').some((part) => part.startsWith('.'))
    if (item.type !== 'file' || hidden) continue
    entries.push({
      path: item.path,
      sizeBytes: item.lfs?.size ?? item.size,
      sha256: item.lfs?.oid ?? null,
      gitOid: item.lfs ? null : (item.oid ?? null),
    })
  }
  // Depth first by name, as local folders are listed: Git's order differs where a name continues another one.
  const sortKey = ({ path }: HubEntry) => path.replaceAll('/', '\0')
  entries.sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1))
  return new Map(entries.map((entry) => [entry.path, entry]))
}

/** Each slice is one request. The file outlives the call that opened it, so its slices follow no signal. */
function openHubFile(client: HubClient, repo: HubRepo, sha: string, entry: HubEntry): AsyncFile {
  return {
    byteLength: entry.sizeBytes,
    async slice(start, end = entry.sizeBytes) {
      if (end <= start) return new ArrayBuffer(0)
      const { response } = await client.requestFile(repo, sha, entry.path, { start, end }, unbound)
      const bytes = await response.arrayBuffer()
      if (response.status === 206 && bytes.byteLength === end - start) return bytes
      if (response.status === 200 && bytes.byteLength === entry.sizeBytes) return bytes.slice(start, end)
      throw new FoibleError('network', `The Hub sent another part of “${entry.path}” than asked for; try again.`, {
        file: entry.path,
      })
    },
  }
}
