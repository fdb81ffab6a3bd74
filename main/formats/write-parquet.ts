// Writes Parquet as `datasets` does: data/<split>-00000-of-00001.parquet with the images in it, features in the schema metadata.
import type { SchemaElement } from 'hyparquet'
import { fileWriter, ParquetWriter } from 'hyparquet-writer'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { ownValue } from './column-values.ts'
import { assignColumns, type ExportColumns, splitFiles, tableRules } from './export-columns.ts'
import { type Feature, formatCard, formatSchemaFeatures, listFeatures } from './export-card.ts'
import { watchSamples, writeExportFolder } from './export-folder.ts'
import type { ExportOptions, ExportSample, ExportSummary } from './export-sample.ts'
import { predictionsByColumn } from './write-imagefolder.ts'

/** Small row groups: a reader of one image reads no more than one group. */
const maxGroupRows = 100
const maxGroupBytes = 32 << 20

type Row = ReadonlyMap<string, unknown>

/** `link` is `copy` here: the images go into the file. With `none` the rows have the images' names and no bytes. */
export async function writeParquet(options: ExportOptions): Promise<ExportSummary> {
  const { schema } = options
  const columns = assignColumns(schema, tableRules)
  const { bySplit, names } = splitFiles(schema)
  const features = listFeatures(schema, columns).filter(({ name }) => !(bySplit && name === 'split'))
  return await writeExportFolder(options, async (folder) => {
    await mkdir(path.join(folder.root, 'data'))
    const files = new Map(names.map((split) => [split, new SplitFile(folder.root, split, features)]))
    let samples = 0
    for await (const sample of watchSamples(options)) {
      const bytes = options.media === 'none' ? null : await folder.read(sample)
      const file = files.get(bySplit ? (sample.split ?? '') : 'train')
      if (!file) throw new Error(`split ${String(sample.split)} is not in the schema of the export`)
      file.add(toRow(sample, bytes, columns, schema.classes), bytes?.length ?? 0)
      samples++
    }
    for (const file of files.values()) file.finish()
    const dataFiles = [...files.keys()].map((split) => ({ split, path: `data/${split}-*` }))
    await folder.write('README.md', formatCard(schema, columns, features, dataFiles))
    return samples
  })
}

function toRow(
  sample: ExportSample,
  bytes: Uint8Array | null,
  columns: ExportColumns,
  classes: readonly string[],
): Row {
  const code = sample.label === null ? null : classes.indexOf(sample.label)
  if (code === -1) throw new Error(`label ${String(sample.label)} is not in the schema of the export`)
  return new Map<string, unknown>([
    ['image', { bytes, path: sample.fileName }],
    ['label', code === null || classes.length === 0 ? null : BigInt(code)],
    ['label_ids', sample.acceptedIds?.map(BigInt) ?? null],
    ['split', sample.split],
    ...[...columns.fields].map(([name, column]) => [column, ownValue(sample.fields, name)] as const),
    ['tags', sample.tags],
    ['predictions', toBigIds(predictionsByColumn(sample, columns))],
  ])
}

function toBigIds(predictions: ReturnType<typeof predictionsByColumn>): unknown {
  return Object.fromEntries(
    Object.entries(predictions).map(([name, prediction]) => [
      name,
      prediction && { ...prediction, ids: prediction.ids.map(BigInt) },
    ]),
  )
}

/** One Parquet file, written group by group. */
class SplitFile {
  readonly #writer: ParquetWriter
  readonly #features: readonly Feature[]
  #rows: Row[] = []
  #bytes = 0

  constructor(root: string, split: string, features: readonly Feature[]) {
    this.#features = features
    this.#writer = new ParquetWriter({
      writer: fileWriter(path.join(root, 'data', `${split}-00000-of-00001.parquet`)),
      schema: [
        { name: 'schema', num_children: features.length, repetition_type: 'REQUIRED' },
        ...features.flatMap(toSchema),
      ],
      kvMetadata: [{ key: 'huggingface', value: formatSchemaFeatures(features) }],
      createdBy: 'foible',
    })
  }

  add(row: Row, bytes: number): void {
    this.#rows.push(row)
    this.#bytes += bytes
    if (this.#rows.length >= maxGroupRows || this.#bytes >= maxGroupBytes) this.#flush()
  }

  finish(): void {
    this.#flush()
    this.#writer.finish()
  }

  #flush(): void {
    if (this.#rows.length === 0) return
    this.#writer.write({
      columnData: this.#features.map(({ name }) => ({
        name,
        data: this.#rows.map((row) => row.get(name) ?? null),
        // Compressing a JPEG costs time and saves nothing; bounds of image bytes help nobody.
        ...(name === 'image' ? { codec: 'UNCOMPRESSED' as const } : {}),
      })),
      rowGroupSize: this.#rows.length,
    })
    this.#rows = []
    this.#bytes = 0
  }
}

function toSchema({ name, type }: Feature): SchemaElement[] {
  const optional = { name, repetition_type: 'OPTIONAL' } as const
  switch (type.kind) {
    case 'image':
      return [
        { ...optional, num_children: 2 },
        { name: 'bytes', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
        leaf('path', 'string'),
      ]
    case 'class_label':
      return [leaf(name, 'int64')]
    case 'value':
      return [leaf(name, type.dtype)]
    case 'list':
      return [
        { ...optional, num_children: 1, converted_type: 'LIST', logical_type: { type: 'LIST' } },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        leaf('element', type.item),
      ]
    case 'struct':
      return [{ ...optional, num_children: type.fields.length }, ...type.fields.flatMap(toSchema)]
  }
}

function leaf(name: string, dtype: 'string' | 'float64' | 'bool' | 'int64'): SchemaElement {
  const optional = { name, repetition_type: 'OPTIONAL' } as const
  if (dtype === 'string')
    return { ...optional, type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } }
  const types = { float64: 'DOUBLE', bool: 'BOOLEAN', int64: 'INT64' } as const
  return { ...optional, type: types[dtype] }
}
