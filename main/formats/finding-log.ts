// Gathers what a reader notices, one finding a rule, with a count and the first examples.
import { shorten } from '#core/format/shorten.ts'
import type { Finding } from '#core/sample.ts'

const maxExamples = 20
const maxExampleLength = 300

/** Every rule a reader may report: what it says of `n` cases, and what Foible does about them. */
const findingTexts = {
  link: ['Links in the folder are not followed.', 'skipped'],
  unsafe_name: [
    'File names that no dataset may have (a backslash, a control character, no UTF-8, too long).',
    'skipped',
  ],
  broken_card: ['The front matter of README.md cannot be read.', 'passed over'],
  other_config: ['Further configurations of the dataset card.', 'skipped: only the default one is read'],
  not_an_image: ['Files that are neither images nor metadata.', 'skipped'],
  outside_config: ['Images that the dataset card does not list in this configuration.', 'skipped'],
  unsafe_path: ['Rows whose path is absolute or leaves the dataset.', 'skipped'],
  path_made_relative: ['Paths that are absolute and lie in the dataset’s own folder.', 'read as relative'],
  found_elsewhere: [
    'Images in another folder, or of another ending, than their row says; each fits one image only.',
    'matched',
  ],
  ambiguous_path: ['Paths that fit several images.', 'kept, without an image'],
  row_without_path: ['Rows that name no image.', 'skipped'],
  row_without_file: ['Metadata rows whose image is not there.', 'skipped'],
  row_of_several_images: ['Rows that name several images.', 'each image has the values of its row'],
  image_of_other_column: ['Images of further columns of the metadata.', 'not taken for samples'],
  file_without_row: ['Images without a metadata row.', 'kept, with all values missing'],
  file_not_listed: ['Images that the list of samples does not name.', 'skipped'],
  duplicate_row: ['Images that have several metadata rows.', 'the first row counts'],
  duplicate_name: ['Images in different folders with one and the same file name.', ''],
  name_normalized: ['File names found only after Unicode normalisation.', 'matched'],
  not_utf8: ['Cells that are not UTF-8: read as Windows-1252 in CSV, with marks in their place in JSON.', 'kept'],
  column_renamed: ['Columns without a name, or with the name of an earlier one.', 'renamed'],
  broken_row: ['Metadata rows that cannot be read.', 'skipped'],
  mixed_types: ['Columns that mix numbers, truth values and text.', 'read as text'],
  unknown_type: ['Values of a type that Foible does not read.', 'skipped'],
  several_categories: [
    'Images with annotations of several categories.',
    'one is the label, by the rule that was chosen',
  ],
  further_labels: ['Images with several labels.', 'the first counts'],
  kept_type: [
    'Values of a kind that Foible does not show (boxes, masks, arrays, lists).',
    'kept for an export as FiftyOne',
  ],
  several_labels: ['Samples with several labels in one field.', 'kept, without a label'],
  extra_media: [
    'Files of further media fields (masks, heat maps).',
    'left where they are; an export as FiftyOne takes them along',
  ],
  kept_too_large: ['Results of evaluations or of the brain that are too large to be kept.', 'left out of an export'],
  label_out_of_range: ['Label numbers beyond the list of class names.', 'kept, without a label'],
  no_image_bytes: ['Rows without an image.', 'skipped'],
  archive_link: ['Links, devices and pipes in an archive.', 'skipped'],
  unsafe_member: [
    'Members of an archive whose path is absolute, leaves it, or has a backslash or a control character.',
    'skipped',
  ],
  repeated_member: ['Members of an archive with the name of an earlier one.', 'skipped'],
  member_ignored: ['Members of an archive whose extension says nothing to Foible.', 'skipped'],
  member_broken: ['Members of an archive that are not what their extension says.', 'kept, without their values'],
  member_too_large: ['Text members of more than 1 MB.', 'skipped'],
  second_image: ['Further images of a sample (masks, pairs).', 'only the first is shown'],
  duplicate_key: ['Samples with the key of an earlier one: they are named by their shard.', 'renamed'],
  uneven_members: [
    'The first samples differ in their members; huggingface/datasets refuses such shards.',
    'read all the same',
  ],
  folder_labels: ['No member names a class.', 'the folder of each image is its label'],
  extra_image: ['Further columns of images: only the first is read.', 'skipped'],
  partial_split: ['Splits of which the Hub has converted only the first 5 GB to Parquet.', 'kept, and incomplete'],
  duplicate_path: ['Rows that share one image path: they are named by file and row instead.', 'renamed'],
} as const satisfies Record<string, readonly [string, string]>

export type FindingRule = keyof typeof findingTexts

export interface FindingLog {
  /** Counts one case (or `count` of them); `example` is a file name, a column or `file:line`. */
  add(rule: FindingRule, example: string, count?: number): void
  list(): readonly Finding[]
}

export function createFindingLog(): FindingLog {
  const found = new Map<FindingRule, { count: number; examples: string[] }>()
  return {
    add(rule, example, count = 1) {
      let entry = found.get(rule)
      if (!entry) found.set(rule, (entry = { count: 0, examples: [] }))
      entry.count += count
      if (entry.examples.length >= maxExamples) return
      const shown = shorten(example, maxExampleLength)
      if (!entry.examples.includes(shown)) entry.examples.push(shown)
    },
    list() {
      return [...found].map(([rule, { count, examples }]) => {
        const [message, action] = findingTexts[rule]
        return { rule, count, message, action, examples }
      })
    },
  }
}
