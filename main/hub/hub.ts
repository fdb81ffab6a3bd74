// Everything the engine asks of the Hub, in one object: what is here already, trees of the rest, and one queue of downloads.
import { FoibleError, throwIfCancelled } from '#core/errors.ts'
import { isModelCompanion } from '#core/models/model-companions.ts'
import type { Finding } from '#core/sample.ts'
import type { FileTree } from '#formats/dataset-reader.ts'
import { DiskSpace } from './disk-space.ts'
import { DownloadQueue } from './download-queue.ts'
import { HubCache } from './hub-cache.ts'
import { HubClient, type HubClientOptions, type HubRepo, isCommit } from './hub-client.ts'
import type { HubEntry } from './hub-entry.ts'
import type { HubListener, HubNews } from './hub-news.ts'
import { createHubTree, type HubTree } from './hub-tree.ts'
import { listRepo } from './list-repo.ts'
import { chooseModelFiles } from './model-files.ts'
import { PythonCache } from './python-cache.ts'
import { linkOrCopy, linkOrMove } from './share-file.ts'

/** Listings kept: one of a hundred thousand files has some 20 MB. */
const maxTrees = 8

export interface HubOptions extends Omit<HubClientOptions, 'onWait'> {
  /** Where files that were fetched whole are kept. */
  readonly folder: string
  readonly pythonCache: string
  /** A folder of this disk as a tree. */
  readonly openFolder: (folder: string) => Promise<FileTree>
  /** Free bytes of the disk that holds a folder. */
  readonly measureFreeBytes?: (folder: string) => Promise<number>
}

/** What all views of one Hub share. */
interface Shared {
  readonly cache: HubCache
  readonly python: PythonCache
  readonly space: DiskSpace
  readonly queue: DownloadQueue
  readonly openFolder: HubOptions['openFolder']
  readonly listeners: Set<HubListener>
  /** Commits of which nobody could say whether they are still the newest. */
  readonly unasked: Set<string>
}

export class Hub {
  readonly client: HubClient
  /** The same Hub for somebody who waits at the screen: what cannot be had within seconds is an error. */
  readonly brief: Hub
  readonly #shared: Shared
  readonly #trees = new Map<string, HubTree>()

  constructor(client: HubClient, shared: Shared, brief: Hub | null) {
    this.client = client
    this.#shared = shared
    this.brief = brief ?? this
  }

  get cache(): HubCache {
    return this.#shared.cache
  }

  /** Hears of waits and of files that are fetched whole; returns the function that ends it. */
  listen(listener: HubListener): () => void {
    this.#shared.listeners.add(listener)
    return () => this.#shared.listeners.delete(listener)
  }

  /**
   * The commit a revision stands for; null = the default branch. Where the Hub cannot be reached, the one it last stood for,
   * here or in Python's cache.
   */
  async resolve(kind: HubRepo['type'], name: string, revision: string | null, signal: AbortSignal): Promise<string> {
    const repo: HubRepo = { type: kind, name }
    const branch = revision ?? 'main'
    const { cache, python, unasked } = this.#shared
    const known = isCommit(branch)
      ? (await cache.readListing(repo, branch)) && branch
      : ((await cache.readRef(repo, branch)) ?? (await python.readRef(repo, branch)))
    if (known === branch) return known
    try {
      // Who has something to go on with need not be patient.
      const client = known === null ? this.client : this.brief.client
      const sha = await client.resolveRevision(repo, revision, signal)
      await cache.writeRef(repo, branch, sha)
      unasked.delete(keyOf(repo, sha))
      return sha
    } catch (error) {
      const isOffline = error instanceof FoibleError && error.code === 'network'
      if (!isOffline || known === null || (await cache.readListing(repo, known)) === null) throw error
      unasked.add(keyOf(repo, known))
      return known
    }
  }

  /** A dataset's files at a commit. */
  tree(repo: string, sha: string): Promise<HubTree> {
    return Promise.resolve(this.#tree({ type: 'dataset', name: repo }, sha))
  }

  /**
   * Puts a file of a dataset at `target`: from this disk if it is here, else fetched, resumed where it was, checked, and only
   * then given its name.
   */
  async download(
    repo: string,
    sha: string,
    file: string,
    target: string,
    urgent: boolean,
    signal: AbortSignal,
  ): Promise<void> {
    const dataset: HubRepo = { type: 'dataset', name: repo }
    const entry = await this.#tree(dataset, sha).find(file, signal)
    if (entry === null) throw new FoibleError('not_found', `There is no file “${file}” in ${repo}.`, { file, sha })
    const local = await this.#findLocal(dataset, sha, entry)
    if (local === null) await this.#fetch(dataset, sha, entry, target, urgent, signal)
    else await linkOrCopy(local, target)
  }

  /** Whether `bytes` more fit where `folder` is; throws `no_space` if not. `what` begins the sentence. */
  async assertRoom(folder: string, bytes: number, what: string): Promise<void> {
    await this.#shared.space.assertRoom(folder, bytes, what)
  }

  /** Makes a file that was fetched whole for a tree part of a dataset's folder; nothing where it was not. */
  async adopt(repo: string, sha: string, file: string, target: string): Promise<void> {
    const cached = this.cache.fileAt({ type: 'dataset', name: repo }, sha, file)
    try {
      await linkOrMove(cached, target)
    } catch (error) {
      // Python's cache has it, or the Hub alone: it is read there.
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    }
  }

  /** Every file of a model's repository at a commit. */
  async listModel(repo: string, sha: string, signal: AbortSignal): Promise<readonly HubEntry[]> {
    return await this.#tree({ type: 'model', name: repo }, sha).list(signal)
  }

  /**
   * Fetches the files of a model that Foible reads; the folder in which they lie under their own paths.
   * @param variant Which of its graphs, see `chooseVariant`; null = the usual one.
   * @param also Paths of files that belong to it under names of their own.
   */
  async fetchModel(
    repo: string,
    sha: string,
    signal: AbortSignal,
    variant: string | null = null,
    also: readonly string[] = [],
  ): Promise<string> {
    const entries = await this.listModel(repo, sha, signal)
    const chosen = new Set(chooseModelFiles(repo, entries, variant))
    const files = entries.filter((entry) => chosen.has(entry) || also.includes(entry.path))
    return await this.#fetchModelFiles(repo, sha, files, signal)
  }

  /** Fetches what describes a model, without the model; the folder in which it lies. */
  async fetchCard(repo: string, sha: string, signal: AbortSignal): Promise<string> {
    const entries = await this.listModel(repo, sha, signal)
    const described = entries.filter(({ path }) => isModelCompanion(path))
    return await this.#fetchModelFiles(repo, sha, described, signal)
  }

  async #fetchModelFiles(repo: string, sha: string, files: readonly HubEntry[], signal: AbortSignal): Promise<string> {
    const model: HubRepo = { type: 'model', name: repo }
    const { cache } = this.#shared
    await Promise.all(
      files.map(async (entry) => {
        const target = cache.fileAt(model, sha, entry.path)
        const local = await this.#findLocal(model, sha, entry)
        if (local === null) await this.#fetch(model, sha, entry, target, true, signal)
        else if (local !== target) await linkOrCopy(local, target)
      }),
    )
    return cache.commitFolder(model, sha)
  }

  /** Drops what is known of a commit from memory, and its files from the disk. */
  async release(repo: HubRepo, sha: string): Promise<void> {
    for (const view of [this, this.brief]) view.#trees.delete(keyOf(repo, sha))
    await this.cache.remove(repo, sha)
  }

  async #findLocal(repo: HubRepo, sha: string, entry: HubEntry): Promise<string | null> {
    const { cache, python } = this.#shared
    return (await cache.find(repo, sha, entry)) ?? (await python.find(repo, sha, entry))
  }

  async #fetchWhole(repo: HubRepo, sha: string, entry: HubEntry, signal: AbortSignal): Promise<string> {
    throwIfCancelled(signal)
    const local = await this.#findLocal(repo, sha, entry)
    if (local !== null) return local
    const target = this.cache.fileAt(repo, sha, entry.path)
    await this.#fetch(repo, sha, entry, target, true, signal, (receivedBytes) => {
      const news: HubNews = { kind: 'file', path: entry.path, receivedBytes, totalBytes: entry.sizeBytes }
      this.#shared.listeners.forEach((listener) => listener(news))
    })
    return target
  }

  async #fetch(
    repo: HubRepo,
    sha: string,
    entry: HubEntry,
    target: string,
    urgent: boolean,
    signal: AbortSignal,
    onProgress?: (receivedBytes: number) => void,
  ): Promise<void> {
    const request = { repo, sha, path: entry.path, target, expected: entry, ...(onProgress ? { onProgress } : {}) }
    await this.#shared.queue.fetch(this.client, request, urgent, signal)
  }

  #tree(repo: HubRepo, sha: string): HubTree {
    const key = keyOf(repo, sha)
    const known = this.#trees.get(key)
    if (known) return known
    const { cache, openFolder, unasked } = this.#shared
    const tree = createHubTree({
      client: this.client,
      repo,
      sha,
      openFolder,
      findings: unasked.has(key) ? [notAsked(sha)] : [],
      findLocal: (entry) => this.#findLocal(repo, sha, entry),
      fetchWhole: (entry, signal) => this.#fetchWhole(repo, sha, entry, signal),
      list: async (signal) => {
        const cached = await cache.readListing(repo, sha)
        if (cached !== null) return cached
        const entries = await listRepo(this.client, repo, sha, signal)
        await cache.writeListing(repo, sha, entries)
        return entries
      },
    })
    this.#trees.set(key, tree)
    const [oldest] = this.#trees.keys()
    if (this.#trees.size > maxTrees && oldest !== undefined) this.#trees.delete(oldest)
    return tree
  }
}

export function openHub(options: HubOptions): Hub {
  const { folder, pythonCache, openFolder, measureFreeBytes, ...rest } = options
  const listeners = new Set<HubListener>()
  const tell = (news: HubNews) => listeners.forEach((listener) => listener(news))
  const client = new HubClient({
    ...rest,
    onWait(wait) {
      tell({ kind: 'wait', ...wait })
      return () => tell({ kind: 'go' })
    },
  })
  const space = new DiskSpace(measureFreeBytes)
  const shared: Shared = {
    cache: new HubCache(folder),
    python: new PythonCache(pythonCache),
    space,
    queue: new DownloadQueue(space),
    openFolder,
    listeners,
    unasked: new Set(),
  }
  return new Hub(client, shared, new Hub(client.brief(), shared, null))
}

function keyOf(repo: HubRepo, sha: string): string {
  return `${repo.type}/${repo.name}@${sha}`
}

function notAsked(sha: string): Finding {
  return {
    rule: 'revision_not_asked',
    count: 1,
    message: 'The Hub could not be asked whether there is a newer revision.',
    action: 'the last one known here is used',
    examples: [sha],
  }
}
