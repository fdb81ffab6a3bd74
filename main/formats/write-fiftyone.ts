// Writes a FiftyOneDataset: data/, samples.json, metadata.json, and a fiftyone.yml so that it can be pushed to the Hub as it is.
import { createHash } from 'node:crypto'
import { stringify } from 'yaml'
import { assignColumns, type ExportColumns, type NamingRules } from './export-columns.ts'
import { type ExportFolder, watchSamples, writeExportFolder } from './export-folder.ts'
import type { ExportOptions, ExportPrediction, ExportSample, ExportSummary, MediaMode } from './export-sample.ts'
import { isRecord, ownValue } from './column-values.ts'
import { parseExtendedJson } from './extended-json.ts'
import { formatFiftyoneDocument } from './fiftyone-document.ts'
import type { Doc } from './fiftyone-fields.ts'
import { listMediaPaths } from './fiftyone-kept-files.ts'
import { type FiftyoneKeys, mergeDatasetDocument, mergeSampleDocument, readOriginal } from './fiftyone-original.ts'

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

/** FiftyOne cannot open a dataset that has a null among numbers. */
const notANumber = { $numberDouble: 'NaN' }

/**
 * FiftyOne's field names: not empty, no leading `_`, no `.` or `$`. What no attribute of a sample can be called, such as the blanks and
 * brackets of “lite0 (masked)”, is left out as well.
 */
const fiftyoneRules: NamingRules = {
  isReserved: (name) => ownNames.has(name),
  sanitize: (name) => name.replace(/[^\p{L}\p{M}\p{N}_-]+/gu, '_').replace(/^_+|_+$/g, '') || 'field',
  sharedNames: true,
  mediaPrefix: 'data/',
}

/** Where the samples came from FiftyOne, what Foible did not read of them goes back as it was. */
export async function writeFiftyone(options: ExportOptions): Promise<ExportSummary> {
  const { schema, source } = options
  const original = readOriginal(source, schema, fiftyoneRules)
  const columns = assignColumns(schema, original?.rules ?? fiftyoneRules)
  const keys: FiftyoneKeys = {
    label: original?.labelKey ?? 'ground_truth',
    accepted: original?.acceptedKey ?? 'accepted',
    fields: new Set(columns.fields.values()),
    models: new Set(columns.models.values()),
  }
  const created = { $date: options.createdAt.toISOString() }
  const datasetId = objectId(schema.name, created.$date)
  const ownId = original?.document['_id'] ?? { $oid: datasetId }
  const prefix = columns.foible.media_prefix
  const used = new Set<string>()
  return await writeExportFolder(options, async (folder) => {
    const sink = await folder.openText('samples.json')
    let samples = 0
    try {
      await sink.append('{"samples": [')
      for await (const sample of watchSamples(options)) {
        const fileName = await folder.place(sample, prefix, options.media)
        const doc = {
          ...toDoc(sample, fileName, prefix, columns, keys),
          _dataset_id: ownId,
          created_at: created,
          last_modified_at: created,
        }
        const before = original && readDocument(sample)
        const merged = before ? mergeSampleDocument(before, doc, keys) : doc
        for (const key of Object.keys(merged)) used.add(key)
        if (before && options.media !== 'none') await carryMedia(folder, sample, before, options.media)
        await sink.append(`${samples > 0 ? ',' : ''}${JSON.stringify(merged)}`)
        samples++
      }
      await sink.append(']}')
    } finally {
      await sink.close()
    }
    const document = formatFiftyoneDocument(schema, columns, keys, datasetId, options.createdAt)
    const merged = original ? mergeDatasetDocument(original.document, document, used) : document
    await folder.write('metadata.json', JSON.stringify(merged))
    if (source?.isWhole) {
      for (const [path, content] of source.files) if (path !== 'metadata.json') await folder.write(path, content)
    }
    await folder.write('fiftyone.yml', stringify({ format: 'FiftyOneDataset', name: schema.name }, { version: '1.1' }))
    return samples
  })
}

/** Masks and heat maps that lie in files of their own. */
async function carryMedia(folder: ExportFolder, sample: ExportSample, document: Doc, mode: MediaMode): Promise<void> {
  for (const file of listMediaPaths(document)) {
    const media = await sample.openFurther?.(file)
    if (media) await folder.carry(media, file, mode)
  }
}

function readDocument(sample: ExportSample): Doc | null {
  const text = sample.document?.() ?? null
  const document = text === null ? null : parseExtendedJson(text)
  return isRecord(document) ? document : null
}

/** Missing values are absent keys, as FiftyOne writes them. */
function toDoc(
  sample: ExportSample,
  fileName: string,
  prefix: string,
  columns: ExportColumns,
  keys: FiftyoneKeys,
): Doc {
  const id = objectId(fileName)
  const label = (name: string, more: Readonly<Record<string, unknown>> = {}) => ({
    _id: { $oid: objectId(id, name, JSON.stringify(more)) },
    _cls: 'Classification',
    tags: [],
    ...more,
  })
  const entries: (readonly [string, unknown])[] = [
    ['_id', { $oid: id }],
    ['filepath', prefix + fileName],
    ['tags', sample.tags],
    ['_media_type', 'image'],
    ['_rand', Number.parseInt(id.slice(0, 8), 16) / 2 ** 32],
  ]
  if (sample.split !== null) entries.push(['split', sample.split])
  if (sample.label !== null) entries.push([keys.label, label(keys.label, { label: sample.label })])
  if (sample.acceptedIds) {
    const classifications = sample.acceptedIds.map((accepted) => label(keys.accepted, { label: String(accepted) }))
    entries.push([keys.accepted, { _cls: 'Classifications', classifications }])
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
    ...(probabilities.some((value) => value !== null)
      ? { top_k_probabilities: probabilities.map((value) => value ?? notANumber) }
      : {}),
    ...(ids.length > 0 ? { top_k_ids: ids } : {}),
    ...(correct === null ? {} : { correct }),
  }
}

/** 24 hex digits that depend on nothing but what they name: the same export gives the same bytes. */
function objectId(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 24)
}
