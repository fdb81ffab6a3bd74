// Everything the engine asks of the Hub, in one object: trees that remember their listings, and one queue of downloads.
import path from 'node:path'
import { DownloadQueue } from './download-queue.ts'
import { HubClient, type HubClientOptions, type HubRepo } from './hub-client.ts'
import { createHubTree, type HubTree } from './hub-tree.ts'
import { chooseModelFiles } from './model-files.ts'

/** Listings kept: one of a hundred thousand files has some 20 MB. */
const maxTrees = 8

export class Hub {
  readonly #client: HubClient
  readonly #queue: DownloadQueue
  readonly #trees = new Map<string, HubTree>()

  constructor(options: HubClientOptions) {
    this.#client = new HubClient(options)
    this.#queue = new DownloadQueue(this.#client)
  }

  /** The commit a revision stands for; null = the default branch. */
  async resolve(kind: HubRepo['type'], repo: string, revision: string | null, signal: AbortSignal): Promise<string> {
    return await this.#client.resolveRevision({ type: kind, name: repo }, revision, signal)
  }

  /** A dataset's files at a commit. */
  tree(repo: string, sha: string): Promise<HubTree> {
    return Promise.resolve(this.#tree({ type: 'dataset', name: repo }, sha))
  }

  /** Fetches a file of a dataset to `target`: resumed where it was, checked, and only then given its name. */
  async download(
    repo: string,
    sha: string,
    file: string,
    target: string,
    urgent: boolean,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#fetch({ type: 'dataset', name: repo }, sha, file, target, urgent, signal)
  }

  /** Fetches the files of a model that Foible reads into `folder`, under their own paths. */
  async downloadModel(repo: string, sha: string, folder: string, signal: AbortSignal): Promise<void> {
    const model: HubRepo = { type: 'model', name: repo }
    const files = chooseModelFiles(repo, await this.#tree(model, sha).list(signal))
    await Promise.all(
      files.map((file) => this.#fetch(model, sha, file.path, path.join(folder, file.path), true, signal)),
    )
  }

  async #fetch(
    repo: HubRepo,
    sha: string,
    file: string,
    target: string,
    urgent: boolean,
    signal: AbortSignal,
  ): Promise<void> {
    const entry = await this.#tree(repo, sha).find(file, signal)
    await this.#queue.fetch({ repo, sha, path: file, target, ...(entry ? { expected: entry } : {}) }, urgent, signal)
  }

  #tree(repo: HubRepo, sha: string): HubTree {
    const key = `${repo.type}/${repo.name}@${sha}`
    const known = this.#trees.get(key)
    if (known) return known
    const tree = createHubTree(this.#client, repo, sha)
    this.#trees.set(key, tree)
    const [oldest] = this.#trees.keys()
    if (this.#trees.size > maxTrees && oldest !== undefined) this.#trees.delete(oldest)
    return tree
  }
}
