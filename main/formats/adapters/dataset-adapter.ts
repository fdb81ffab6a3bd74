// What an adapter is: one known dataset, recognised in a tree of files and read as what it means. An adapter changes what a
// reader gives and says so as findings; it never touches the store.
import type { DatasetIndex, DatasetReader, FileTree, ReadOptions, TreeEntry } from '../dataset-reader.ts'

export interface AdapterSource {
  readonly tree: FileTree
  readonly entries: readonly TreeEntry[]
  /** `owner/name` on the Hub, null for what lies on this machine. */
  readonly repo: string | null
  /** The reader that was detected, or chosen by the user. */
  readonly reader: DatasetReader
}

export interface DatasetAdapter {
  /** `imagenet-d`: shown in lists, kept with the dataset. */
  readonly name: string
  /** "ImageNet-D (authors’ release)" */
  readonly title: string
  /** Why it is taken for this dataset, as one sentence; null if it is not. Reads at most small files. */
  recognise(source: AdapterSource, signal: AbortSignal): Promise<string | null>
  /** The dataset as it is meant. Reads through `source.reader`, or through another one where that was misled. */
  read(source: AdapterSource, options: ReadOptions, reason: string): Promise<DatasetIndex>
}
