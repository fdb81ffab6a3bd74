// hyparquet as Foible uses it: every codec, bytes kept as bytes, some leaf columns left out.
import {
  type Compressors,
  type FileMetaData,
  parquetMetadataAsync,
  parquetRead,
  parquetSchema,
  type SchemaTree,
} from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { FoibleError } from '#core/errors.ts'
import type { AsyncFile } from './dataset-reader.ts'

/** The footer. Throws `broken_file` for what is no Parquet file. */
export async function readParquetMetadata(file: AsyncFile, name: string): Promise<FileMetaData> {
  try {
    return await parquetMetadataAsync(file)
  } catch (cause) {
    throw brokenParquet(name, cause)
  }
}

const maxRowsTogether = 65_536

/** hyparquet-compressors 1.1.2 takes LZ4's empty block (a page of nulls) for a broken one. */
const codecs: Compressors = Object.fromEntries(
  Object.entries(compressors).map(([codec, inflate]) => [
    codec,
    (input: Uint8Array, length: number) => (length === 0 ? new Uint8Array() : inflate(input, length)),
  ]),
)

/** Cells by column name; every list has one cell a row. */
export type ParquetColumns = ReadonlyMap<string, readonly unknown[]>

/**
 * The cells of rows [rowStart, rowEnd) in the given top-level columns, each as `keep` of its column makes it; whole numbers of
 * 64 bits as numbers. Column by column: rows as objects cost several times as much.
 */
export async function readParquetColumns(
  file: AsyncFile,
  name: string,
  metadata: FileMetaData,
  columns: readonly string[],
  rowStart: number,
  rowEnd: number,
  keep: Readonly<Record<string, (cell: unknown) => unknown>> = {},
): Promise<ParquetColumns> {
  const cells = new Map(columns.map((column) => [column, new Array<unknown>(rowEnd - rowStart)]))
  // Many rows one column after another: what a column is decoded from is many times what is kept of it.
  const together = rowEnd - rowStart > maxRowsTogether ? 1 : columns.length
  try {
    for (let at = 0; at < columns.length; at += together) {
      await parquetRead({
        file,
        metadata,
        columns: columns.slice(at, at + together),
        rowStart,
        rowEnd,
        compressors: codecs,
        utf8: false,
        useOffsetIndex: true,
        onChunk({ columnName, columnData, rowStart: chunkStart, rowEnd: chunkEnd }) {
          const target = cells.get(columnName)
          if (target === undefined) return
          const keepCell = keep[columnName] ?? toNumber
          const end = Math.min(chunkEnd, rowEnd)
          for (let row = Math.max(chunkStart, rowStart); row < end; row++)
            target[row - rowStart] = keepCell(columnData[row - chunkStart])
        },
      })
    }
  } catch (cause) {
    throw brokenParquet(name, cause)
  }
  return cells
}

function toNumber(cell: unknown): unknown {
  return typeof cell === 'bigint' ? Number(cell) : cell
}

export function parquetColumns(metadata: FileMetaData): readonly SchemaTree[] {
  return parquetSchema(metadata).children
}

export function isTextElement(element: SchemaTree['element']): boolean {
  const type = element.logical_type?.type ?? element.converted_type
  return type === 'STRING' || type === 'UTF8' || type === 'ENUM'
}

/**
 * The metadata without one child of a struct column, so that reading the struct does not read that child: `image.bytes` of
 * every image, where only `image.path` is wanted.
 */
export function withoutLeaf(metadata: FileMetaData, column: string, child: string): FileMetaData {
  const schema = metadata.schema.map((element) => ({ ...element }))
  const at = schema.findIndex((element) => element.name === column && element.num_children !== undefined)
  const parent = schema[at]
  if (!parent?.num_children) return metadata
  const childAt = schema.findIndex(
    (element, i) => i > at && i <= at + (parent.num_children ?? 0) && element.name === child,
  )
  if (childAt < 0) return metadata
  schema.splice(childAt, 1)
  parent.num_children--
  const keep = (path: readonly string[] | undefined) => !(path?.[0] === column && path[1] === child)
  return {
    ...metadata,
    schema,
    row_groups: metadata.row_groups.map((group) => ({
      ...group,
      columns: group.columns.filter((chunk) => keep(chunk.meta_data?.path_in_schema)),
    })),
  }
}

function brokenParquet(name: string, cause: unknown): unknown {
  // What the tree itself reports (a lost connection, a cancelled read) is not the file's fault.
  if (cause instanceof FoibleError) return cause
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new FoibleError(
    'broken_file',
    `“${name}” is not a readable Parquet file (${reason}); fetch or write it again.`,
    { file: name },
    { cause },
  )
}
