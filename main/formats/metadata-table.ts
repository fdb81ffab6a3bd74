// Reads metadata.csv, .jsonl and .parquet files whole into columns. Cells stay as the file has them: text columns of CSV files
// are typed later over all files together. A CSV cell without anything is null, one with empty quotes is ''.
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

const rowsPerRead = 16_384

/** Appends the rows of a metadata file; broken rows become findings with `file:line`. */
export async function readMetadataTable(
  tree: FileTree,
  file: string,
  findings: FindingLog,
  signal: AbortSignal,
): Promise<Table> {
  const table: Table = { columns: new Map(), rowCount: 0 }
  switch (extension(file)) {
    case 'csv':
      await readCsv(tree, file, table, findings, signal)
      break
    case 'jsonl':
      await readJsonl(tree, file, table, findings, signal)
      break
    default:
      await readParquet(tree, file, table, signal)
  }
  return table
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

async function readCsv(
  tree: FileTree,
  file: string,
  table: Table,
  findings: FindingLog,
  signal: AbortSignal,
): Promise<void> {
  const parser = parse({
    bom: true,
    relax_column_count: true,
    skip_empty_lines: true,
    info: true,
    cast: (cell, { quoting }) => (cell === '' && !quoting ? null : cell),
  })
  // Whatever ends the source early destroys the parser, and the loop over its rows throws it.
  pipeline(Readable.from(tree.stream(file, signal)), parser, () => undefined)
  let header: readonly string[] | null = null
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: (string | null)[]
      info: { lines: number }
    }>) {
      if (!header) header = record.map((name) => name ?? '')
      else if (record.length !== header.length) findings.add('broken_row', `${file}:${info.lines}`)
      else appendRow(table, Object.fromEntries(header.map((name, i) => [name, record[i]])))
    }
  } catch (cause) {
    if (!(cause instanceof Error && 'lines' in cause)) throw cause
    throw new FoibleError(
      'broken_file',
      `“${file}” is not a readable CSV file: ${cause.message}. Mend that line and import again.`,
      { file, position: cause.lines },
      { cause },
    )
  }
}

async function readJsonl(
  tree: FileTree,
  file: string,
  table: Table,
  findings: FindingLog,
  signal: AbortSignal,
): Promise<void> {
  let lineNumber = 0
  for await (const line of readLines(tree.stream(file, signal))) {
    lineNumber++
    if (line.trim() === '') continue
    const row = parseJsonLine(line)
    if (row) appendRow(table, row)
    else findings.add('broken_row', `${file}:${lineNumber}`)
  }
}

function parseJsonLine(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line)
    return isRecord(value) ? value : null
  } catch {
    return null
  }
}

async function readParquet(tree: FileTree, file: string, table: Table, signal: AbortSignal): Promise<void> {
  const source = await tree.open(file, signal)
  const metadata = await readParquetMetadata(source, file)
  const names = parquetColumns(metadata).map((column) => column.element.name)
  const count = Number(metadata.num_rows)
  for (let start = 0; start < count; start += rowsPerRead) {
    throwIfCancelled(signal)
    const rows = await readParquetRows(source, file, metadata, names, start, Math.min(count, start + rowsPerRead))
    for (const row of rows) appendRow(table, row)
  }
}
