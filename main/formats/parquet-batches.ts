// Cuts Parquet files into batches and names their rows. Reads no image bytes.
import type { FileMetaData } from 'hyparquet'
import { throwIfCancelled } from '#core/errors.ts'
import type { MediaLocator } from '#core/sample.ts'
import type { ColumnPlan } from './column-plan.ts'
import { isRecord } from './column-values.ts'
import type { ReadOptions, SampleBatch, TreeEntry } from './dataset-reader.ts'
import type { FindingLog } from './finding-log.ts'
import { isImagePath } from './image-type.ts'
import { NameSet } from './name-set.ts'
import { readParquetColumns, withoutLeaf } from './parquet-file.ts'
import type { ImageColumn } from './parquet-image-column.ts'
import { type FlatColumn, takeFlatCells } from './parquet-schema.ts'
import type { ParquetSource } from './parquet-sources.ts'
import { basename, dirname, normalizeRelativePath } from './safe-path.ts'

const rowsPerBatch = 4096
/** Rows that are decoded together: few enough for the memory, and so many that pages are seldom decoded twice. */
const rowsPerWindow = 131_072
const maxPageBytes = 2 << 20

type RowGroup = FileMetaData['row_groups'][number]

/** Whether the bytes of its images are null: all of them, none, or not known from its statistics. */
type NullBytes = 'all' | 'none' | 'unknown'

interface Window {
  readonly start: number
  readonly end: number
  readonly nullBytes: NullBytes
}

export class ParquetBatches {
  readonly #image: ImageColumn
  readonly #plan: ColumnPlan
  readonly #columns: readonly FlatColumn[]
  readonly #files: ReadonlyMap<string, TreeEntry>
  readonly #findings: FindingLog
  readonly #signal: AbortSignal
  readonly #names = new NameSet()
  #left: number

  /** `columns`: those that the plan needs. */
  constructor(
    image: ImageColumn,
    plan: ColumnPlan,
    columns: readonly FlatColumn[],
    entries: readonly TreeEntry[],
    options: ReadOptions,
    findings: FindingLog,
  ) {
    this.#image = image
    this.#plan = plan
    this.#columns = columns
    this.#files = new Map(entries.filter(({ path }) => isImagePath(path)).map((entry) => [entry.path, entry]))
    this.#findings = findings
    this.#signal = options.signal
    this.#left = options.maxSamples ?? Infinity
  }

  /** Whether any row has an image: bytes of its own, or a path that leads to a file. */
  async hasImages(sources: readonly ParquetSource[]): Promise<boolean> {
    if (sources.some(({ metadata }) => metadata.row_groups.some((group) => this.#nullBytes(group) !== 'all')))
      return true
    if (this.#files.size === 0) return false
    for (const source of sources) {
      for (const window of this.#windows(source)) {
        throwIfCancelled(this.#signal)
        const cells = await this.#readCells(source, [this.#image.name], window)
        const images = (cells.get(this.#image.name) ?? []) as readonly (string | null)[]
        if (images.some((cell) => this.#findFile(cell, source.name) !== null)) return true
      }
    }
    return false
  }

  /** `keepsMissing`: rows without an image are samples whose image is not here, where they have at least its path. */
  async *batches(sources: readonly ParquetSource[], keepsMissing: boolean): AsyncGenerator<SampleBatch> {
    const top = this.#columns.map(({ path }) => path[0])
    const columns = [...new Set([...(this.#image.shape === 'bytes' ? [] : [this.#image.name]), ...top])]
    for (const source of sources) {
      for (const window of this.#windows(source)) {
        if (this.#left <= 0) return
        const cells = await this.#readCells(source, columns, window)
        for (let start = window.start; start < window.end && this.#left > 0; start += rowsPerBatch) {
          throwIfCancelled(this.#signal)
          const end = Math.min(window.end, start + rowsPerBatch)
          const part = new Map([...cells].map(([name, c]) => [name, c.slice(start - window.start, end - window.start)]))
          const batch = this.#toBatch(source, part, { ...window, start, end }, keepsMissing)
          this.#left -= batch.count
          yield batch
        }
      }
    }
  }

  #readCells(source: ParquetSource, columns: readonly string[], { start, end }: Window) {
    const { file, name, metadata } = source
    const projected = this.#image.shape === 'struct' ? withoutLeaf(metadata, this.#image.name, 'bytes') : metadata
    return readParquetColumns(file, name, projected, columns, start, end, new Map([[this.#image.name, pathOf]]))
  }

  /**
   * Small row groups together, for one request instead of hundreds; a large one in parts where its page index lets them be
   * read apart, else whole, because every part of it would be decoded from the group's beginning.
   */
  *#windows({ metadata }: ParquetSource): Generator<Window> {
    const wanted = new Set([this.#image.name, ...this.#columns.map(({ path }) => path[0])])
    let open: Window = { start: 0, end: 0, nullBytes: 'none' }
    for (const group of metadata.row_groups) {
      const start = open.end
      const end = start + Number(group.num_rows)
      const nullBytes = this.#nullBytes(group)
      const isLarge = end - start > rowsPerWindow && hasPageIndex(group, wanted)
      if (isLarge || open.nullBytes !== nullBytes || end - open.start > rowsPerBatch) {
        if (open.end > open.start) yield open
        open = { start, end: start, nullBytes }
      }
      if (isLarge) {
        for (let from = start; from < end; from += rowsPerWindow)
          yield { start: from, end: Math.min(end, from + rowsPerWindow), nullBytes }
      }
      open = { ...open, start: isLarge ? end : open.start, end }
    }
    if (open.end > open.start) yield open
  }

  #nullBytes(group: RowGroup): NullBytes {
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
    cells: ReadonlyMap<string, readonly unknown[]>,
    { start, end, nullBytes }: Window,
    keepsMissing: boolean,
  ): SampleBatch {
    const images = (cells.get(this.#image.name) ?? []) as readonly (string | null)[]
    const kept: number[] = []
    const fileNames: string[] = []
    const locators: MediaLocator[] = []
    const sizes: (number | null)[] = []
    const hashes: (string | null)[] = []
    const missing: boolean[] = []
    for (let i = 0; i < end - start && kept.length < this.#left; i++) {
      const path = images[i] ?? null
      const entry = nullBytes === 'none' ? null : this.#findFile(path, source.name)
      const isMissing = !entry && nullBytes === 'all'
      if (isMissing && (path === null || !keepsMissing)) {
        this.#findings.add(path === null ? 'no_image_bytes' : 'row_without_file', `${source.name} row ${start + i}`)
        continue
      }
      const name = this.#nameRow(entry?.path ?? path, `${source.name}/${start + i}`)
      kept.push(i)
      fileNames.push(name)
      missing.push(isMissing)
      locators.push(
        entry || isMissing
          ? { kind: 'file', path: entry?.path ?? name }
          : { kind: 'parquet', file: source.name, column: this.#image.name, row: start + i },
      )
      sizes.push(entry?.sizeBytes ?? null)
      hashes.push(entry?.sha256 ?? null)
    }
    const isWhole = kept.length === end - start
    const flat = takeFlatCells(this.#columns, cells)
    const data = isWhole ? flat : new Map([...flat].map(([name, values]) => [name, kept.map((row) => values[row])]))
    const columns = this.#plan.read(data, kept.length)
    return {
      ...columns,
      count: kept.length,
      fileNames,
      locators,
      sizesBytes: sizes,
      sha256s: hashes,
      ...(missing.includes(true) ? { missing } : {}),
      splits: columns.splits ?? new Array<string | null>(kept.length).fill(source.split),
    }
  }

  /** The file a path speaks of: relative to the root, or to the folder of the Parquet file. */
  #findFile(path: string | null, parquetFile: string): TreeEntry | null {
    if (path === null || this.#files.size === 0) return null
    const fromRoot = normalizeRelativePath(path)
    const fromFolder = normalizeRelativePath(path, dirname(parquetFile))
    return (fromRoot && this.#files.get(fromRoot)) || (fromFolder && this.#files.get(fromFolder)) || null
  }

  /** The image's own path while it is unique; an absolute one (of its author's machine) only by its last part. */
  #nameRow(path: string | null, fallback: string): string {
    const own = path === null ? null : (normalizeRelativePath(path) ?? basename(path.replaceAll('\\', '/')))
    if (own && this.#names.add(own)) return own
    if (own) this.#findings.add('duplicate_path', own)
    let name = fallback
    while (!this.#names.add(name)) name += '_'
    return name
  }
}

function pathOf(cell: unknown): string | null {
  const path = isRecord(cell) ? cell['path'] : cell
  return typeof path === 'string' && path !== '' ? path : null
}

/** Whether parts of a group can be read apart: chunks of one page have no index, and are soon decoded again. */
function hasPageIndex(group: RowGroup, columns: ReadonlySet<string>): boolean {
  return group.columns
    .filter((chunk) => columns.has(chunk.meta_data?.path_in_schema[0] ?? ''))
    .every(
      ({ offset_index_offset: index, meta_data: meta }) =>
        index !== undefined || (meta?.total_uncompressed_size ?? 0n) <= maxPageBytes,
    )
}
