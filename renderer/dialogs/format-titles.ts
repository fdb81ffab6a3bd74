// Formats by the names that people know them by. Pure.
import type { FormatName } from '#core/sample.ts'

const titles: Readonly<Record<FormatName, string>> = {
  fiftyone: 'FiftyOne dataset',
  'fiftyone-tree': 'FiftyOne class folders',
  'fiftyone-classification': 'FiftyOne classification (data and labels.json)',
  cube: 'Cube of counts',
  parquet: 'Parquet with images',
  webdataset: 'WebDataset (tar shards)',
  coco: 'COCO annotations',
  table: 'Table of image paths',
  imagefolder: 'Image folder',
}

/** A format's own word for itself where it has no title, as in a dataset that a newer Foible imported. */
export function formatTitle(format: string): string {
  return Object.hasOwn(titles, format) ? titles[format as FormatName] : format
}
