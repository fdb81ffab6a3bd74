// What every format reader gives: fields, findings and samples in columnar batches, from any tree of files.
// A reader never touches the store, and reads no pixels while indexing.
import type {
  FieldKind,
  FieldRole,
  FieldValue,
  Finding,
  FormatName,
  LabelRule,
  MediaLocator,
  ValueSource,
} from '#core/sample.ts'
import type { CubeTerms } from './cube/cube-terms.ts'
import type { CubeCells } from './cube/read-cells.ts'
import type { DatasetCard } from './dataset-card.ts'
import type { RunTerms } from './foible-schema.ts'

export interface TreeEntry {
  /** Relative to the root, `/`-separated, spelt (NFC or NFD) as found; never absolute, never with `..`. */
  readonly path: string
  readonly sizeBytes: number
  /** sha256 of the content in hex, where the source knows it (LFS), else null. */
  readonly sha256: string | null
}

/** A random-access file, as hyparquet wants it. */
export interface AsyncFile {
  readonly byteLength: number
  slice(start: number, end?: number): Promise<ArrayBuffer>
}

/** A tree of files at one fixed state: a local folder, or a Hub repository pinned to a commit. */
export interface FileTree {
  /** Name to propose for the dataset, e.g. the folder's name or `owner/name`. */
  readonly name: string
  /** The folder's absolute path; absent for what is no local folder. */
  readonly root?: string
  /** The file that was chosen, where the tree is the folder around it: it alone says what the samples are. */
  readonly chosen?: string
  /** All files, depth first in path order; links are not followed. */
  list(signal: AbortSignal): Promise<readonly TreeEntry[]>
  /** The whole of a small file (metadata), at most `maxBytes` (throws `too_large`). */
  read(path: string, maxBytes: number, signal: AbortSignal): Promise<Uint8Array>
  /** The bytes of a file in order, for metadata of any size. */
  stream(path: string, signal: AbortSignal): AsyncIterable<Uint8Array>
  open(path: string, signal: AbortSignal): Promise<AsyncFile>
  /** As `open`, of a file whose every byte will be read: a remote tree fetches and checks it first. */
  openWhole(path: string, signal: AbortSignal): Promise<AsyncFile>
  /** What `list` left out and why (links, unsafe names); complete only after `list`. */
  findings(): readonly Finding[]
}

/** What the reader knows of a field before the first batch. */
export interface FieldSpec {
  readonly name: string
  /** null: to be inferred from the values. */
  readonly kind: FieldKind | null
  readonly role: FieldRole
  /** The closed list of values in their own order (ClassLabel names), where the format has one. */
  readonly values?: readonly string[]
  /** Where the values come from; absent: the dataset itself. */
  readonly source?: ValueSource
}

/** A prediction that came with the dataset (a second Classification, a prediction column). */
export interface ImportedPrediction {
  /** Class names or ids, best first; at least one. */
  readonly classes: readonly (string | number)[]
  /** Same length; a missing probability is null. */
  readonly probabilities: readonly (number | null)[]
  /** The model's class ids beside the names, best first, where the source has both (a Foible export). */
  readonly ids?: readonly number[]
  /** Whether it was judged right, where the source says so (a Foible export). */
  readonly correct?: boolean | null
}

/** A columnar batch of samples; every array has `count` entries. */
export interface SampleBatch {
  readonly count: number
  /** Unique within the dataset: path relative to its root. */
  readonly fileNames: readonly string[]
  readonly locators: readonly MediaLocator[]
  readonly sizesBytes: readonly (number | null)[]
  readonly sha256s: readonly (string | null)[]
  /** Samples whose image is not in the tree; absent where every image is. */
  readonly missing?: readonly boolean[]
  readonly splits: readonly (string | null)[] | null
  readonly labels: readonly (string | null)[] | null
  /** ImageNet-1k ids that are right answers, where the dataset says so. */
  readonly acceptedIds: readonly (readonly number[] | null)[] | null
  /** Values by field name. From untyped sources (CSV) they are already parsed to number / boolean / null column by column. */
  readonly fields: ReadonlyMap<string, readonly FieldValue[]>
  readonly tags: readonly (readonly string[])[] | null
  /** By model name. */
  readonly predictions: ReadonlyMap<string, readonly (ImportedPrediction | null)[]>
  /** The source's own documents as JSON text: what Foible does not read of them goes back into an export of the same format. */
  readonly documents?: readonly string[]
}

/** A file of the source that is kept whole, for an export of the same format. */
export interface KeptFile {
  readonly path: string
  readonly content: Uint8Array
}

export interface DatasetIndex {
  readonly format: FormatName
  /** One sentence: why this format was taken. */
  readonly reason: string
  readonly fields: readonly FieldSpec[]
  /** The field that `labels` came from (e.g. `label`, `ground_truth`), to be shown as its name. */
  readonly labelField: string
  /** Class names in their own order where the format has one. */
  readonly classes: readonly string[] | null
  readonly description: string | null
  readonly license: string | null
  /** Samples that the dataset's card speaks of; absent where it does not. */
  readonly cardSamples?: number
  /** Pixels to take off each edge before anything looks at an image (ObjectNet's red border); absent: none. */
  readonly cropBorderPx?: number
  /** The dataset's terms forbid training on it. */
  readonly evaluationOnly?: boolean
  /** How the models of the predictions were asked, where the source says so (a Foible export). */
  readonly runs?: ReadonlyMap<string, RunTerms>
  /** Counts instead of samples: `batches` and `fields` are empty then. Absent: samples. */
  readonly cube?: { readonly terms: CubeTerms; readonly read: () => Promise<CubeCells> }
  /** What goes back, whole, into an export of the same format; absent: nothing. */
  readonly keptFiles?: AsyncIterable<KeptFile>
  readonly batches: AsyncIterable<SampleBatch>
  /** Complete only after `batches` has been read to its end. What the tree itself noticed is not among them. */
  readonly findings: () => readonly Finding[]
}

export interface ReadOptions {
  /** Only this split; null = all. */
  readonly split: string | null
  /** Stop after this many samples; null = all. */
  readonly maxSamples: number | null
  /** Which of several annotations is an image's label; null or absent: such images are refused. */
  readonly labelRule?: LabelRule | null
  readonly signal: AbortSignal
}

/** How a file begins. */
export interface FileHead {
  /** The first 64 kB, or all of a smaller file. */
  readonly bytes: Uint8Array
  readonly sizeBytes: number
}

/** What is known of a tree before anything but its card and the beginnings of a few files are read. */
export interface TreeOutline {
  /** All files; where the card lists the dataset's files, or one was chosen, only those. */
  readonly paths: readonly string[]
  /** All files, whatever the card lists and whichever was chosen. */
  readonly allPaths: readonly string[]
  /** The path of the file that was chosen instead of its folder; it is then all of `paths`. */
  readonly chosen: string | null
  readonly card: DatasetCard
  /** "The card lists", "The folder holds" or "There is". */
  readonly subject: string
  /** The `format` of fiftyone.yml, without its package; null where there is no such file. */
  readonly fiftyoneFormat: string | null
  /** The beginning of one of the files; each is read once. */
  head(path: string): Promise<FileHead>
  /** Opens one of the files, for what lies at its end. */
  open(path: string): Promise<AsyncFile>
}

/** One reader a format. */
export interface DatasetReader {
  readonly format: FormatName
  /** Why this format fits, as one sentence; null if it does not. */
  recognise(outline: TreeOutline): string | null | Promise<string | null>
  /** Throws `broken_file` for metadata that cannot be read, `empty_source` if there is no image. */
  read(tree: FileTree, entries: readonly TreeEntry[], options: ReadOptions, reason: string): Promise<DatasetIndex>
}
