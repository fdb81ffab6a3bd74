// Parquet files as `datasets` writes them: one image column, labels and fields beside it. Reads no image bytes.
import type { FileMetaData, SchemaTree } from 'hyparquet'
import { FoibleError, throwIfCancelled } from '#core/errors.ts'
import type { FieldKind, MediaLocator } from '#core/sample.ts'
import { type Column, type ColumnPlan, planColumns } from './column-plan.ts'
import { isRecord } from './column-values.ts'
import { countNoun } from './count-noun.ts'
import { type DatasetCard, readDatasetCard } from './dataset-card.ts'
import type { AsyncFile, DatasetReader, FileTree, ReadOptions, SampleBatch, TreeEntry } from './dataset-reader.ts'
import { type Features, parseSchemaFeatures } from './features.ts'
import { createFindingLog, type FindingLog } from './finding-log.ts'
import { listRunTerms } from './foible-schema.ts'
import { isMetadataFile } from './imagefolder.ts'
import {
  isTextElement,
  parquetColumns,
  type ParquetRow,
  readParquetMetadata,
  readParquetRows,
  withoutLeaf,
} from './parquet-file.ts'
import { findImageColumn, type ImageColumn } from './parquet-image-column.ts'
import { basename, dirname, extension, normalizeRelativePath } from './safe-path.ts'
import { splitsByCard, splitsByWords } from './splits.ts'

const rowsPerRead = 8192

interface ParquetSource {
  readonly name: string
  readonly split: string | null
  readonly file: AsyncFile
  readonly metadata: FileMetaData
}

export const parquetReader: DatasetReader = {
  format: 'parquet',
  recognise({ paths, subject, fiftyoneFormat }) {
    if (fiftyoneFormat !== null && !/parquet/i.test(fiftyoneFormat)) return null
    const files = paths.filter((path) => extension(path) === 'parquet' && !isMetadataFile(path))
    return files.length > 0 ? `${subject} ${countNoun(files.length, 'Parquet file')}.` : null
  },
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
    const keepsMissing = card.foible !== null || !(await inner.hasImages(sources))
    return {
      format: 'parquet',
      reason,
      fields: plan.fields,
      labelField: plan.labelField,
      classes: plan.classes,
      description: card.description,
      license: card.license,
      runs: listRunTerms(card.foible),
      batches: inner.batches(sources, keepsMissing),
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
  const paths = (tree.chosen === undefined ? entries.map((entry) => entry.path) : [tree.chosen]).filter(
    (path) => extension(path) === 'parquet' && !isMetadataFile(path),
  )
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
  if (element.type === 'BYTE_ARRAY') return isTextElement(element) ? null : 'other'
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

  /** Whether any row has an image: bytes of its own, or a path that leads to a file. */
  async hasImages(sources: readonly ParquetSource[]): Promise<boolean> {
    if (sources.some(({ metadata }) => metadata.row_groups.some((group) => this.#nullBytes(group) !== 'all')))
      return true
    for (const source of sources) {
      const end = Number(source.metadata.num_rows)
      for (let start = 0; start < end; start += rowsPerRead) {
        throwIfCancelled(this.#signal)
        const projected = this.#withoutBytes(source)
        const until = Math.min(end, start + rowsPerRead)
        const rows = await readParquetRows(source.file, source.name, projected, [this.#image.name], start, until)
        if (rows.some((row) => this.#findFile(this.#pathOf(row), source.name) !== null)) return true
      }
    }
    return false
  }

  #withoutBytes({ metadata }: ParquetSource): FileMetaData {
    return this.#image.shape === 'struct' ? withoutLeaf(metadata, this.#image.name, 'bytes') : metadata
  }

  /** `keepsMissing`: rows without an image are samples whose image is not here, where they have at least its path. */
  async *batches(sources: readonly ParquetSource[], keepsMissing: boolean): AsyncGenerator<SampleBatch> {
    for (const source of sources) {
      const projected = this.#withoutBytes(source)
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
          const batch = this.#toBatch(source, rows, start, nullBytes, keepsMissing)
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
    keepsMissing: boolean,
  ): SampleBatch {
    const kept: ParquetRow[] = []
    const fileNames: string[] = []
    const locators: MediaLocator[] = []
    const sizes: (number | null)[] = []
    const hashes: (string | null)[] = []
    const missing: boolean[] = []
    rows.forEach((row, i) => {
      const path = this.#pathOf(row)
      const entry = nullBytes === 'none' ? null : this.#findFile(path, source.name)
      const isMissing = !entry && nullBytes === 'all'
      if (isMissing && (path === null || !keepsMissing)) {
        this.#findings.add(path === null ? 'no_image_bytes' : 'row_without_file', `${source.name} row ${start + i}`)
        return
      }
      const name = this.#nameRow(entry?.path ?? path, `${source.name}/${start + i}`)
      kept.push(row)
      fileNames.push(name)
      missing.push(isMissing)
      locators.push(
        entry || isMissing
          ? { kind: 'file', path: entry?.path ?? name }
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
      ...(missing.includes(true) ? { missing } : {}),
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
