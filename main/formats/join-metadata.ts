// Joins metadata rows with images by path, and types the columns over all rows. Rows without a file and files without a row
// become findings, unless the rows are all there is: then they are samples whose images are not here.
import { FoibleError } from '#core/errors.ts'
import type { FieldKind } from '#core/sample.ts'
import type { Column, ColumnData } from './column-plan.ts'
import { isList, isRecord, parseDeclaredColumn, parseTextColumn } from './column-values.ts'
import type { FileTree, TreeEntry } from './dataset-reader.ts'
import type { FindingLog } from './finding-log.ts'
import type { FoibleSchema } from './foible-schema.ts'
import { readMetadataTable } from './metadata-table.ts'
import type { Table } from './table-batches.ts'
import { createPathIndex } from './path-index.ts'
import { isPredictionColumn } from './prediction-columns.ts'
import { dirname, extension, normalizeRelativePath } from './safe-path.ts'

export interface JoinedMetadata {
  readonly columns: readonly Column[]
  /** The columns that hold file names. */
  readonly reserved: readonly string[]
  readonly data: ColumnData
  /** Rows by image, those of `missing` included. */
  readonly rowOf: ReadonlyMap<string, number>
  /** Paths that rows name and that are not in the tree, where such rows are kept. */
  readonly missing: readonly string[]
  /** The given columns for these images; null in every column of an image without a row. */
  rows(images: readonly { readonly path: string }[], columns: readonly string[]): ColumnData
}

interface RowWithoutFile {
  readonly path: string
  readonly row: number
  readonly place: string
}

/** Rows without a file are kept if they come from an export of Foible's (`foible`), or if no row has one. */
export async function joinMetadata(
  tree: FileTree,
  files: readonly string[],
  images: readonly TreeEntry[],
  foible: FoibleSchema | null,
  findings: FindingLog,
  signal: AbortSignal,
): Promise<JoinedMetadata> {
  const index = createPathIndex(images)
  const rowOf = new Map<string, number>()
  const withoutFile: RowWithoutFile[] = []
  const data = new Map<string, unknown[]>()
  const reserved = new Set<string>()
  let rowCount = 0
  for (const file of files) {
    const table = await readMetadataTable(tree, file, findings, signal)
    if (table.rowCount === 0) continue
    const fileColumn = findFileColumn(table, file)
    for (const name of table.columns.keys()) if (isFileColumn(name)) reserved.add(name)
    const names = table.columns.get(fileColumn) ?? []
    for (let i = 0; i < table.rowCount; i++) {
      const path = readPath(names[i], file, i, findings)
      if (path === null) continue
      const image = index.find(path)?.path
      if (image === undefined) withoutFile.push({ path, row: rowCount + i, place: `${file} row ${i + 1}` })
      else if (rowOf.has(image)) findings.add('duplicate_row', image)
      else rowOf.set(image, rowCount + i)
      if (image !== undefined && image !== path) findings.add('name_normalized', image)
    }
    appendTable(data, table, rowCount)
    rowCount += table.rowCount
  }
  for (const { path } of images) if (!rowOf.has(path)) findings.add('file_without_row', path)
  const missing = keepRows(withoutFile, rowOf, foible !== null || rowOf.size === 0, findings)
  const text = files.every((file) => extension(file) === 'csv')
  const columns = [...data.keys()].map((name) =>
    typeColumn(name, data, rowCount, text && !reserved.has(name) ? csvKind(name, foible) : null, findings),
  )
  return {
    columns,
    reserved: [...reserved],
    data,
    rowOf,
    missing,
    rows(wanted, names) {
      const rows = wanted.map((entry) => rowOf.get(entry.path))
      return new Map(
        names.map((name) => [name, rows.map((row) => (row === undefined ? null : (data.get(name)?.[row] ?? null)))]),
      )
    },
  }
}

function isFileColumn(name: string): boolean {
  return name === 'file_name' || name === 'file_names' || name.endsWith('_file_name') || name.endsWith('_file_names')
}

function findFileColumn(table: Table, file: string): string {
  const names = [...table.columns.keys()]
  const name = names.includes('file_name') ? 'file_name' : names.find((candidate) => candidate.endsWith('_file_name'))
  if (name !== undefined) return name
  throw new FoibleError('broken_file', `“${file}” has no column “file_name”; add one with the paths of the images.`, {
    file,
    position: 1,
    columns: names.slice(0, 50),
  })
}

function readPath(cell: unknown, file: string, row: number, findings: FindingLog): string | null {
  const path = typeof cell === 'string' ? normalizeRelativePath(cell, dirname(file)) : null
  if (path !== null) return path
  const unsafe = typeof cell === 'string' && cell !== ''
  findings.add(unsafe ? 'unsafe_path' : 'row_without_file', `${file} row ${row + 1}: ${String(cell)}`)
  return null
}

/** Adds the rows to `rowOf` if they are to be kept; the paths of those that are. */
function keepRows(
  rows: readonly RowWithoutFile[],
  rowOf: Map<string, number>,
  keeps: boolean,
  findings: FindingLog,
): readonly string[] {
  const kept: string[] = []
  for (const { path, row, place } of rows) {
    if (!keeps) findings.add('row_without_file', `${place}: ${path}`)
    else if (rowOf.has(path)) findings.add('duplicate_row', path)
    else {
      rowOf.set(path, row)
      kept.push(path)
    }
  }
  return kept
}

/**
 * How a column of CSV cells is to be typed: as a whole, or by the kind that an export has put down. Its other columns are
 * texts, or a class called `007` or `NaN` would not come back.
 */
function csvKind(column: string, foible: FoibleSchema | null): FieldKind | 'whole' {
  if (!foible) return 'whole'
  const declared = foible.fields.find((field) => (field.column ?? field.name) === column)
  if (declared) return declared.kind
  return ['label', 'label_ids', 'split', 'tags'].includes(column) || isPredictionColumn(column) ? 'text' : 'whole'
}

function appendTable(data: Map<string, unknown[]>, table: Table, rowsBefore: number): void {
  for (const [name, cells] of table.columns) {
    const earlier = data.get(name)
    if (!earlier && rowsBefore === 0) data.set(name, cells)
    else {
      const column = earlier ?? []
      column.length = rowsBefore
      // Not push(...cells): a million arguments overflow the stack.
      for (const cell of cells) column.push(cell)
      data.set(name, column)
    }
  }
}

function typeColumn(
  name: string,
  data: Map<string, unknown[]>,
  rowCount: number,
  csvKind: FieldKind | 'whole' | null,
  findings: FindingLog,
): Column {
  let cells = data.get(name) ?? []
  cells.length = rowCount
  if (csvKind !== null) {
    const texts = Array.from(cells, (cell) => (typeof cell === 'string' ? cell : null))
    cells = csvKind === 'whole' ? parseTextColumn(texts) : parseDeclaredColumn(texts, csvKind)
    data.set(name, cells)
  }
  const types = new Set<string>()
  for (const cell of cells) {
    if (cell === null || cell === undefined) continue
    if (isList(cell) || isRecord(cell)) types.add('other')
    else types.add(typeof cell === 'bigint' ? 'number' : typeof cell)
  }
  if (types.has('other') || types.has('object')) return { name, kind: types.has('other') ? 'other' : null }
  if (types.size > 1) {
    findings.add('mixed_types', name)
    data.set(
      name,
      cells.map((cell) => (cell === null || cell === undefined ? null : String(cell))),
    )
    return { name, kind: null }
  }
  const [type] = types
  return { name, kind: type === 'number' || type === 'boolean' ? type : null }
}
