// What a person asked to import, as a tree of files with its format.
import path from 'node:path'
import { FoibleError } from '#core/errors.ts'
import { findAdapter } from '#formats/adapters/adapters.ts'
import { expandArchives } from '#formats/archive-tree.ts'
import type { DatasetIndex, FileTree, ReadOptions, TreeEntry } from '#formats/dataset-reader.ts'
import { type Detection, detectFormats } from '#formats/detect.ts'
import { createFolderTree } from '#formats/folder-tree.ts'
import type { FormatName } from '#core/sample.ts'
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
  /** All formats that it fits; the first is the one that is read. */
  readonly formats: readonly [Detection, ...Detection[]]
  /** The known dataset that it is, where Foible recognises it. */
  readonly adapter: { readonly name: string; readonly title: string; readonly reason: string } | null
  read(options: ReadOptions): Promise<DatasetIndex>
  readonly source: DatasetMeta['source']
  /** Copy the images into the library whatever the caller says. */
  readonly mustCopy: boolean
}

export interface OpenChoices {
  /** Read it as this format instead of the likeliest. */
  readonly format: FormatName | null
  /** Read a dataset that Foible knows by what it means, not as it lies there. */
  readonly useAdapter: boolean
}

export async function openSource(
  parts: EngineParts,
  source: StoredSource,
  choices: OpenChoices,
  signal: AbortSignal,
): Promise<OpenSource> {
  if (source.kind === 'hub') {
    const repo = source.repo.replace(/^hf:/, '')
    if (!/^[\w.-]+\/[\w.-]+$/.test(repo)) {
      throw new FoibleError('usage', `“${repo}” is not a Hub id. It looks like owner/name.`, { repo })
    }
    const sha = await parts.hub.resolve('dataset', repo, source.revision, signal)
    const tree = await expandArchives(await parts.hub.tree(repo, sha), signal)
    const stored = { kind: 'hub', repo, revision: source.revision ?? 'main', sha } as const
    return {
      ...(await detect(tree, repo, choices, signal)),
      name: repo.split('/')[1]!,
      source: stored,
      mustCopy: false,
    }
  }
  const folder = source.kind === 'sample' ? parts.resources.sample : path.resolve(source.path)
  const tree = await expandArchives(await createFolderTree(folder), signal)
  const found = await detect(tree, null, choices, signal)
  const root = tree.root ?? folder
  return {
    ...found,
    name: path.basename(folder).replace(/\.(parquet|csv|tsv|jsonl|ndjson|json|tar|zip)$/i, ''),
    source: { kind: 'folder', path: root, copied: false },
    mustCopy: source.kind === 'sample',
  }
}

async function detect(tree: FileTree, repo: string | null, choices: OpenChoices, signal: AbortSignal) {
  const entries = await tree.list(signal)
  const formats = preferFormat(await detectFormats(tree, entries, signal), choices.format, tree.name)
  const [{ reader, reason }] = formats
  const known = { tree, entries, repo, reader }
  const match = choices.useAdapter ? await findAdapter(known, signal) : null
  return {
    tree,
    entries,
    formats,
    adapter: match && { name: match.adapter.name, title: match.adapter.title, reason: match.reason },
    read: async (options: ReadOptions) =>
      match === null
        ? await reader.read(tree, entries, options, reason)
        : await match.adapter.read(known, options, match.reason),
  }
}

/** The chosen format first. Throws `unsupported_format` where the tree does not fit it. */
function preferFormat(detected: OpenSource['formats'], format: FormatName | null, name: string): OpenSource['formats'] {
  if (format === null) return detected
  const chosen = detected.find(({ reader }) => reader.format === format)
  if (chosen !== undefined) return [chosen, ...detected.filter((detection) => detection !== chosen)]
  const fitting = detected.map(({ reader }) => reader.format).join(', ')
  throw new FoibleError('unsupported_format', `“${name}” cannot be read as ${format}; it fits ${fitting}.`, { format })
}
