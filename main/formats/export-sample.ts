// What the writers take: samples one after another, and what is known of them all. The writers know no store.
import type { FieldKind, FieldRole, FieldValue } from '#core/sample.ts'
import type { RunTerms } from './foible-schema.ts'

export interface ExportPrediction {
  /** Class names, best first. */
  readonly classes: readonly string[]
  /** The model's class ids, same length as `classes`; empty where it has none. */
  readonly ids: readonly number[]
  /** Same length as `classes`; null where unknown. */
  readonly probabilities: readonly (number | null)[]
  readonly correct: boolean | null
}

export type ExportMedia =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'bytes'; readonly read: () => Promise<Uint8Array> }

export interface ExportSample {
  /** Path relative to the dataset's root, unique in the export. */
  readonly fileName: string
  readonly media: ExportMedia
  readonly label: string | null
  readonly acceptedIds: readonly number[] | null
  readonly split: string | null
  /** By field name; a missing key is a missing value. */
  readonly fields: Readonly<Record<string, FieldValue>>
  readonly tags: readonly string[]
  /** By model name; a missing key is no prediction. */
  readonly predictions: Readonly<Record<string, ExportPrediction>>
  /** The document that the sample came with, as JSON text; null or absent where it came without. */
  readonly document?: () => string | null
  /** A further file of the dataset that the document names, such as a mask; null where it is not there. */
  readonly openFurther?: (path: string) => Promise<ExportMedia | null>
}

/** What is left of the dataset that the samples came from, for an export of its own format. */
export interface ExportSource {
  readonly files: ReadonlyMap<string, Uint8Array>
  /** Whether all of its samples are exported. */
  readonly isWhole: boolean
}

export interface ExportField {
  readonly name: string
  readonly kind: FieldKind
  readonly role: FieldRole
  /** Values in their own order, where there is one. */
  readonly values?: readonly string[]
}

export interface ExportSchema {
  /** The dataset's name. */
  readonly name: string
  /** The field that the labels came from; not among `fields`. */
  readonly labelField: string
  /** Every class name in its order; every sample's label is one of them. */
  readonly classes: readonly string[]
  readonly fields: readonly ExportField[]
  readonly models: readonly string[]
  /** How the models were asked, where it is known. */
  readonly runs?: Readonly<Record<string, RunTerms>>
  /** The distinct splits of the samples, null among them if one has none. */
  readonly splits: readonly (string | null)[]
  readonly description: string | null
  readonly license: string | null
  /** Pixels of each edge that are never looked at; the exported files keep them. */
  readonly cropBorderPx?: number
  /** Its terms forbid training on it. */
  readonly evaluationOnly?: boolean
}

export type MediaMode = 'copy' | 'link' | 'none'

export interface ExportOptions {
  /** The folder to make; it must not exist, or be empty. */
  readonly folder: string
  readonly schema: ExportSchema
  readonly samples: AsyncIterable<ExportSample>
  readonly source?: ExportSource
  /** `link`: hard links where the file system can, else copies. `none`: no images at all. */
  readonly media: MediaMode
  /** Written as manifest.json when all else is there. */
  readonly manifest: (summary: ExportSummary) => Readonly<Record<string, unknown>>
  readonly createdAt: Date
  readonly signal: AbortSignal
  readonly onProgress?: (samples: number) => void
}

export interface ExportSummary {
  readonly samples: number
  readonly files: number
  readonly bytes: number
  /** Images written into the export. */
  readonly copied: number
  /** Images that are hard links to where they were. */
  readonly linked: number
}
