// The engine's way to the Hub, opened at first use: its address and token are read then.
import type { FileTree } from '#formats/dataset-reader.ts'
import { Hub } from '#hub/hub.ts'
import { readHubSettings } from '#hub/hub-settings.ts'

export class HubAccess {
  readonly #env: Readonly<Record<string, string | undefined>>
  readonly #home: string
  #hub: Hub | null = null

  constructor(env: Readonly<Record<string, string | undefined>>, home: string) {
    this.#env = env
    this.#home = home
  }

  /** The commit a revision stands for; null = the default branch. */
  async resolve(
    kind: 'dataset' | 'model',
    repo: string,
    revision: string | null,
    signal: AbortSignal,
  ): Promise<string> {
    return await this.#open().resolve(kind, repo, revision, signal)
  }

  async tree(repo: string, sha: string): Promise<FileTree> {
    return await this.#open().tree(repo, sha)
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
    await this.#open().download(repo, sha, file, target, urgent, signal)
  }

  /** Fetches the files of a model that Foible reads into `folder`. */
  async downloadModel(repo: string, sha: string, folder: string, signal: AbortSignal): Promise<void> {
    await this.#open().downloadModel(repo, sha, folder, signal)
  }

  #open(): Hub {
    this.#hub ??= new Hub(readHubSettings(this.#env, this.#home))
    return this.#hub
  }
}
