// The bytes of one image in a Parquet file. Files without a page index are read a row group at a time, and the last groups
// are kept: neighbouring rows are usually asked for next.
import type { FileMetaData } from 'hyparquet'
import { throwIfCancelled } from '#core/errors.ts'
import { isRecord } from './column-values.ts'
import type { AsyncFile } from './dataset-reader.ts'
import { readParquetColumns, readParquetMetadata } from './parquet-file.ts'

const maxKeptBytes = 256 << 20

interface OpenFile {
  readonly metadata: Promise<FileMetaData>
  /** Cells of whole row groups by `column row`, the least recently used first. */
  readonly groups: Map<string, { readonly cells: Promise<readonly unknown[]>; readonly bytes: number }>
}

const openFiles = new WeakMap<AsyncFile, OpenFile>()

/**
 * The encoded image in `row` (counted over the whole file) of `column`: of its `bytes` where it is a struct. Null if there
 * are none. Throws `broken_file`.
 */
export async function readParquetImage(
  file: AsyncFile,
  column: string,
  row: number,
  signal: AbortSignal,
): Promise<Uint8Array | null> {
  throwIfCancelled(signal)
  let open = openFiles.get(file)
  if (!open) openFiles.set(file, (open = { metadata: readParquetMetadata(file, column), groups: new Map() }))
  const metadata = await open.metadata.catch((error: unknown) => {
    openFiles.delete(file)
    throw error
  })
  throwIfCancelled(signal)
  const group = findGroup(metadata, column, row)
  if (!group) return null
  if (group.hasPageIndex) {
    const cells = await readParquetColumns(file, column, metadata, [column], row, row + 1)
    return toBytes(cells.get(column)?.[0])
  }
  const cells = await readGroup(open, file, metadata, column, group)
  return toBytes(cells[row - group.start])
}

interface Group {
  readonly start: number
  readonly end: number
  readonly bytes: number
  readonly hasPageIndex: boolean
}

function findGroup(metadata: FileMetaData, column: string, row: number): Group | null {
  let start = 0
  for (const rowGroup of metadata.row_groups) {
    const end = start + Number(rowGroup.num_rows)
    if (row >= start && row < end) {
      const chunks = rowGroup.columns.filter((chunk) => chunk.meta_data?.path_in_schema[0] === column)
      return {
        start,
        end,
        bytes: chunks.reduce((sum, chunk) => sum + Number(chunk.meta_data?.total_uncompressed_size ?? 0n), 0),
        hasPageIndex: chunks.every((chunk) => chunk.offset_index_offset !== undefined),
      }
    }
    start = end
  }
  return null
}

async function readGroup(
  { groups }: OpenFile,
  file: AsyncFile,
  metadata: FileMetaData,
  column: string,
  group: Group,
): Promise<readonly unknown[]> {
  const key = `${column} ${group.start}`
  const kept = groups.get(key)
  groups.delete(key)
  const entry = kept ?? {
    bytes: group.bytes,
    cells: readParquetColumns(file, column, metadata, [column], group.start, group.end).then(
      (columns) => columns.get(column) ?? [],
    ),
  }
  groups.set(key, entry)
  let total = [...groups.values()].reduce((sum, { bytes }) => sum + bytes, 0)
  for (const [oldest, { bytes }] of groups) {
    if (total <= maxKeptBytes || oldest === key) break
    groups.delete(oldest)
    total -= bytes
  }
  try {
    return await entry.cells
  } catch (error) {
    groups.delete(key)
    throw error
  }
}

function toBytes(cell: unknown): Uint8Array | null {
  const bytes = isRecord(cell) ? cell['bytes'] : cell
  return bytes instanceof Uint8Array && bytes.length > 0 ? bytes : null
}
