// Turns what a reader yields into a dataset's rows and packed columns. Knows nothing of formats or of pixels.
import type { Finding, FieldKind, FieldRole, ValueSource } from '#core/sample.ts'
import { FoibleError, throwIfCancelled } from '#core/errors.ts'
import type { DatasetIndex, SampleBatch } from '#formats/dataset-reader.ts'
import type { RunTerms } from '#formats/foible-schema.ts'
import { maxSamples } from '#formats/limits.ts'
import { type DatasetMeta, putMeta } from '#store/dataset-tables.ts'
import { putFinding } from '#store/finding-table.ts'
import { insertField } from '#store/field-table.ts'
import { insertColumn, insertDictionary, writeChunks } from '#store/packed-column.ts'
import { prepareInsertSamples } from '#store/sample-table.ts'
import { createDocumentWriter, type DocumentWriter, putSourceFile } from '#store/source-table.ts'
import type { WriteDb } from '#store/sqlite.ts'
import { insertTag } from '#store/tag-table.ts'
import { collectGarbage, createHeapKeeper } from './keep-heap-small.ts'
import { imageNotHere } from './image-not-here.ts'
import { FieldAccumulator } from './field-accumulator.ts'
import { PredictionAccumulator } from './prediction-accumulator.ts'

/** Fields every dataset has; one of the same name in the data is renamed. */
const builtIns: readonly { name: string; kind: FieldKind }[] = [
  { name: 'split', kind: 'category' },
  { name: 'width', kind: 'number' },
  { name: 'height', kind: 'number' },
  { name: 'size_bytes', kind: 'number' },
]
const reserved = new Set([...builtIns.map((field) => field.name), 'id', 'file_name'])

export interface BuildResult {
  readonly samples: number
  /** Predictions that came with the data, by model. */
  readonly predictions: ReadonlyMap<string, PredictionAccumulator>
  /** How the models were asked, where the source says so. */
  readonly runs: ReadonlyMap<string, RunTerms>
  /** Samples that the dataset's card speaks of; null where it does not. */
  readonly cardSamples: number | null
}

/** What is known of an image from its first bytes. */
export interface ImageProbe {
  readonly width: number | null
  readonly height: number | null
  readonly problem: string | null
}

const unprobed: ImageProbe = { width: null, height: null, problem: null }
const withoutImage: ImageProbe = { ...unprobed, problem: imageNotHere }
const probedTogether = 16

export interface BuildOptions {
  readonly db: WriteDb
  readonly index: DatasetIndex
  readonly name: string
  readonly source: DatasetMeta['source']
  readonly adapter: string | null
  readonly createdAt: string
  readonly signal: AbortSignal
  readonly onProgress: (samples: number) => void
  /** Looks at a local image's header; null for media that are not here yet. */
  readonly probe: ((batch: SampleBatch, at: number) => Promise<ImageProbe>) | null
  /** Findings of the tree itself. */
  readonly findings: readonly Finding[]
}

/** Reads all batches and writes the dataset; a failure or a cancel leaves a file that is thrown away by the caller. */
export async function buildDataset(options: BuildOptions): Promise<BuildResult> {
  const { db, index } = options
  const fields = new Map<string, FieldAccumulator>()
  const roles = new Map<string, FieldRole>()
  for (const { name } of builtIns) fields.set(name, new FieldAccumulator(builtIns.find((b) => b.name === name)!.kind))
  const classes = index.classes ?? index.fields.find((field) => field.name === index.labelField)?.values
  const labels = new FieldAccumulator('category', classes ?? [])
  const accepted = new FieldAccumulator('category')
  const names = new Map<string, string>()
  for (const spec of index.fields) {
    if (spec.name === index.labelField) continue
    const name = freeName(spec.name, fields, index.labelField)
    names.set(spec.name, name)
    roles.set(name, spec.role)
    fields.set(name, new FieldAccumulator(spec.kind, spec.values))
  }
  const tags = new Map<string, number[]>()
  const predictions = new Map<string, PredictionAccumulator>()
  let documents: DocumentWriter | null = null
  let rows = 0
  let hasAccepted = false
  let hasLabels = false

  const insert = prepareInsertSamples(db)
  const setProblem = db.prepare('UPDATE sample SET problem = ? WHERE id = ?')
  const builtIn = (name: string) => fields.get(name)!
  const keepHeapSmall = createHeapKeeper()
  for await (const batch of index.batches) {
    throwIfCancelled(options.signal)
    keepHeapSmall()
    const { count } = batch
    if (rows + count > maxSamples) throw tooManySamples(options.name)
    const probes = await probeBatch(batch, options.probe)
    db.transaction(() => {
      insert(rows + 1, batch)
      if (batch.documents) (documents ??= createDocumentWriter(db)).append(batch.documents)
      for (const [i, probe] of probes?.entries() ?? []) {
        if (probe.problem !== null) setProblem.run(probe.problem, rows + i + 1)
      }
    })()
    builtIn('split').setAll(rows, batch.splits, count)
    builtIn('size_bytes').setAll(rows, batch.sizesBytes, count)
    builtIn('width').setAll(rows, probes && probes.map((probe) => probe.width), count)
    builtIn('height').setAll(rows, probes && probes.map((probe) => probe.height), count)
    labels.setAll(rows, batch.labels, count)
    hasLabels ||= batch.labels?.some((label) => label !== null) ?? false
    accepted.setAll(rows, batch.acceptedIds && batch.acceptedIds.map(formatAccepted), count)
    hasAccepted ||= batch.acceptedIds?.some((ids) => ids !== null) ?? false
    batch.tags?.forEach((own, i) => {
      for (const tag of own) {
        const tagged = tags.get(tag)
        if (tagged === undefined) tags.set(tag, [rows + i])
        else tagged.push(rows + i)
      }
    })
    for (const [field, values] of batch.fields) {
      if (field === index.labelField) continue
      const name = names.get(field) ?? freeName(field, fields, index.labelField)
      names.set(field, name)
      const accumulator = fields.get(name) ?? new FieldAccumulator(null)
      fields.set(name, accumulator)
      accumulator.setAll(rows, values, count)
    }
    for (const [model, values] of batch.predictions) {
      const collected = predictions.get(model) ?? new PredictionAccumulator()
      predictions.set(model, collected)
      for (const [i, prediction] of values.entries()) if (prediction !== null) collected.set(rows + i, prediction)
    }
    rows += count
    options.onProgress(rows)
  }

  for await (const { path, content } of index.keptFiles ?? []) putSourceFile(db, path, content)
  collectGarbage()
  db.transaction(() => {
    documents?.finish()
    const sources = new Map(index.fields.map((spec) => [names.get(spec.name) ?? spec.name, spec.source]))
    const sourceOf = (name: string) => sources.get(name) ?? 'dataset'
    if (hasLabels) {
      const source = sourceOf(index.labelField)
      writeField(db, { name: index.labelField, role: 'class', builtIn: false, source }, labels, rows)
    }
    for (const [name, accumulator] of fields) {
      const role = roles.get(name) ?? 'plain'
      writeField(db, { name, role, builtIn: reserved.has(name), source: sourceOf(name) }, accumulator, rows)
    }
    if (hasAccepted) writeCodes(db, 'accepted', accepted, rows)
    for (const [name, tagged] of tags) {
      const bits = new Uint32Array((rows + 31) >>> 5)
      for (const row of tagged) bits[row >>> 5]! |= 1 << (row & 31)
      const tag = insertTag(db, name)
      writeChunks(db, { id: tag.columnId, name, encoding: 'bits', stride: 1, version: 1 }, bits)
    }
    for (const finding of [...options.findings, ...index.findings(), ...renamed(names)]) {
      putFinding(db, finding)
    }
    putMeta(db, {
      name: options.name,
      format: index.format,
      createdAt: options.createdAt,
      samples: rows,
      description: index.description,
      license: index.license,
      source: options.source,
      classes: classes ?? [],
      classField: hasLabels ? index.labelField : null,
      adapter: options.adapter,
      cropBorderPx: index.cropBorderPx ?? 0,
      evaluationOnly: index.evaluationOnly ?? false,
    })
  })()
  return { samples: rows, predictions, runs: index.runs ?? new Map(), cardSamples: index.cardSamples ?? null }
}

/** Null where nothing is known of any image. */
async function probeBatch(batch: SampleBatch, probe: BuildOptions['probe']): Promise<readonly ImageProbe[] | null> {
  const { count, missing, locators } = batch
  if (!missing && (probe === null || locators.every((locator) => locator.kind === 'parquet'))) return null
  const results: ImageProbe[] = []
  for (let start = 0; start < count; start += probedTogether) {
    const part = Array.from({ length: Math.min(probedTogether, count - start) }, (_, i) =>
      missing?.[start + i] ? withoutImage : (probe?.(batch, start + i) ?? unprobed),
    )
    results.push(...(await Promise.all(part)))
  }
  return results
}

/** An empty set is a value too: no label fits the image, so that it is not judged. */
function tooManySamples(name: string): FoibleError {
  const message = `“${name}” has more than ${maxSamples.toLocaleString('en-US')} samples, the most that Foible keeps together; import a split of it, or fewer samples.`
  return new FoibleError('too_large', message, { name, limit: maxSamples })
}

function formatAccepted(ids: readonly number[] | null): string | null {
  return ids && [...ids].sort((a, b) => a - b).join(';')
}

function freeName(name: string, taken: ReadonlyMap<string, unknown>, labelField: string): string {
  let free = name === '' ? 'unnamed' : reserved.has(name) ? `dataset_${name}` : name
  while (taken.has(free) || free === labelField) free += '_'
  return free
}

function writeField(
  db: WriteDb,
  field: { readonly name: string; readonly role: FieldRole; readonly builtIn: boolean; readonly source: ValueSource },
  accumulator: FieldAccumulator,
  rows: number,
): void {
  const { kind, data } = accumulator.finish(rows)
  const next = db.prepare('SELECT coalesce(max(id), 0) + 1 FROM field').pluck().get() as number
  const column = insertColumn(db, `field:${next}`, data.kind === 'codes' ? 'codes' : 'numbers')
  if (data.kind === 'codes') insertDictionary(db, column.id, data.values)
  writeChunks(db, column, data.kind === 'codes' ? data.codes : data.values)
  insertField(db, { ...field, kind, columnId: column.id })
}

function writeCodes(db: WriteDb, name: string, accumulator: FieldAccumulator, rows: number): void {
  const { data } = accumulator.finish(rows)
  if (data.kind !== 'codes') throw new Error(`${name} is not a column of codes`)
  const column = insertColumn(db, name, 'codes')
  insertDictionary(db, column.id, data.values)
  writeChunks(db, column, data.codes)
}

function renamed(names: ReadonlyMap<string, string>): Finding[] {
  const changed = [...names].filter(([from, to]) => from !== to)
  if (changed.length === 0) return []
  return [
    {
      rule: 'renamed_field',
      count: changed.length,
      message: 'Fields have the names of built-in ones.',
      action: `Renamed: ${changed.map(([from, to]) => `${from} → ${to}`).join(', ')}.`,
      examples: changed.map(([from]) => from).slice(0, 20),
    },
  ]
}
