// Parquet files as `datasets` writes them: one image column, labels and fields beside it. Reads no image bytes.
import type { FileMetaData, SchemaTree } from 'hyparquet'
import { FoibleError, throwIfCancelled } from '#core/errors.ts'
import type { FieldKind, MediaLocator } from '#core/sample.ts'
import { type Column, type ColumnPlan, planColumns } from './column-plan.ts'
import { isRecord } from './column-values.ts'
import { type DatasetCard, readDatasetCard } from './dataset-card.ts'
import type { AsyncFile, DatasetReader, FileTree, ReadOptions, SampleBatch, TreeEntry } from './dataset-reader.ts'
import { type Features, parseSchemaFeatures } from './features.ts'
import { createFindingLog, type FindingLog } from './finding-log.ts'
import { isMetadataFile } from './imagefolder.ts'
import { parquetColumns, type ParquetRow, readParquetMetadata, readParquetRows, withoutLeaf } from './parquet-file.ts'
import { basename, dirname, extension, normalizeRelativePath } from './safe-path.ts'
import { splitsByCard, splitsByWords } from './splits.ts'

const rowsPerRead = 8192

interface ParquetSource {
  readonly name: string
  readonly split: string | null
  readonly file: AsyncFile
  readonly metadata: FileMetaData
}

/** Where the images are: `struct` has bytes and a path, `bytes` only bytes, `path` only paths of files in the tree. */
interface ImageColumn {
  readonly name: string
  readonly shape: 'struct' | 'bytes' | 'path'
}

export const parquetReader: DatasetReader = {
  format: 'parquet',
  async read(tree, entries, options, reason) {
    const findings = createFindingLog()
    const card = await readDatasetCard(tree, entries, options.signal)
    const sources = await openSources(tree, entries, card, options, findings)
    const [first] = sources
    if (!first) {
      throw new FoibleError(
        'empty_source',
        `There is no Parquet file for this choice in “${tree.name}”; choose another split or folder.`,
        {
          name: tree.name,
          split: options.split,
        },
      )
    }
    const features = findFeatures(first.metadata, card)
    const columns = parquetColumns(first.metadata)
    const image = findImageColumn(columns, features, first.name)
    const plan = planColumns(columns.map(toColumn), [image.name], features, card.foible, findings)
    const inner = new BatchSource(image, plan, entries, options, findings)
    return {
      format: 'parquet',
      reason,
      fields: plan.fields,
      labelField: plan.labelField,
      classes: plan.classes,
      description: card.description,
      license: card.license,
      batches: inner.batches(sources),
      findings: findings.list,
    }
  },
}

async function openSources(
  tree: FileTree,
  entries: readonly TreeEntry[],
  card: DatasetCard,
  options: ReadOptions,
  findings: FindingLog,
): Promise<readonly ParquetSource[]> {
  const paths = entries
    .map((entry) => entry.path)
    .filter((path) => extension(path) === 'parquet' && !isMetadataFile(path))
  const byCard = card.dataFiles ? splitsByCard(paths, card.dataFiles) : new Map<string, string>()
  const splits = byCard.size > 0 ? byCard : splitsByWords(paths, true)
  const sources: ParquetSource[] = []
  let shape: string | null = null
  for (const name of paths) {
    throwIfCancelled(options.signal)
    const split = splits.get(name) ?? null
    if (byCard.size > 0 && split === null) findings.add('outside_config', name)
    else if (options.split === null || split === options.split) {
      const file = await tree.open(name, options.signal)
      const metadata = await readParquetMetadata(file, name)
      const ownShape = JSON.stringify(parquetColumns(metadata).map((column) => column.element.name))
      shape ??= ownShape
      // Files of another configuration: `datasets` keeps them apart as well.
      if (ownShape === shape) sources.push({ name, split, file, metadata })
      else findings.add('outside_config', name)
    }
  }
  return sources
}

/** Features of the file's own schema metadata, else of the card. */
function findFeatures(metadata: FileMetaData, card: DatasetCard): Features {
  const own = metadata.key_value_metadata?.find((pair) => pair.key === 'huggingface')?.value
  return (own === undefined ? null : parseSchemaFeatures(own)) ?? card.features
}

function findImageColumn(columns: readonly SchemaTree[], features: Features, file: string): ImageColumn {
  const shapes = columns.map((column) => ({ name: column.element.name, shape: imageShape(column) }))
  const found =
    shapes.find(({ name, shape }) => features.images.includes(name) && shape !== null) ??
    shapes.find(({ shape }) => shape === 'struct') ??
    shapes.find(({ name, shape }) => /^(?:image|img|picture)/i.test(name) && shape !== null) ??
    shapes.find(({ name, shape }) => /^(?:file_name|file_path|filepath|path)$/i.test(name) && shape === 'path') ??
    shapes.find(({ shape }) => shape === 'bytes')
  if (found?.shape) return { name: found.name, shape: found.shape }
  throw new FoibleError(
    'unsupported_format',
    `“${file}” has no column of images; Foible looks for a column “image” with bytes or paths.`,
    { file, columns: shapes.map(({ name }) => name).slice(0, 50) },
  )
}

function imageShape({ element, children }: SchemaTree): ImageColumn['shape'] | null {
  const names = children.map((child) => child.element.name)
  if (names.includes('bytes')) return 'struct'
  if (children.length > 0 || element.type !== 'BYTE_ARRAY') return null
  return isText(element) ? 'path' : 'bytes'
}

function isText(element: SchemaTree['element']): boolean {
  const type = element.logical_type?.type ?? element.converted_type
  return type === 'STRING' || type === 'UTF8' || type === 'ENUM'
}

function toColumn({ element, children }: SchemaTree): Column {
  return {
    name: element.name,
    kind: children.length > 0 || element.repetition_type === 'REPEATED' ? 'other' : kindOf(element),
  }
}

function kindOf(element: SchemaTree['element']): FieldKind | 'other' | null {
  if (element.type === 'BOOLEAN') return 'boolean'
  const annotation = element.logical_type?.type ?? element.converted_type ?? ''
  if (element.type === 'INT96' || /^(?:TIMESTAMP|DATE)/.test(annotation)) return 'text'
  if (element.type === 'BYTE_ARRAY') return isText(element) ? null : 'other'
  if (element.type === 'FIXED_LEN_BYTE_ARRAY' && !/^(?:DECIMAL|FLOAT16)/.test(annotation)) return 'other'
  return 'number'
}

/** Cuts files into batches and names their rows. */
class BatchSource {
  readonly #image: ImageColumn
  readonly #plan: ColumnPlan
  readonly #files: ReadonlyMap<string, TreeEntry>
  readonly #findings: FindingLog
  readonly #signal: AbortSignal
  readonly #names = new Set<string>()
  #left: number

  constructor(
    image: ImageColumn,
    plan: ColumnPlan,
    entries: readonly TreeEntry[],
    options: ReadOptions,
    findings: FindingLog,
  ) {
    this.#image = image
    this.#plan = plan
    this.#files = new Map(entries.map((entry) => [entry.path, entry]))
    this.#findings = findings
    this.#signal = options.signal
    this.#left = options.maxSamples ?? Infinity
  }

  async *batches(sources: readonly ParquetSource[]): AsyncGenerator<SampleBatch> {
    for (const source of sources) {
      const projected =
        this.#image.shape === 'struct' ? withoutLeaf(source.metadata, this.#image.name, 'bytes') : source.metadata
      const columns = [...(this.#image.shape === 'bytes' ? [] : [this.#image.name]), ...this.#plan.columns]
      let groupStart = 0
      for (const group of source.metadata.row_groups) {
        const groupEnd = groupStart + Number(group.num_rows)
        const nullBytes = this.#nullBytes(group)
        for (let start = groupStart; start < groupEnd && this.#left > 0; start += rowsPerRead) {
          throwIfCancelled(this.#signal)
          const end = Math.min(groupEnd, start + rowsPerRead, start + this.#left)
          const rows =
            columns.length > 0
              ? await readParquetRows(source.file, source.name, projected, columns, start, end)
              : Array.from({ length: end - start }, () => ({}))
          const batch = this.#toBatch(source, rows, start, nullBytes)
          this.#left -= batch.count
          yield batch
        }
        groupStart = groupEnd
      }
    }
  }

  /** Whether the bytes of a row group are null: all of them, none, or not known from its statistics. */
  #nullBytes(group: FileMetaData['row_groups'][number]): 'all' | 'none' | 'unknown' {
    if (this.#image.shape === 'path') return 'all'
    if (this.#image.shape === 'bytes') return 'none'
    const chunk = group.columns.find(
      ({ meta_data: meta }) => meta?.path_in_schema[0] === this.#image.name && meta.path_in_schema[1] === 'bytes',
    )
    const nulls = chunk?.meta_data?.statistics?.null_count
    if (nulls === undefined) return 'unknown'
    return nulls === 0n ? 'none' : nulls === group.num_rows ? 'all' : 'unknown'
  }

  #toBatch(
    source: ParquetSource,
    rows: readonly ParquetRow[],
    start: number,
    nullBytes: 'all' | 'none' | 'unknown',
  ): SampleBatch {
    const kept: ParquetRow[] = []
    const fileNames: string[] = []
    const locators: MediaLocator[] = []
    const sizes: (number | null)[] = []
    const hashes: (string | null)[] = []
    rows.forEach((row, i) => {
      const path = this.#pathOf(row)
      const entry = nullBytes === 'none' ? null : this.#findFile(path, source.name)
      if (!entry && nullBytes === 'all') {
        this.#findings.add(path === null ? 'no_image_bytes' : 'row_without_file', `${source.name} row ${start + i}`)
        return
      }
      kept.push(row)
      fileNames.push(this.#nameRow(entry?.path ?? path, `${source.name}/${start + i}`))
      locators.push(
        entry
          ? { kind: 'file', path: entry.path }
          : { kind: 'parquet', file: source.name, column: this.#image.name, row: start + i },
      )
      sizes.push(entry?.sizeBytes ?? null)
      hashes.push(entry?.sha256 ?? null)
    })
    const data = new Map(this.#plan.columns.map((name) => [name, kept.map((row) => row[name])]))
    const columns = this.#plan.read(data, kept.length)
    return {
      ...columns,
      count: kept.length,
      fileNames,
      locators,
      sizesBytes: sizes,
      sha256s: hashes,
      splits: columns.splits ?? kept.map(() => source.split),
    }
  }

  #pathOf(row: ParquetRow): string | null {
    const cell = row[this.#image.name]
    const path = isRecord(cell) ? cell['path'] : cell
    return typeof path === 'string' && path !== '' ? path : null
  }

  /** The file a path speaks of: relative to the root, or to the folder of the Parquet file. */
  #findFile(path: string | null, parquetFile: string): TreeEntry | null {
    if (path === null) return null
    const fromRoot = normalizeRelativePath(path)
    const fromFolder = normalizeRelativePath(path, dirname(parquetFile))
    return (fromRoot && this.#files.get(fromRoot)) || (fromFolder && this.#files.get(fromFolder)) || null
  }

  /** The image's own path while it is unique; an absolute one (of its author's machine) only by its last part. */
  #nameRow(path: string | null, fallback: string): string {
    const own = path === null ? null : (normalizeRelativePath(path) ?? basename(path.replaceAll('\\', '/')))
    if (own && !this.#names.has(own)) {
      this.#names.add(own)
      return own
    }
    if (own) this.#findings.add('duplicate_path', own)
    return fallback
  }
}
