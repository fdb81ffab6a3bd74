// Reads CSV, TSV, JSONL and Parquet files as batches of columns, so that a table of any length takes little memory. Cells stay as
// the file has them: what they mean is decided later, over a whole column. A CSV cell without anything is null, one with empty
// quotes is ''.
import { parse } from 'csv-parse'
import { Readable, pipeline } from 'node:stream'
import { FoibleError, throwIfCancelled } from '#core/errors.ts'
import { isRecord } from './column-values.ts'
import type { FileTree } from './dataset-reader.ts'
import type { FindingLog } from './finding-log.ts'
import { readLines } from './lines.ts'
import { parquetColumns, readParquetMetadata, readParquetRows } from './parquet-file.ts'
import { extension } from './safe-path.ts'

/** Columns of equal length; `undefined` where a row lacks the key. */
export interface Table {
  readonly columns: Map<string, unknown[]>
  rowCount: number
}

const batchRows = 16_384
/** Batches of long cells are cut before they have all their rows. */
const batchCharacters = 32 << 20
/** One CSV row; a file that is no CSV file may seem to be all one row. */
const maxRowCharacters = 32 << 20

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
      return yield* readCsv(tree, file, findings, signal)
  }
}

async function* readCsv(
  tree: FileTree,
  file: string,
  findings: FindingLog,
  signal: AbortSignal,
): AsyncGenerator<Table> {
  const { chunks, delimiter } = await findDelimiter(tree.stream(file, signal), file)
  const parser = parse({
    bom: true,
    delimiter,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: maxRowCharacters,
    info: true,
    cast: (cell, { quoting }) => (cell === '' && !quoting ? null : cell),
  })
  // Whatever ends the source early destroys the parser, and the loop over its rows throws it.
  pipeline(Readable.from(chunks), parser, () => undefined)
  let header: readonly string[] | null = null
  let batch: (string | null)[][] = []
  let characters = 0
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: (string | null)[]
      info: { lines: number; bytes: number }
    }>) {
      if (!header) header = record.map((name) => name ?? '')
      else if (record.length !== header.length) findings.add('broken_row', `${file}:${info.lines}`)
      else {
        batch.push(record)
        if (batch.length < batchRows && info.bytes - characters < batchCharacters) continue
        characters = info.bytes
        yield toTable(header, batch)
        batch = []
        throwIfCancelled(signal)
      }
    }
  } catch (cause) {
    if (!(cause instanceof Error && 'lines' in cause)) throw cause
    throw new FoibleError(
      'broken_file',
      `“${file}” is not a readable CSV file: ${cause.message}. Mend that line and import again.`,
      { file, position: cause.lines },
      { cause },
    )
  } finally {
    parser.destroy()
  }
  if (header && batch.length > 0) yield toTable(header, batch)
}

function toTable(header: readonly string[], rows: readonly (readonly (string | null)[])[]): Table {
  const columns = new Map(header.map((name, at) => [name, rows.map((row): unknown => row[at])]))
  return { columns, rowCount: rows.length }
}

/** Comma, tab or semicolon: the one that the first line has most of, outside quotes. */
async function findDelimiter(
  source: AsyncIterable<Uint8Array>,
  file: string,
): Promise<{ readonly chunks: AsyncIterable<Uint8Array>; readonly delimiter: string }> {
  const iterator = source[Symbol.asyncIterator]()
  const head: Uint8Array[] = []
  let text = ''
  while (!/[\r\n]/.test(text) && text.length < 1 << 20) {
    const next = await iterator.next()
    if (next.done) break
    head.push(next.value)
    text += new TextDecoder().decode(next.value)
  }
  if (text.includes('\0')) {
    const message = `“${file}” is not a text file in UTF-8; save it as CSV in UTF-8 and try again.`
    throw new FoibleError('broken_file', message, { file, position: 1 })
  }
  const line = text.split(/[\r\n]/, 1)[0]!.replaceAll(/"[^"]*"/g, '')
  const count = (delimiter: string) => line.split(delimiter).length
  const delimiter = [',', '\t', ';'].reduce((best, next) => (count(next) > count(best) ? next : best))
  return { chunks: resume(head, iterator), delimiter }
}

async function* resume(head: readonly Uint8Array[], rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* head
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value
  } finally {
    await rest.return?.()
  }
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
  for await (const line of readLines(tree.stream(file, signal))) {
    lineNumber++
    if (line.trim() === '') continue
    const row = parseJsonLine(line)
    if (!row) {
      findings.add('broken_row', `${file}:${lineNumber}`)
      continue
    }
    appendRow(table, row)
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
    const value: unknown = JSON.parse(line)
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
  for (let start = 0; start < count; start += batchRows) {
    throwIfCancelled(signal)
    const table = createTable()
    const rows = await readParquetRows(source, file, metadata, names, start, Math.min(count, start + batchRows))
    for (const row of rows) appendRow(table, row)
    yield table
  }
}
