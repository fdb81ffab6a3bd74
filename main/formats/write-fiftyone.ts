// Writes a FiftyOneDataset: data/, samples.json, metadata.json, and a fiftyone.yml so that it can be pushed to the Hub as it is.
import { createHash } from 'node:crypto'
import { stringify } from 'yaml'
import { assignColumns, type ExportColumns, type NamingRules, ownValue } from './export-columns.ts'
import { watchSamples, writeExportFolder } from './export-folder.ts'
import type { ExportOptions, ExportPrediction, ExportSample, ExportSummary } from './export-sample.ts'
import { formatFiftyoneDocument } from './fiftyone-document.ts'

const mediaPrefix = 'data/'
const ownNames = new Set([
  'id',
  'pk',
  'filepath',
  'tags',
  'metadata',
  'created_at',
  'last_modified_at',
  'split',
  'ground_truth',
  'accepted',
  'frames',
  'groups',
])

/** FiftyOne's field names: not empty, no leading `_`, no `.` or `$`. */
const fiftyoneRules: NamingRules = {
  isReserved: (name) => ownNames.has(name),
  sanitize: (name) => name.replace(/[.$\0]/g, '_').replace(/^_+/, '') || 'field',
  sharedNames: true,
  mediaPrefix,
}

export async function writeFiftyone(options: ExportOptions): Promise<ExportSummary> {
  const { schema } = options
  const columns = assignColumns(schema, fiftyoneRules)
  const created = { $date: options.createdAt.toISOString() }
  const datasetId = objectId(schema.name, created.$date)
  return await writeExportFolder(options, async (folder) => {
    const sink = await folder.openText('samples.json')
    let samples = 0
    try {
      await sink.append('{"samples": [')
      for await (const sample of watchSamples(options)) {
        const fileName = await folder.place(sample, mediaPrefix, options.media)
        const doc = {
          ...toDoc(sample, fileName, columns),
          _dataset_id: { $oid: datasetId },
          created_at: created,
          last_modified_at: created,
        }
        await sink.append(`${samples > 0 ? ',' : ''}${JSON.stringify(doc)}`)
        samples++
      }
      await sink.append(']}')
    } finally {
      await sink.close()
    }
    await folder.write(
      'metadata.json',
      JSON.stringify(formatFiftyoneDocument(schema, columns, datasetId, options.createdAt)),
    )
    await folder.write('fiftyone.yml', stringify({ format: 'FiftyOneDataset', name: schema.name }, { version: '1.1' }))
    return samples
  })
}

/** Missing values are absent keys, as FiftyOne writes them. */
function toDoc(sample: ExportSample, fileName: string, columns: ExportColumns): Readonly<Record<string, unknown>> {
  const id = objectId(fileName)
  const label = (name: string, more: Readonly<Record<string, unknown>> = {}) => ({
    _id: { $oid: objectId(id, name, JSON.stringify(more)) },
    _cls: 'Classification',
    tags: [],
    ...more,
  })
  const entries: (readonly [string, unknown])[] = [
    ['_id', { $oid: id }],
    ['filepath', mediaPrefix + fileName],
    ['tags', sample.tags],
    ['_media_type', 'image'],
    ['_rand', Number.parseInt(id.slice(0, 8), 16) / 2 ** 32],
  ]
  if (sample.split !== null) entries.push(['split', sample.split])
  if (sample.label !== null) entries.push(['ground_truth', label('ground_truth', { label: sample.label })])
  if (sample.acceptedIds) {
    const classifications = sample.acceptedIds.map((accepted) => label('accepted', { label: String(accepted) }))
    entries.push(['accepted', { _cls: 'Classifications', classifications }])
  }
  for (const [name, column] of columns.fields) {
    const value = ownValue(sample.fields, name)
    if (value !== null) entries.push([column, value])
  }
  for (const [name, column] of columns.models) {
    const prediction = ownValue(sample.predictions, name)
    if (prediction) entries.push([column, label(column, toPredictionAttributes(prediction))])
  }
  return Object.fromEntries(entries)
}

function toPredictionAttributes({
  classes,
  ids,
  probabilities,
  correct,
}: ExportPrediction): Readonly<Record<string, unknown>> {
  const [confidence] = probabilities
  return {
    label: classes[0],
    ...(confidence === undefined || confidence === null ? {} : { confidence }),
    top_k_classes: classes,
    top_k_probabilities: probabilities,
    ...(ids.length > 0 ? { top_k_ids: ids } : {}),
    ...(correct === null ? {} : { correct }),
  }
}

/** 24 hex digits that depend on nothing but what they name: the same export gives the same bytes. */
function objectId(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 24)
}
