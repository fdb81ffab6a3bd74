// A Hub repository at one commit as a tree of files. What is read whole is fetched and checked first, and then lies here;
// what is read in parts (the labels of a Parquet file) comes by range requests.
import path from 'node:path'
import { FoibleError } from '#core/errors.ts'
import type { Finding } from '#core/sample.ts'
import type { AsyncFile, FileTree } from '#formats/dataset-reader.ts'
import type { HubClient, HubRepo } from './hub-client.ts'
import type { HubEntry } from './hub-entry.ts'
import { raceAbort } from './race-abort.ts'
import { streamFile } from './stream-file.ts'

/** For work that several callers share: none of them may stop it. */
const unbound = new AbortController().signal

/** One request for all of a small file costs less than several for parts of it, and what came can be checked. */
const maxFetchedWhole = 1 << 20

export interface HubTree extends FileTree {
  list(signal: AbortSignal): Promise<readonly HubEntry[]>
  /** One file of the listing; null if it is not there. */
  find(path: string, signal: AbortSignal): Promise<HubEntry | null>
}

/** What a tree needs of the rest of the Hub. */
export interface HubTreeSource {
  readonly client: HubClient
  readonly repo: HubRepo
  /** A commit: names like `main` would let the files change under a reader's feet. */
  readonly sha: string
  readonly list: (signal: AbortSignal) => Promise<readonly HubEntry[]>
  /** The path of a file that is here already; null if it is not. */
  readonly findLocal: (entry: HubEntry) => Promise<string | null>
  /** Fetches and checks the whole file; its path. */
  readonly fetchWhole: (entry: HubEntry, signal: AbortSignal) => Promise<string>
  /** Reads files of this disk. */
  readonly openFolder: (folder: string) => Promise<FileTree>
  readonly findings: readonly Finding[]
}

export function createHubTree(source: HubTreeSource): HubTree {
  const { client, repo, sha } = source
  let listing: Promise<ReadonlyMap<string, HubEntry>> | null = null
  const listOnce = async (signal: AbortSignal) => {
    listing ??= source.list(unbound).then((entries) => new Map(entries.map((entry) => [entry.path, entry])))
    // A failed listing is asked for again next time.
    listing.catch(() => (listing = null))
    return await raceAbort(listing, signal)
  }
  const find = async (file: string, signal: AbortSignal) => (await listOnce(signal)).get(file) ?? null
  const require = async (file: string, signal: AbortSignal) => {
    const entry = await find(file, signal)
    if (entry !== null) return entry
    throw new FoibleError('not_found', `There is no file “${file}” in ${repo.name}.`, { file })
  }
  /** The folder of a file that is here, as a tree, and the file's name in it. */
  const openBeside = async (file: string) => ({
    folder: await source.openFolder(path.dirname(file)),
    name: path.basename(file),
  })
  return {
    name: repo.name,
    list: async (signal) => [...(await listOnce(signal)).values()],
    find,
    findings: () => source.findings,
    async *stream(file, signal) {
      const { folder, name } = await openBeside(await source.fetchWhole(await require(file, signal), signal))
      yield* folder.stream(name, signal)
    },
    async read(file, maxBytes, signal) {
      const entry = await require(file, signal)
      if (entry.sizeBytes > maxBytes) {
        throw new FoibleError(
          'too_large',
          `“${file}” has ${entry.sizeBytes} bytes, more than the ${maxBytes} that Foible reads at once.`,
          { file },
        )
      }
      const { folder, name } = await openBeside(await source.fetchWhole(entry, signal))
      return await folder.read(name, maxBytes, signal)
    },
    async open(file, signal) {
      const entry = await require(file, signal)
      const isSmall = entry.sizeBytes <= maxFetchedWhole
      const local = isSmall ? await source.fetchWhole(entry, signal) : await source.findLocal(entry)
      if (local === null) return openRemote(client, repo, sha, entry)
      const { folder, name } = await openBeside(local)
      return await folder.open(name, signal)
    },
    async openWhole(file, signal) {
      const { folder, name } = await openBeside(await source.fetchWhole(await require(file, signal), signal))
      return await folder.open(name, signal)
    },
  }
}

/** Each slice is one request. The file outlives the call that opened it, so its slices follow no signal. */
function openRemote(client: HubClient, repo: HubRepo, sha: string, entry: HubEntry): AsyncFile {
  const file = { repo, sha, path: entry.path }
  return {
    byteLength: entry.sizeBytes,
    async slice(start, end = entry.sizeBytes) {
      const buffer = new ArrayBuffer(Math.max(0, Math.min(end, entry.sizeBytes) - start))
      if (buffer.byteLength === 0) return buffer
      const bytes = new Uint8Array(buffer)
      const stop = start + buffer.byteLength
      let filled = start
      for await (const chunk of streamFile(client, file, { start, end: stop, urgent: true, signal: unbound })) {
        assertSame(entry, chunk.facts.sha256 ?? chunk.facts.gitOid)
        // A server that does not honour ranges begins at the file's beginning.
        const from = Math.max(chunk.position, start)
        const to = Math.min(chunk.position + chunk.bytes.length, stop)
        if (from < to) bytes.set(chunk.bytes.subarray(from - chunk.position, to - chunk.position), from - start)
        filled = Math.max(chunk.position, Math.min(to, stop))
      }
      if (filled === stop) return buffer
      throw new FoibleError(
        'broken_file',
        `“${entry.path}” ends at byte ${filled} on the Hub, before its end; try again.`,
        {
          file: entry.path,
          position: filled,
        },
      )
    },
  }
}

function assertSame(entry: HubEntry, said: string | null): void {
  const known = entry.sha256 ?? entry.gitOid
  if (known === null || said === null || said === known) return
  throw new FoibleError('broken_file', `“${entry.path}” is another file on the Hub than its commit lists; try again.`, {
    file: entry.path,
  })
}
