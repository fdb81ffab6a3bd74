// One entry for all export formats.
import { FoibleError } from '#core/errors.ts'
import type { ExportOptions, ExportSummary } from './export-sample.ts'
import { writeCsv } from './write-csv.ts'
import { writeFiftyone } from './write-fiftyone.ts'
import { writeImagefolder } from './write-imagefolder.ts'
import { writeParquet } from './write-parquet.ts'
import { writeWebdataset } from './write-webdataset.ts'

const writers: Readonly<Record<string, (options: ExportOptions) => Promise<ExportSummary>>> = {
  imagefolder: writeImagefolder,
  fiftyone: writeFiftyone,
  parquet: writeParquet,
  webdataset: writeWebdataset,
  csv: writeCsv,
}

/** Writes `format` (`imagefolder`, `fiftyone`, `parquet`, `webdataset` or `csv`); throws `usage` for any other. */
export async function writeExport(format: string, options: ExportOptions): Promise<ExportSummary> {
  const write = Object.hasOwn(writers, format) ? writers[format] : undefined
  if (!write)
    throw new FoibleError(
      'usage',
      `There is no export format “${format}”; take one of ${Object.keys(writers).join(', ')}.`,
      { format },
    )
  return await write(options)
}
