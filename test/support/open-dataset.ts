// Opening datasets in tests the way the import does it.
import type { DatasetIndex, FileTree, ReadOptions } from '#formats/dataset-reader.ts'
import { detectFormats } from '#formats/detect.ts'
import { createFolderTree } from '#formats/folder-tree.ts'

export const neverAborted = new AbortController().signal
export const readAll: ReadOptions = { split: null, maxSamples: null, signal: neverAborted }

export async function openTree(tree: FileTree, options: ReadOptions = readAll): Promise<DatasetIndex> {
  const entries = await tree.list(options.signal)
  const [{ reader, reason }] = await detectFormats(tree, entries, options.signal)
  return await reader.read(tree, entries, options, reason)
}

export async function openFolder(folder: string, options: ReadOptions = readAll): Promise<DatasetIndex> {
  return await openTree(await createFolderTree(folder), options)
}
