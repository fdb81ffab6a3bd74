// Writes an image folder: the images under their own names, metadata.jsonl beside them, and a card.
import { ownValue } from './column-values.ts'
import { assignColumns, type ExportColumns, tableRules } from './export-columns.ts'
import { formatCard, listFeatures } from './export-card.ts'
import { watchSamples, writeExportFolder } from './export-folder.ts'
import type { ExportOptions, ExportPrediction, ExportSample, ExportSummary } from './export-sample.ts'

export async function writeImagefolder(options: ExportOptions): Promise<ExportSummary> {
  const { schema } = options
  const columns = assignColumns(schema, tableRules)
  return await writeExportFolder(options, async (folder) => {
    const metadata = await folder.openText('metadata.jsonl')
    let samples = 0
    try {
      for await (const sample of watchSamples(options)) {
        const fileName = await folder.place(sample, '', options.media)
        await metadata.append(`${JSON.stringify(toMetadataRow(sample, fileName, columns))}\n`)
        samples++
      }
    } finally {
      await metadata.close()
    }
    // One split for `datasets`, because one metadata file serves all; each sample's own split is a column.
    const [only] = schema.splits
    const split = schema.splits.length === 1 && only && /^\w+$/.test(only) ? only : 'train'
    await folder.write('README.md', formatCard(schema, columns, listFeatures(schema, columns), [{ split, path: '**' }]))
    return samples
  })
}

/** What is known of a sample, as a line of metadata.jsonl: every row has the same keys, in the same order. */
export function toMetadataRow(
  sample: ExportSample,
  fileName: string,
  columns: ExportColumns,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries([
    ['file_name', fileName],
    ['label', sample.label],
    ['label_ids', sample.acceptedIds],
    ['split', sample.split],
    ...[...columns.fields].map(([name, column]) => [column, ownValue(sample.fields, name)] as const),
    ['tags', sample.tags],
    ...(columns.models.size > 0
      ? [['predictions', withoutUnknown(predictionsByColumn(sample, columns))] as const]
      : []),
  ])
}

/** pyarrow reads no table in which a list holds nothing but nulls: of unknown probabilities the list is empty. */
function withoutUnknown(predictions: ReturnType<typeof predictionsByColumn>): typeof predictions {
  return Object.fromEntries(
    Object.entries(predictions).map(([name, prediction]) => [
      name,
      prediction?.probabilities.every((value) => value === null) ? { ...prediction, probabilities: [] } : prediction,
    ]),
  )
}

/** One struct a model, null where there is no prediction: every row has the same keys, as `datasets` demands. */
export function predictionsByColumn(
  sample: ExportSample,
  columns: ExportColumns,
): Readonly<Record<string, ExportPrediction | null>> {
  return Object.fromEntries([...columns.models].map(([name, column]) => [column, ownValue(sample.predictions, name)]))
}
