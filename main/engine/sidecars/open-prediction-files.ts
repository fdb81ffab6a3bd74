// Where a run's answers are taken from: a file or a folder of shards on this disk, or the same in a dataset of the Hub.
import path from 'node:path'
import { FoibleError } from '#core/errors.ts'
import type { FileTree } from '#formats/dataset-reader.ts'
import { createFolderTree } from '#formats/folder-tree.ts'
import { normalizeRelativePath } from '#formats/safe-path.ts'
import type { EngineParts } from '../engine-parts.ts'

export interface HubFiles {
  readonly repo: string
  readonly revision: string | null
  /** A file, or a folder with shards; null = the whole repository. */
  readonly path: string | null
}

export async function openPredictionFiles(
  parts: EngineParts,
  from: string | HubFiles,
  signal: AbortSignal,
): Promise<FileTree> {
  if (typeof from === 'string') return await createFolderTree(from)
  const repo = from.repo.replace(/^hf:/, '')
  const sha = await parts.hub.resolve('dataset', repo, from.revision, signal)
  const tree = await parts.hub.tree(repo, sha)
  return from.path === null ? tree : await narrow(tree, from.path, signal)
}

/** The one file, or what lies in the one folder. Throws `unsafe_path`, `not_found`. */
async function narrow(tree: FileTree, wanted: string, signal: AbortSignal): Promise<FileTree> {
  const place = normalizeRelativePath(wanted)
  if (place === null) throw new FoibleError('unsafe_path', `“${wanted}” leads out of ${tree.name}.`, { path: wanted })
  const entries = await tree.list(signal)
  if (entries.some((entry) => entry.path === place)) return { ...tree, chosen: place }
  const within = entries.filter((entry) => entry.path.startsWith(`${place}/`))
  if (within.length === 0) {
    const message = `${tree.name} has neither a file nor a folder “${place}”; see what it holds on the Hub.`
    throw new FoibleError('not_found', message, { repo: tree.name, path: place })
  }
  return { ...tree, name: path.posix.basename(place), list: () => Promise.resolve(within) }
}
