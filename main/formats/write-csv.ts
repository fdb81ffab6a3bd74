// Writes one CSV file of everything but the images, for spreadsheets and pandas: RFC 4180, UTF-8, lists joined by `;`.
import { assignColumns, ownValue, tableRules } from './export-columns.ts'
import { watchSamples, writeExportFolder } from './export-folder.ts'
import type { ExportOptions, ExportSample, ExportSummary } from './export-sample.ts'

type Cell = string | number | boolean | null

/** `metadata.csv`; with `media` other than `none` the images lie beside it under their own names. */
export async function writeCsv(options: ExportOptions): Promise<ExportSummary> {
  const columns = assignColumns(options.schema, tableRules)
  const models = [...columns.models]
  const header = [
    'file_name',
    'label',
    'label_ids',
    'split',
    ...columns.fields.values(),
    'tags',
    ...models.flatMap(([, column]) =>
      ['predicted_class', 'predicted_probability', 'correct', 'top_classes', 'top_probabilities'].map(
        (part) => `${column}:${part}`,
      ),
    ),
  ]
  return await writeExportFolder(options, async (folder) => {
    const sink = await folder.openText('metadata.csv')
    let samples = 0
    try {
      await sink.append(formatRow(header))
      for await (const sample of watchSamples(options)) {
        const fileName = await folder.place(sample, '', options.media)
        await sink.append(
          formatRow([
            fileName,
            sample.label,
            joinList(sample.acceptedIds ?? []),
            sample.split,
            ...[...columns.fields.keys()].map((name) => ownValue(sample.fields, name)),
            joinList(sample.tags),
            ...models.flatMap(([model]) => predictionCells(sample, model)),
          ]),
        )
        samples++
      }
    } finally {
      await sink.close()
    }
    return samples
  })
}

function predictionCells(sample: ExportSample, model: string): Cell[] {
  const prediction = ownValue(sample.predictions, model)
  if (!prediction) return [null, null, null, null, null]
  const { classes, probabilities, correct } = prediction
  return [classes[0] ?? null, probabilities[0] ?? null, correct, joinList(classes), joinList(probabilities)]
}

function joinList(items: readonly Cell[]): string {
  return items.map((item) => String(item ?? '')).join(';')
}

function formatRow(cells: readonly Cell[]): string {
  return `${cells.map(formatCell).join(',')}\r\n`
}

function formatCell(cell: Cell): string {
  const text = String(cell ?? '')
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
