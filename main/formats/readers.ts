// Every format that Foible reads, in the order in which they are tried.
import { cocoReader } from './coco.ts'
import { cubeReader } from './cube/cube.ts'
import type { DatasetReader } from './dataset-reader.ts'
import { fiftyoneClassificationReader } from './fiftyone-classification.ts'
import { fiftyoneTreeReader } from './fiftyone-tree.ts'
import { fiftyoneReader } from './fiftyone.ts'
import { imagefolderReader } from './imagefolder.ts'
import { parquetReader } from './parquet.ts'
import { webdatasetReader } from './webdataset.ts'
import { tableReader } from './table.ts'

export const datasetReaders: readonly DatasetReader[] = [
  fiftyoneReader,
  fiftyoneTreeReader,
  fiftyoneClassificationReader,
  cubeReader,
  parquetReader,
  webdatasetReader,
  cocoReader,
  tableReader,
  imagefolderReader,
]
