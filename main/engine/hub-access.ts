// The engine's way to the Hub: trees of repositories at a commit, and downloads that overtake each other by urgency.
import type { FileTree } from '#formats/dataset-reader.ts'

export interface HubAccess {
  /** The commit a revision stands for; null = the default branch. */
  resolve(kind: 'dataset' | 'model', repo: string, revision: string | null, signal: AbortSignal): Promise<string>
  tree(repo: string, sha: string): Promise<FileTree>
  /** Fetches a file of a dataset to `target`: resumed where it was, checked, and only then given its name. */
  download(repo: string, sha: string, file: string, target: string, urgent: boolean, signal: AbortSignal): Promise<void>
  /** Fetches the files of a model that Foible reads into `folder`. */
  downloadModel(repo: string, sha: string, folder: string, signal: AbortSignal): Promise<void>
}

export function createHubAccess(_options: { readonly env: NodeJS.ProcessEnv; readonly home: string }): HubAccess {
  return {} as HubAccess
}
