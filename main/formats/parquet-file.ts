// hyparquet as Foible uses it: every codec, bytes kept as bytes, some leaf columns left out.
import {
  type Compressors,
  type FileMetaData,
  parquetMetadata,
  parquetRead,
  parquetSchema,
  type SchemaTree,
} from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { FoibleError } from '#core/errors.ts'
import { checkThrift } from './check-thrift.ts'
import type { AsyncFile } from './dataset-reader.ts'
import { maxPageInflatedBytes, maxSamples } from './limits.ts'

/** `PAR1`, with the length of the footer before it. */
const magic = 0x31524150
const tailBytes = 8
const firstReadBytes = 512 << 10

/** The footer. Throws `broken_file` for what is no Parquet file, `too_large` for more rows than a dataset may have. */
export async function readParquetMetadata(file: AsyncFile, name: string): Promise<FileMetaData> {
  try {
    const footer = await readFooter(file)
    checkThrift(new Uint8Array(footer, 0, footer.byteLength - tailBytes))
    const metadata = parquetMetadata(footer)
    assertRows(metadata, name)
    return metadata
  } catch (cause) {
    throw brokenParquet(name, cause)
  }
}

/** The footer with its length and the magic word behind it: most footers in one read. */
async function readFooter(file: AsyncFile): Promise<ArrayBuffer> {
  const end = file.byteLength
  const last = await file.slice(Math.max(0, end - firstReadBytes), end)
  const view = new DataView(last)
  if (end < tailBytes || view.getUint32(last.byteLength - 4, true) !== magic) throw new Error('it does not end in PAR1')
  const bytes = view.getUint32(last.byteLength - tailBytes, true) + tailBytes
  if (bytes > end) throw new Error('its footer is longer than the file')
  return bytes <= last.byteLength ? last.slice(last.byteLength - bytes) : await file.slice(end - bytes, end)
}

/** Whatever counts rows believes these numbers. */
function assertRows({ num_rows: rows, row_groups: groups }: FileMetaData, name: string): void {
  if (groups.some((group) => group.num_rows < 0n) || groups.reduce((sum, group) => sum + group.num_rows, 0n) !== rows)
    throw new Error('its row groups have not as many rows as the file')
  const isShort = groups.some(({ num_rows: own, columns }) =>
    columns.some(({ meta_data: chunk }) => chunk !== undefined && chunk.num_values < own),
  )
  if (isShort) throw new Error('a column has fewer values than rows')
  if (rows <= maxSamples) return
  const message = `“${name}” has ${rows} rows, more than the ${maxSamples} that Foible reads; write several datasets.`
  throw new FoibleError('too_large', message, { file: name, limit: maxSamples })
}

const maxRowsTogether = 65_536

/** hyparquet-compressors 1.1.2 takes LZ4's empty block (a page of nulls) for a broken one. */
const codecs: Compressors = Object.fromEntries(
  Object.entries(compressors).map(([codec, inflate]) => [
    codec,
    (input: Uint8Array, length: number) => {
      if (length > maxPageInflatedBytes) throw pageTooLarge(length)
      return length === 0 ? new Uint8Array() : inflate(input, length)
    },
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
  keep: ReadonlyMap<string, (cell: unknown) => unknown> = new Map(),
): Promise<ParquetColumns> {
  const cells = new Map(columns.map((column) => [column, new Array<unknown>(rowEnd - rowStart)]))
  // Many rows one column after another: what a column is decoded from is many times what is kept of it.
  const together = rowEnd - rowStart > maxRowsTogether ? 1 : columns.length
  // hyparquet awaits no `onChunk`: what is thrown there would end the process.
  const failures: unknown[] = []
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
          const keepCell = keep.get(columnName) ?? toNumber
          const end = Math.min(chunkEnd, rowEnd)
          try {
            for (let row = Math.max(chunkStart, rowStart); row < end; row++)
              target[row - rowStart] = keepCell(columnData[row - chunkStart])
          } catch (failure) {
            failures.push(failure)
          }
        },
      })
      if (failures.length > 0) throw failures[0]
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

function pageTooLarge(bytes: number): FoibleError {
  const message = `A page of a Parquet file has ${bytes} bytes, more than the ${maxPageInflatedBytes} that Foible reads at once; write smaller pages.`
  return new FoibleError('too_large', message, { limit: maxPageInflatedBytes })
}

function brokenParquet(name: string, cause: unknown): unknown {
  // What the tree itself reports (a lost connection, a cancelled read) is not the file's fault.
  if (cause instanceof FoibleError) return cause
  // What its parser stumbles over when numbers lead nowhere says nothing to a person.
  const isStumble = cause instanceof TypeError || cause instanceof RangeError || !(cause instanceof Error)
  const reason = isStumble ? 'what it says of itself does not fit together' : cause.message
  return new FoibleError(
    'broken_file',
    `“${name}” is not a readable Parquet file (${reason}); fetch or write it again.`,
    { file: name },
    { cause },
  )
}
