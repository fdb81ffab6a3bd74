// Joins metadata rows with images by path, and types the columns over all rows. Rows without a file and files without a row
// become findings, unless the rows are all there is: then they are samples whose images are not here.
import { FoibleError } from '#core/errors.ts'
import type { Column, ColumnData } from './column-plan.ts'
import { isList, toText } from './column-values.ts'
import type { FileTree, TreeEntry } from './dataset-reader.ts'
import type { FindingLog } from './finding-log.ts'
import type { FoibleSchema } from './foible-schema.ts'
import { readMetadataTable } from './metadata-table.ts'
import { isTextTable, type Table } from './table-batches.ts'
import { createPathIndex } from './path-index.ts'
import { dirname, normalizeRelativePath } from './safe-path.ts'
import { appendTable, typeColumns } from './type-columns.ts'

export interface JoinedMetadata {
  readonly columns: readonly Column[]
  /** The columns that hold file names. */
  readonly reserved: readonly string[]
  readonly data: ColumnData
  /** Rows by image, those of `missing` included. */
  readonly rowOf: ReadonlyMap<string, number>
  /** Images of further columns (`mask_file_name`), which are no samples. */
  readonly extra: ReadonlySet<string>
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
  const extra = new Set<string>()
  let rowCount = 0
  for (const file of files) {
    const table = await readMetadataTable(tree, file, findings, signal)
    if (table.rowCount === 0) continue
    const fileColumn = findFileColumn(table, file)
    const others = [...table.columns.keys()].filter((name) => isFileColumn(name) && name !== fileColumn)
    for (const name of [fileColumn, ...others]) reserved.add(name)
    const names = table.columns.get(fileColumn) ?? []
    for (let i = 0; i < table.rowCount; i++) {
      const cells = listCells(names[i])
      if (cells.length > 1) findings.add('row_of_several_images', `${file} row ${i + 1}`)
      for (const cell of cells) {
        const path = readPath(cell, file, i, findings)
        if (path === null) continue
        const image = index.find(path)?.path
        if (image === undefined) withoutFile.push({ path, row: rowCount + i, place: `${file} row ${i + 1}` })
        else if (rowOf.has(image)) findings.add('duplicate_row', image)
        else rowOf.set(image, rowCount + i)
        if (image !== undefined && image !== path) findings.add('name_normalized', image)
      }
    }
    for (const path of pathsOfColumns(table, others, file)) extra.add(index.find(path)?.path ?? path)
    appendTable(data, table, rowCount)
    rowCount += table.rowCount
  }
  for (const path of rowOf.keys()) extra.delete(path)
  for (const { path } of images) {
    if (extra.has(path)) findings.add('image_of_other_column', path)
    else if (!rowOf.has(path)) findings.add('file_without_row', path)
  }
  const missing = keepRows(withoutFile, rowOf, foible !== null || rowOf.size === 0, findings)
  const columns = typeColumns(data, rowCount, files.every(isTextTable), reserved, foible, findings)
  return {
    columns,
    reserved: [...reserved],
    data,
    rowOf,
    extra,
    missing,
    rows(wanted, names) {
      const rows = wanted.map((entry) => rowOf.get(entry.path))
      return new Map(
        names.map((name) => [name, rows.map((row) => (row === undefined ? null : (data.get(name)?.[row] ?? null)))]),
      )
    },
  }
}

export function isFileColumn(name: string): boolean {
  return name === 'file_name' || name === 'file_names' || name.endsWith('_file_name') || name.endsWith('_file_names')
}

function findFileColumn(table: Table, file: string): string {
  const names = [...table.columns.keys()]
  const name = ['file_name', 'file_names'].find((usual) => names.includes(usual)) ?? names.find(isFileColumn)
  if (name !== undefined) return name
  throw new FoibleError(
    'broken_file',
    `“${file}” has no column “file_name” (nor “file_names”, “*_file_name” or “*_file_names”); add one with the paths of the images.`,
    {
      file,
      position: 1,
      columns: names.slice(0, 50),
    },
  )
}

/** The paths of a cell: one, or a list of them. */
function listCells(cell: unknown): readonly unknown[] {
  return isList(cell) ? [...cell] : [cell]
}

/** All safe paths in these columns. */
function* pathsOfColumns(table: Table, columns: readonly string[], file: string): Generator<string> {
  for (const name of columns) {
    for (const cell of table.columns.get(name) ?? []) {
      for (const item of listCells(cell)) {
        const path = typeof item === 'string' ? normalizeRelativePath(item, dirname(file)) : null
        if (path !== null) yield path
      }
    }
  }
}

function readPath(cell: unknown, file: string, row: number, findings: FindingLog): string | null {
  const path = typeof cell === 'string' ? normalizeRelativePath(cell, dirname(file)) : null
  if (path !== null) return path
  const unsafe = typeof cell === 'string' && cell !== ''
  findings.add(unsafe ? 'unsafe_path' : 'row_without_file', `${file} row ${row + 1}: ${toText(cell)}`)
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
