// Writes an image folder whose metadata are one CSV file, for spreadsheets and pandas: RFC 4180, UTF-8. The card beside it says
// what a CSV file cannot: kinds, roles, orders.
import { formatTextList, ownValue } from './column-values.ts'
import { formatCard } from './export-card.ts'
import { assignColumns, tableRules } from './export-columns.ts'
import { watchSamples, writeExportFolder } from './export-folder.ts'
import type { ExportOptions, ExportSample, ExportSummary } from './export-sample.ts'
import { predictionColumn, predictionParts, withoutPredictionPart } from './prediction-columns.ts'

type Cell = string | number | boolean | null

const csvRules = { ...tableRules, sanitize: (name: string) => withoutPredictionPart(tableRules.sanitize(name)) }

/** `metadata.csv` and its card; with `media` other than `none` the images lie beside them under their own names. */
export async function writeCsv(options: ExportOptions): Promise<ExportSummary> {
  const columns = assignColumns(options.schema, csvRules)
  const models = [...columns.models]
  const header = [
    'file_name',
    'label',
    'label_ids',
    'split',
    ...columns.fields.values(),
    'tags',
    ...models.flatMap(([, column]) => predictionParts.map((part) => predictionColumn(column, part))),
  ]
  return await writeExportFolder(options, async (folder) => {
    const sink = await folder.openText('metadata.csv')
    let samples = 0
    try {
      await sink.append(formatCsvRow(header))
      for await (const sample of watchSamples(options)) {
        const fileName = await folder.place(sample, '', options.media)
        await sink.append(
          formatCsvRow([
            fileName,
            sample.label,
            (sample.acceptedIds ?? []).join(';') || null,
            sample.split,
            ...[...columns.fields.keys()].map((name) => ownValue(sample.fields, name)),
            formatTextList(sample.tags) || null,
            ...models.flatMap(([model]) => predictionCells(sample, model)),
          ]),
        )
        samples++
      }
    } finally {
      await sink.close()
    }
    const files = [{ split: 'train', path: options.media === 'none' ? 'metadata.csv' : '**' }]
    await folder.write('README.md', formatCard(options.schema, columns, null, files))
    return samples
  })
}

function predictionCells(sample: ExportSample, model: string): Cell[] {
  const prediction = ownValue(sample.predictions, model)
  if (!prediction) return predictionParts.map(() => null)
  const { classes, ids, probabilities, correct } = prediction
  const cells: Readonly<Record<(typeof predictionParts)[number], Cell>> = {
    predicted_class: classes[0] ?? null,
    predicted_probability: probabilities[0] ?? null,
    correct,
    top_classes: formatTextList(classes),
    top_ids: ids.join(';') || null,
    top_probabilities: formatTextList(probabilities) || null,
  }
  return predictionParts.map((part) => cells[part])
}

/** One line of RFC 4180 with its end. A missing value is nothing between two commas, an empty text a pair of quotes. */
export function formatCsvRow(cells: readonly Cell[]): string {
  return `${cells.map(formatCell).join(',')}\r\n`
}

function formatCell(cell: Cell): string {
  if (cell === null) return ''
  const text = String(cell)
  return text === '' || /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
