// Opening a folder in tests as a dataset that Foible may know by itself.
import { findAdapter } from '#formats/adapters/adapters.ts'
import type { DatasetIndex, ReadOptions } from '#formats/dataset-reader.ts'
import { detectFormats } from '#formats/detect.ts'
import { createFolderTree } from '#formats/folder-tree.ts'
import { readAll } from './open-dataset.ts'
import { type Row, readIndex } from './read-index.ts'

export interface Opened {
  /** The adapter's name; null where Foible does not know the dataset. */
  readonly adapter: string | null
  readonly reason: string
  readonly index: DatasetIndex
  readonly rows: readonly Row[]
  /** Rules of all findings, with their counts. */
  readonly found: Readonly<Record<string, number>>
}

/** `repo`: as if the folder were the Hub repository of that id. */
export async function openKnown(
  folder: string,
  { repo = null, options = readAll }: { readonly repo?: string | null; readonly options?: ReadOptions } = {},
): Promise<Opened> {
  const tree = await createFolderTree(folder)
  const entries = await tree.list(options.signal)
  const [detection] = await detectFormats(tree, entries, options.signal)
  const source = { tree, entries, repo, reader: detection.reader }
  const match = await findAdapter(source, options.signal)
  const reason = match?.reason ?? detection.reason
  const index =
    match === null
      ? await detection.reader.read(tree, entries, options, reason)
      : await match.adapter.read(source, options, reason)
  const rows = await readIndex(index)
  const found = Object.fromEntries(index.findings().map(({ rule, count }) => [rule, count]))
  return { adapter: match?.adapter.name ?? null, reason, index, rows, found }
}
