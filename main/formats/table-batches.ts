// Reads CSV, TSV, JSONL and Parquet files as batches of columns, so that a table of any length takes little memory. Cells stay as
// the file has them: what they mean is decided later, over a whole column. A CSV cell without anything is null, one with empty
// quotes is ''.
import type { FileMetaData } from 'hyparquet'
import { FoibleError, throwIfCancelled } from '#core/errors.ts'
import { isRecord } from './column-values.ts'
import type { FileTree } from './dataset-reader.ts'
import type { FindingLog } from './finding-log.ts'
import { maxFields } from './limits.ts'
import { readLines } from './lines.ts'
import { parquetColumns, readParquetColumns, readParquetMetadata } from './parquet-file.ts'
import { parseJson } from './parse-json.ts'
import { nameColumns, readCsv } from './read-csv.ts'
import { extension } from './safe-path.ts'

/** Columns of equal length; `undefined` where a row lacks the key. */
export interface Table {
  readonly columns: Map<string, unknown[]>
  rowCount: number
}

const batchRows = 16_384
/** Batches of long cells are cut before they have all their rows. */
const batchCharacters = 32 << 20
const batchBytes = 16 << 20

function refuseManyColumns(count: number, file: string): void {
  if (count <= maxFields) return
  const message = `“${file}” has more than ${maxFields} columns, the most that Foible reads; write fewer of them.`
  throw new FoibleError('too_large', message, { file, limit: maxFields })
}

export function createTable(): Table {
  return { columns: new Map(), rowCount: 0 }
}

export function appendRow(table: Table, row: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(row)) {
    let column = table.columns.get(name)
    if (!column) table.columns.set(name, (column = []))
    // Setting the length leaves a hole that reads as undefined: the key was absent in earlier rows.
    column.length = table.rowCount
    column.push(value)
  }
  table.rowCount++
}

/** Whether the cells of the file are text whose types are to be found out. */
export function isTextTable(file: string): boolean {
  return !['jsonl', 'ndjson', 'parquet'].includes(extension(file))
}

/**
 * The rows of a file in order, at most 16,384 a batch; broken rows become findings with `file:line`. `columns`: only these of a
 * Parquet file. Throws `broken_file` for a file that is not what its name says.
 */
export async function* readTableBatches(
  tree: FileTree,
  file: string,
  findings: FindingLog,
  signal: AbortSignal,
  columns: readonly string[] | null = null,
): AsyncGenerator<Table> {
  switch (extension(file)) {
    case 'jsonl':
    case 'ndjson':
      return yield* readJsonl(tree, file, findings, signal)
    case 'parquet':
      return yield* readParquet(tree, file, columns, signal)
    default:
      return yield* readCsvBatches(tree, file, findings, signal)
  }
}

async function* readCsvBatches(
  tree: FileTree,
  file: string,
  findings: FindingLog,
  signal: AbortSignal,
): AsyncGenerator<Table> {
  let names: readonly string[] | null = null
  let columns: (string | null)[][] = []
  let characters = 0
  const flush = (): Table => {
    const table = { columns: new Map(names!.map((name, at) => [name, columns[at]!])), rowCount: columns[0]!.length }
    columns = names!.map(() => [])
    characters = 0
    return table
  }
  for await (const { cells, line } of readCsv(tree.stream(file, signal), file, findings)) {
    if (names === null) {
      refuseManyColumns(cells.length, file)
      names = nameColumns(cells, file, findings)
      columns = names.map(() => [])
      continue
    }
    if (cells.length !== names.length) {
      findings.add('broken_row', `${file}:${line}`)
      continue
    }
    for (let at = 0; at < cells.length; at++) {
      const cell = cells[at] ?? null
      columns[at]!.push(cell)
      if (cell !== null) characters += cell.length
    }
    if (columns[0]!.length < batchRows && characters < batchCharacters) continue
    yield flush()
    throwIfCancelled(signal)
  }
  if (names !== null && columns[0]!.length > 0) yield flush()
}

async function* readJsonl(
  tree: FileTree,
  file: string,
  findings: FindingLog,
  signal: AbortSignal,
): AsyncGenerator<Table> {
  let lineNumber = 0
  let characters = 0
  let table = createTable()
  for await (const line of readLines(tree.stream(file, signal), file)) {
    lineNumber++
    if (line.trim() === '') continue
    if (line.includes('\uFFFD')) findings.add('not_utf8', `${file}:${lineNumber}`)
    const row = parseJsonLine(line)
    if (!row) {
      findings.add('broken_row', `${file}:${lineNumber}`)
      continue
    }
    appendRow(table, row)
    refuseManyColumns(table.columns.size, file)
    characters += line.length
    if (table.rowCount < batchRows && characters < batchCharacters) continue
    yield table
    table = createTable()
    characters = 0
    throwIfCancelled(signal)
  }
  if (table.rowCount > 0) yield table
}

function parseJsonLine(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value = parseJson(line)
    return isRecord(value) ? value : null
  } catch {
    return null
  }
}

async function* readParquet(
  tree: FileTree,
  file: string,
  columns: readonly string[] | null,
  signal: AbortSignal,
): AsyncGenerator<Table> {
  const source = await tree.open(file, signal)
  const metadata = await readParquetMetadata(source, file)
  const names = parquetColumns(metadata)
    .map((column) => column.element.name)
    .filter((name) => columns === null || columns.includes(name))
  const count = Number(metadata.num_rows)
  const rows = rowsTogether(metadata, names)
  for (let start = 0; start < count; start += rows) {
    throwIfCancelled(signal)
    const end = Math.min(count, start + rows)
    const cells = await readParquetColumns(source, file, metadata, names, start, end)
    yield { columns: new Map([...cells].map(([name, column]) => [name, [...column]])), rowCount: end - start }
  }
}

/** Fewer rows where a row holds much, such as a score for each of a thousand classes. */
function rowsTogether(metadata: FileMetaData, names: readonly string[]): number {
  let bytes = 0
  for (const group of metadata.row_groups) {
    for (const { meta_data: chunk } of group.columns) {
      if (chunk && names.includes(chunk.path_in_schema[0] ?? '')) bytes += Number(chunk.total_uncompressed_size)
    }
  }
  const bytesPerRow = bytes / Math.max(1, Number(metadata.num_rows))
  return Math.max(64, Math.min(batchRows, Math.floor(batchBytes / Math.max(1, bytesPerRow))))
}
