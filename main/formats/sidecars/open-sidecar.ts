// What a file to be joined holds, and its rows. JSON files of the field's known kinds become tables like the others.
import { FoibleError } from '#core/errors.ts'
import { isList, isRecord } from '../column-values.ts'
import type { FileTree } from '../dataset-reader.ts'
import type { FindingLog } from '../finding-log.ts'
import { parseJsonFile } from '../parse-json.ts'
import { planPredictions } from '../predictions/plan-predictions.ts'
import { basename, extension } from '../safe-path.ts'
import { createTable, isTextTable, readTableBatches, type Table, appendRow } from '../table-batches.ts'
import { readLabelFile } from './label-files.ts'

export interface SidecarFile {
  /** For messages: the file's or folder's name. */
  readonly name: string
  readonly kind: 'fields' | 'accepted-labels' | 'predictions' | 'mistakes'
  /** One sentence: why it was taken for that. */
  readonly reason: string
  /** Whether cells are text whose types are to be found out. */
  readonly isText: boolean
  /** The column of accepted ImageNet ids, where the file has one. */
  readonly acceptedColumn: string | null
  /** All column names, as far as the first rows show. */
  readonly columns: readonly string[]
  /** The rows, as often as they are asked for; `columns`: only these where leaving the others out saves reading. */
  rows(findings: FindingLog, signal: AbortSignal, columns?: readonly string[]): AsyncIterable<Table>
}

const maxJsonBytes = 512 << 20
const tables = ['csv', 'tsv', 'txt', 'jsonl', 'ndjson', 'parquet']

/** A file, or a folder of Parquet shards. Throws `unsupported_format`, `empty_source`, `broken_file`. */
export async function openSidecar(tree: FileTree, findings: FindingLog, signal: AbortSignal): Promise<SidecarFile> {
  if (tree.chosen !== undefined) return await openFile(tree, tree.chosen, findings, signal)
  const files = (await tree.list(signal)).map((entry) => entry.path)
  const shards = files.filter((file) => extension(file) === 'parquet')
  if (shards.length === 0) {
    const message = `“${tree.name}” holds no Parquet file; choose a CSV, TSV, JSONL, JSON or Parquet file, or a folder of Parquet shards.`
    throw new FoibleError(files.length === 0 ? 'empty_source' : 'unsupported_format', message, { name: tree.name })
  }
  return await openTable(tree, tree.name, shards, findings, signal)
}

async function openFile(tree: FileTree, file: string, findings: FindingLog, signal: AbortSignal): Promise<SidecarFile> {
  if (tables.includes(extension(file))) return await openTable(tree, basename(file), [file], findings, signal)
  if (extension(file) !== 'json') {
    const message = `“${file}” is no table that Foible reads; choose a CSV, TSV, JSONL, JSON or Parquet file.`
    throw new FoibleError('unsupported_format', message, { file })
  }
  const json = parseJsonFile(await tree.read(file, maxJsonBytes, signal), file, 'mend it or fetch it anew')
  const labels = readLabelFile(json, basename(file))
  if (labels !== null) return { ...labels, name: basename(file), isText: false, rows: () => once(labels.table) }
  const table = toTable(json, file)
  return { ...describeTable(basename(file), [...table.columns.keys()]), isText: false, rows: () => once(table) }
}

async function openTable(
  tree: FileTree,
  name: string,
  files: readonly string[],
  findings: FindingLog,
  signal: AbortSignal,
): Promise<SidecarFile> {
  const columns = new Set<string>()
  for (const file of files) {
    for await (const batch of readTableBatches(tree, file, findings, signal)) {
      for (const column of batch.columns.keys()) columns.add(column)
      break
    }
  }
  if (columns.size === 0) {
    throw new FoibleError('empty_source', `“${name}” has no rows; choose a table with a row for each image.`, { name })
  }
  return {
    ...describeTable(name, [...columns]),
    isText: files.every(isTextTable),
    async *rows(log, abort, wanted) {
      for (const file of files) yield* readTableBatches(tree, file, log, abort, wanted ?? null)
    },
  }
}

function describeTable(name: string, columns: readonly string[]): Omit<SidecarFile, 'isText' | 'rows'> {
  const predictions = planPredictions(columns, null)?.reason ?? null
  const reason =
    predictions ?? `A table with the columns ${columns.slice(0, 8).join(', ')}${columns.length > 8 ? ', …' : ''}.`
  return { name, kind: predictions === null ? 'fields' : 'predictions', reason, acceptedColumn: null, columns }
}

async function* once(table: Table): AsyncGenerator<Table> {
  yield await Promise.resolve(table)
}

/** A list of objects, or objects or plain values by name (the column `key`). */
function toTable(json: unknown, file: string): Table {
  const table = createTable()
  if (Array.isArray(json)) {
    for (const row of json as readonly unknown[]) if (isRecord(row)) appendRow(table, row)
  } else if (isRecord(json)) {
    for (const [key, value] of Object.entries(json)) {
      if (isRecord(value)) appendRow(table, { key, ...value })
      else if (!isList(value)) appendRow(table, { key, value })
    }
  }
  if (table.rowCount > 0) return table
  const message = `“${file}” holds no rows: Foible reads a list of objects, or objects by file name.`
  throw new FoibleError('broken_file', message, { file })
}
