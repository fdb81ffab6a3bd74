// The vocabulary every part of the house shares: fields, values, roles, locators, findings.

/** `category`: few repeated values; `text`: free text, mostly distinct; `number`; `boolean`. Tags are kept apart. */
export type FieldKind = 'category' | 'number' | 'text' | 'boolean'

/** What a field means to the analysis. `class` is the label; `nuisance` a cause of failure one looks for. */
export type FieldRole = 'class' | 'nuisance' | 'plain'

/** Where a value came from: the dataset itself, a joined file, a model, or somebody's decision. */
export type ValueSource = 'dataset' | 'sidecar' | `inferred:${string}` | 'person'

export type FieldValue = string | number | boolean | null

/** Where the bytes of an image lie, relative to the dataset's source (a folder, or a Hub repository at a commit). */
export type MediaLocator =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'parquet'; readonly file: string; readonly column: string; readonly row: number }
  /** Bytes of a larger file (a member of a tar archive): `size` bytes from `start` on. */
  | { readonly kind: 'range'; readonly file: string; readonly start: number; readonly size: number }

/** Formats of datasets, in the order in which they are tried: what one layout is must not be taken for a looser one. */
export const formatNames = [
  'fiftyone',
  'fiftyone-tree',
  'fiftyone-classification',
  'cube',
  'parquet',
  'webdataset',
  'coco',
  'table',
  'imagefolder',
] as const
export type FormatName = (typeof formatNames)[number]

/** Which annotation is the label of an image that has several: the one of the largest area, or the first in the file. */
export const labelRules = ['largest', 'first'] as const
export type LabelRule = (typeof labelRules)[number]

/** What an importer or a linter noticed. `action` says what Foible did about it ('' = nothing). */
export interface Finding {
  readonly rule: string
  readonly count: number
  readonly message: string
  readonly action: string
  /** Up to 20 examples: file names or `file:line`. */
  readonly examples: readonly string[]
}

/**
 * What a run may answer: all of the model's classes; those of the dataset only; the 16 categories of 16-class-ImageNet, by the mean
 * probability of their members; or the dataset's class names, put into words for a dual encoder.
 */
export const protocols = ['unmasked', 'masked', '16-class', 'zero-shot'] as const
export type Protocol = (typeof protocols)[number]

/** What a run can keep of every image beside its top five: the score of every class, and the description that they were made from. */
export const keptKinds = ['logits', 'embedding'] as const
export type KeptKind = (typeof keptKinds)[number]
