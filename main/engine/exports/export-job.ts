// The job that takes a subset out, with the evidence of what it is and where it came from.
import { throwIfCancelled } from '#core/errors.ts'
import { testBit } from '#core/columns/bitset.ts'
import { decodeCode, rightCode, wrongCode } from '#core/columns/column.ts'
import { shortestDecimal } from '#core/columns/shortest-decimal.ts'
import type { FilterExpr } from '#core/filter/expr.ts'
import { formatFilter } from '#core/filter/format.ts'
import type {
  ExportMedia,
  ExportPrediction,
  ExportSample,
  ExportSchema,
  ExportSummary,
  MediaMode,
} from '#formats/export-sample.ts'
import { writeExport } from '#formats/write-export.ts'
import { insertExport } from '#store/dataset-tables.ts'
import { type SampleRecord, getSample } from '#store/sample-table.ts'
import { listSourceFiles, openDocuments } from '#store/source-table.ts'
import { readValue } from '../columns/read-values.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import type { EngineParts } from '../engine-parts.ts'
import type { JobContext } from '../jobs/job-runner.ts'
import { openFurther } from './open-further.ts'

export interface ExportInput {
  readonly dataset: string
  readonly folder: string
  readonly filter: FilterExpr
  readonly format: 'imagefolder' | 'fiftyone' | 'parquet' | 'webdataset' | 'csv'
  readonly media: MediaMode
}

export async function exportDataset(parts: EngineParts, input: ExportInput, context: JobContext) {
  const dataset = parts.library.dataset(input.dataset)
  const rows = dataset.filterRows(input.filter)
  const createdAt = parts.now()
  const manifest = (summary: ExportSummary) => describeExport(parts, dataset, input, rows, summary, createdAt)
  context.progress({ done: 0, total: rows.length, message: 'Writing' })
  const summary = await writeExport(input.format, {
    folder: input.folder,
    schema: describeSchema(dataset, rows),
    samples: listSamples(parts, dataset, rows, context.signal),
    source: { files: listSourceFiles(dataset.db), isWhole: rows.length === dataset.rowCount },
    media: input.media,
    manifest,
    createdAt,
    signal: context.signal,
    onProgress: (done) => context.progress({ done, total: rows.length, message: 'Writing' }),
  })
  const written = manifest(summary)
  dataset.write(() =>
    insertExport(dataset.db, createdAt.toISOString(), { ...written, samples: undefined, folder: input.folder }),
  )
  return {
    samples: summary.samples,
    files: summary.files,
    bytes: summary.bytes,
    folder: input.folder,
    // Its list of samples is in manifest.json; here it would be told again with every event of the job.
    manifest: { ...written, samples: undefined },
  }
}

function describeSchema(dataset: DatasetHandle, rows: Uint32Array): ExportSchema {
  const { columns, meta } = dataset
  const split = columns.column({ kind: 'field', name: 'split' })
  const splits = new Set(Array.from(rows, (row) => readValue(split, row) as string | null))
  return {
    name: meta.name,
    labelField: meta.classField ?? 'label',
    classes: classNames(dataset),
    fields: columns.fields
      .filter((field) => !field.builtIn && field.role !== 'class')
      .map((field) => {
        const column = columns.column({ kind: 'field', name: field.name })
        const isCategory = column.kind === 'codes' && field.kind === 'category'
        const { name, kind, role } = field
        return isCategory ? { name, kind, role, values: column.dictionary.values } : { name, kind, role }
      }),
    models: columns.runs.map((run) => run.model),
    runs: Object.fromEntries(
      columns.runs.map(({ model, labelSpace, protocol }) => [model, { label_space: labelSpace, protocol }]),
    ),
    splits: [...splits],
    description: meta.description,
    license: meta.license,
    cropBorderPx: meta.cropBorderPx ?? 0,
    evaluationOnly: meta.evaluationOnly ?? false,
  }
}

function classNames(dataset: DatasetHandle): readonly string[] {
  const field = dataset.columns.classField()
  const column = field === null ? null : dataset.columns.column({ kind: 'field', name: field.name })
  return column?.kind === 'codes' ? column.dictionary.values : []
}

async function* listSamples(
  parts: EngineParts,
  dataset: DatasetHandle,
  rows: Uint32Array,
  signal: AbortSignal,
): AsyncGenerator<ExportSample> {
  const { columns } = dataset
  const split = columns.column({ kind: 'field', name: 'split' })
  const fields = columns.fields
    .filter((field) => !field.builtIn && field.role !== 'class')
    .map(({ name }) => ({ name, column: columns.column({ kind: 'field', name }) }))
  const classField = columns.classField()
  const labels = classField === null ? null : columns.column({ kind: 'field', name: classField.name })
  const accepted = columns.acceptedSets()
  const documentOf = openDocuments(dataset.db, dataset.rowCount)
  for (const row of rows) {
    throwIfCancelled(signal)
    const sample = getSample(dataset.db, row + 1)!
    yield {
      fileName: sample.fileName,
      media: exportMedia(parts, dataset, sample, signal),
      label: labels === null ? null : (readValue(labels, row) as string | null),
      acceptedIds: accepted?.sets[accepted.codes[row]! - 1] ?? null,
      split: readValue(split, row) as string | null,
      document: () => documentOf(row),
      openFurther: async (file) => await openFurther(parts, dataset, sample, file, signal),
      fields: Object.fromEntries(fields.map(({ name, column }) => [name, readValue(column, row)])),
      tags: columns.tags.filter((tag) => testBit(columns.tag(tag.name), row)).map((tag) => tag.name),
      predictions: Object.fromEntries(
        columns.runs.flatMap((run) => {
          const prediction = exportPrediction(dataset, run.model, row)
          return prediction === null ? [] : [[run.model, prediction]]
        }),
      ),
    }
  }
}

/** Images that are not here yet are fetched only when the writer wants them. */
function exportMedia(
  parts: EngineParts,
  dataset: DatasetHandle,
  sample: SampleRecord,
  signal: AbortSignal,
): ExportMedia {
  const file = parts.media.ownFile(dataset, sample)
  if (file !== null) return { kind: 'path', path: file }
  return {
    kind: 'bytes',
    read: async () => await parts.media.read(dataset, sample, signal),
  }
}

function exportPrediction(dataset: DatasetHandle, model: string, row: number): ExportPrediction | null {
  const run = dataset.columns.runColumns(model)
  const { codes, dictionary } = run.predicted
  if (codes[row] === 0) return null
  const answers = run.answers(row)
  const correct = run.correct[row]
  const probabilities = answers.map(({ probability }) =>
    Number.isNaN(probability) ? null : shortestDecimal(probability),
  )
  return {
    classes: answers.map(({ code }) => String(decodeCode(dictionary, code))),
    ids: dictionary.ids === null ? [] : answers.map(({ code }) => dictionary.ids![code - 1]!),
    probabilities,
    correct: correct === rightCode ? true : correct === wrongCode ? false : null,
  }
}

/** Everything that says what the subset is: source, rule, models, how they were run, which samples. */
function describeExport(
  parts: EngineParts,
  dataset: DatasetHandle,
  input: ExportInput,
  rows: Uint32Array,
  summary: ExportSummary,
  createdAt: Date,
) {
  const { source } = dataset.meta
  return {
    foible: parts.resources.version,
    created_at: createdAt.toISOString(),
    dataset: dataset.meta.name,
    source:
      source.kind === 'hub'
        ? { kind: 'hub', id: source.repo, revision: source.revision, sha: source.sha }
        : { kind: 'folder', id: dataset.id, sha: null },
    query: formatFilter(input.filter),
    format: input.format,
    // What came of it, which is not always what was asked for: Parquet files hold copies, and some disks know no links.
    media: summary.linked > 0 ? 'link' : summary.copied > 0 ? 'copy' : 'none',
    images: { copied: summary.copied, linked: summary.linked },
    sample_count: summary.samples,
    models: dataset.columns.runs.map((run) => ({
      name: run.model,
      sha256: run.modelSha256,
      preprocessing: run.preprocessing,
      protocol: run.protocol,
      provider: run.provider,
    })),
    samples: Array.from(rows, (row) => row + 1),
  }
}
