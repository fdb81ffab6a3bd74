// What a person asked to import, as a tree of files with its format.
import path from 'node:path'
import { FoibleError } from '#core/errors.ts'
import type { DatasetReader, FileTree, TreeEntry } from '#formats/dataset-reader.ts'
import { detectFormat } from '#formats/detect.ts'
import { createFolderTree } from '#formats/folder-tree.ts'
import type { DatasetMeta } from '#store/dataset-tables.ts'
import type { EngineParts } from '../engine-parts.ts'

/** As jobs keep it: paths instead of place ids, so that it survives a restart. */
export type StoredSource =
  | { readonly kind: 'sample' }
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'hub'; readonly repo: string; readonly revision: string | null }

export interface OpenSource {
  readonly name: string
  readonly tree: FileTree
  readonly entries: readonly TreeEntry[]
  readonly reader: DatasetReader
  readonly reason: string
  readonly source: DatasetMeta['source']
  /** Copy the images into the library whatever the caller says. */
  readonly mustCopy: boolean
}

export async function openSource(parts: EngineParts, source: StoredSource, signal: AbortSignal): Promise<OpenSource> {
  if (source.kind === 'hub') {
    const repo = source.repo.replace(/^hf:/, '')
    if (!/^[\w.-]+\/[\w.-]+$/.test(repo)) {
      throw new FoibleError('usage', `“${repo}” is not a Hub id. It looks like owner/name.`, { repo })
    }
    const sha = await parts.hub.resolve('dataset', repo, source.revision, signal)
    const tree = await parts.hub.tree(repo, sha)
    const stored = { kind: 'hub', repo, revision: source.revision ?? 'main', sha } as const
    return { ...(await detect(tree, signal)), name: repo.split('/')[1]!, source: stored, mustCopy: false }
  }
  const folder = source.kind === 'sample' ? parts.resources.sample : path.resolve(source.path)
  const tree = await createFolderTree(folder)
  const found = await detect(tree, signal)
  // A single file is a tree of one: its folder is the root.
  const isFile = found.entries.length === 1 && found.entries[0]!.path === path.basename(folder)
  const root = isFile ? path.dirname(folder) : folder
  return {
    ...found,
    name: path.basename(folder).replace(/\.(parquet|csv|jsonl)$/i, ''),
    source: { kind: 'folder', path: root, copied: false },
    mustCopy: source.kind === 'sample',
  }
}

async function detect(tree: FileTree, signal: AbortSignal) {
  const entries = await tree.list(signal)
  const { reader, reason } = await detectFormat(tree, entries, signal)
  return { tree, entries, reader, reason }
}
