// Joins metadata rows with images by path, and types the columns over all rows. Rows without a file and files without a row
// become findings.
import { FoibleError } from '#core/errors.ts'
import type { Column, ColumnData } from './column-plan.ts'
import { isList, isRecord, parseTextColumn } from './column-values.ts'
import type { FileTree, TreeEntry } from './dataset-reader.ts'
import type { FindingLog } from './finding-log.ts'
import { readMetadataTable, type Table } from './metadata-table.ts'
import { createPathIndex, type PathIndex } from './path-index.ts'
import { dirname, extension, normalizeRelativePath } from './safe-path.ts'

export interface JoinedMetadata {
  readonly columns: readonly Column[]
  /** The columns that hold file names. */
  readonly reserved: readonly string[]
  readonly data: ColumnData
  readonly rowOf: ReadonlyMap<string, number>
  /** The given columns for these images; null in every column of an image without a row. */
  rows(images: readonly TreeEntry[], columns: readonly string[]): ColumnData
}

export async function joinMetadata(
  tree: FileTree,
  files: readonly string[],
  images: readonly TreeEntry[],
  findings: FindingLog,
  signal: AbortSignal,
): Promise<JoinedMetadata> {
  const index = createPathIndex(images)
  const rowOf = new Map<string, number>()
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
      const image = findImage(names[i], file, i, index, findings)
      if (image === null) continue
      if (rowOf.has(image)) findings.add('duplicate_row', image)
      else rowOf.set(image, rowCount + i)
    }
    appendTable(data, table, rowCount)
    rowCount += table.rowCount
  }
  for (const { path } of images) if (!rowOf.has(path)) findings.add('file_without_row', path)
  const text = files.every((file) => extension(file) === 'csv')
  const columns = [...data.keys()].map((name) =>
    typeColumn(name, data, rowCount, text && !reserved.has(name), findings),
  )
  return {
    columns,
    reserved: [...reserved],
    data,
    rowOf,
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

function findImage(cell: unknown, file: string, row: number, index: PathIndex, findings: FindingLog): string | null {
  const path = typeof cell === 'string' ? normalizeRelativePath(cell, dirname(file)) : null
  const entry = path === null ? null : index.find(path)
  if (entry) {
    if (entry.path !== path) findings.add('name_normalized', entry.path)
    return entry.path
  }
  const unsafe = path === null && typeof cell === 'string' && cell !== ''
  findings.add(unsafe ? 'unsafe_path' : 'row_without_file', `${file} row ${row + 1}: ${String(cell)}`)
  return null
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
  text: boolean,
  findings: FindingLog,
): Column {
  let cells = data.get(name) ?? []
  cells.length = rowCount
  if (text) {
    cells = parseTextColumn(Array.from(cells, (cell) => (typeof cell === 'string' ? cell : null)))
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
