// Which images of a tree fit a known layout, and what is said of the others.
import type { Finding } from '#core/sample.ts'
import type { TreeEntry } from '../dataset-reader.ts'
import { isImagePath } from '../image-type.ts'
import { isMetadataFile } from '../imagefolder-files.ts'
import type { AdapterSource } from './dataset-adapter.ts'

/** Of a hundred images this many must fit a layout; the others are pictures of the documentation and the like. */
const fittingShare = 0.95
const lookedAt = 500
const maxExamples = 20

export interface SortedImages {
  readonly fitting: readonly TreeEntry[]
  readonly others: readonly TreeEntry[]
}

/** Readers that may stand aside for an adapter of a folder layout: what lies in other formats has said what it is. */
const folderFormats: ReadonlySet<string> = new Set(['imagefolder', 'fiftyone-tree'])
const tableFormats: ReadonlySet<string> = new Set([...folderFormats, 'table'])

/**
 * The images sorted by whether `fits` knows their path; null if too few do, or the tree is no folder of images. Where
 * metadata (such as an export's) or a table speaks of the images it knows more than their paths, unless the table is the known
 * dataset's own (`hasTable`).
 */
export function sortImages(
  { entries, reader }: Pick<AdapterSource, 'entries' | 'reader'>,
  fits: (path: string) => boolean,
  hasTable = false,
): SortedImages | null {
  if (!(hasTable ? tableFormats : folderFormats).has(reader.format)) return null
  if (entries.some((entry) => isMetadataFile(entry.path))) return null
  if (!looksFitting(entries, fits, 0.5)) return null
  const fitting: TreeEntry[] = []
  const others: TreeEntry[] = []
  for (const entry of entries) if (isImagePath(entry.path)) (fits(entry.path) ? fitting : others).push(entry)
  return fitting.length > 0 && fitting.length >= fittingShare * (fitting.length + others.length)
    ? { fitting, others }
    : null
}

/**
 * Whether at least `share` of a few images spread over the tree fit: a million paths of another layout are not worth reading
 * for each adapter.
 */
export function looksFitting(entries: readonly TreeEntry[], fits: (path: string) => boolean, share: number): boolean {
  const step = Math.max(1, Math.floor(entries.length / lookedAt))
  let images = 0
  let fitting = 0
  for (let at = 0; at < entries.length; at += step) {
    const { path } = entries[at]!
    if (!isImagePath(path)) continue
    images++
    if (fits(path)) fitting++
  }
  return images === 0 || fitting >= share * images
}

/** One finding as a list; none where there is no case. */
export function noteCases(
  rule: string,
  message: string,
  action: string,
  cases: readonly string[],
  count = cases.length,
): readonly Finding[] {
  return count === 0 ? [] : [{ rule, count, message, action, examples: cases.slice(0, maxExamples) }]
}

/** Images that no part of the layout explains. */
export function noteOthers(title: string, others: readonly TreeEntry[]): readonly Finding[] {
  return noteCases(
    'adapter_other_image',
    `Images that are no part of ${title}.`,
    'skipped',
    others.map((entry) => entry.path),
  )
}
