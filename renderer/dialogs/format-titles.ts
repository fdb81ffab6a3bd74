// Formats by the names that people know them by. Pure.
import type { FormatName } from '#core/sample.ts'

const titles: Readonly<Record<FormatName, string>> = {
  fiftyone: 'FiftyOne dataset',
  'fiftyone-tree': 'FiftyOne class folders',
  'fiftyone-classification': 'FiftyOne classification (data and labels.json)',
  parquet: 'Parquet with images',
  webdataset: 'WebDataset (tar shards)',
  coco: 'COCO annotations',
  table: 'Table of image paths',
  imagefolder: 'Image folder',
}

export function formatTitle(format: FormatName): string {
  return titles[format]
}
