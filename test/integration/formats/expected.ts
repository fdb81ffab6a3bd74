// What expected.json says of the exports that the third-party libraries wrote.
import { readFileSync } from 'node:fs'
import path from 'node:path'

export interface ExpectedRow {
  readonly file_name: string
  readonly file_sha256: string
  readonly bytes: number
  /** Of the upright image, in pixels. */
  readonly width: number
  readonly height: number
  /** Of PNG files, transparent pixels on white. */
  readonly upright_rgb_sha256?: string
  readonly label: string
  readonly accepted_ids: readonly number[]
  readonly background: string
  readonly outdoor: boolean
  readonly score: number | null
  readonly note: string | null
  readonly split: string
  readonly tags: readonly string[]
  readonly model_a: readonly [string, number]
  readonly model_b: readonly [string, number] | null
  readonly label_in_parquet?: number
  readonly score_in_fiftyone?: string
}

export const exportsFolder = path.resolve(import.meta.dirname, '../../fixtures/exports')

export const expected = JSON.parse(readFileSync(path.join(exportsFolder, 'expected.json'), 'utf8')) as {
  readonly classes: readonly string[]
  readonly backgrounds: readonly string[]
  readonly model_a: { readonly correct: number; readonly of: number }
  readonly model_b: { readonly correct: number; readonly of: number }
  readonly failures_by_background: Readonly<Record<string, { readonly model_a: number; readonly model_b: number }>>
  readonly rows: readonly ExpectedRow[]
  readonly webdataset: readonly { readonly key: string; readonly upright_rgb_sha256: string }[]
}
