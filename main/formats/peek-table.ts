// Which column of a table names images, judged by the table's first rows: by the files of the dataset where they are there, by
// the look of the cells where they are not.
import type { FileHead } from './dataset-reader.ts'
import { isRecord } from './column-values.ts'
import { createFindingLog } from './finding-log.ts'
import { isUrl, type ImageFinder } from './find-image.ts'
import { isImagePath } from './image-type.ts'
import { parseJson } from './parse-json.ts'
import { nameColumns, readCsv } from './read-csv.ts'
import { dirname, extension } from './safe-path.ts'

/** The first rows of a table. */
export interface TablePeek {
  readonly columns: ReadonlyMap<string, readonly unknown[]>
  /** Rows of the whole file, by the length of the first ones. */
  readonly estimatedRows: number
}

export interface PathColumn {
  readonly name: string
  /** Share of the cells that lead to images which are there. */
  readonly found: number
}

const tableExtensions = new Set(['csv', 'tsv', 'jsonl', 'ndjson'])
const rootNames = ['data_dir', 'root_dir', 'root']
const maxPeekedRows = 200
/** Cells of a column that has to be one of paths. */
const wantedShare = 0.5

/** Usual names of the column, most telling first: they decide between columns that fit alike. */
const pathNames = [
  'file_name',
  'filename',
  'filepath',
  'file_path',
  'path',
  'image_path',
  'img_path',
  'image',
  'img',
  'image_filename',
  'img_filename',
  'image_name',
  'imagename',
  'image_file',
  'file',
  'image_id',
  'img_id',
  'id',
  'image_url',
  'url',
]

/** The column that names the folder which the paths of its row start from. */
export function findRootColumn(columns: readonly string[]): string | undefined {
  return rootNames.find((name) => columns.includes(name))
}

/** The path that a cell gives, below the row's folder if there is one; null for a cell without a path. */
export function pathOfCell(cell: unknown, root: unknown): string | null {
  if ((typeof cell !== 'string' && typeof cell !== 'number') || cell === '') return null
  return typeof root === 'string' && root !== '' ? `${root}/${cell}` : String(cell)
}

export function isTableFile(path: string): boolean {
  return tableExtensions.has(extension(path))
}

/** The first rows; null if the file does not begin like a table. */
export async function peekTable(file: string, head: FileHead): Promise<TablePeek | null> {
  const isWhole = head.bytes.length === head.sizeBytes
  const end = isWhole ? head.bytes.length : head.bytes.lastIndexOf(0x0a) + 1
  const bytes = head.bytes.subarray(0, end)
  const rows = await (/^(?:jsonl|ndjson)$/.test(extension(file)) ? peekJsonLines(bytes) : peekCsv(file, bytes))
  if (rows.length === 0) return null
  const columns = new Map<string, unknown[]>()
  for (const row of rows) {
    for (const [name, cell] of row) {
      const column = columns.get(name)
      if (column) column.push(cell)
      else columns.set(name, [cell])
    }
  }
  // Lines are close enough to rows: only quoted line breaks are counted twice.
  const lines = bytes.reduce((n, byte) => n + (byte === 0x0a ? 1 : 0), 0)
  return { columns, estimatedRows: isWhole ? rows.length : Math.round((lines * head.sizeBytes) / bytes.length) }
}

type PeekedRow = ReadonlyMap<string, unknown>

async function peekCsv(file: string, bytes: Uint8Array): Promise<readonly PeekedRow[]> {
  const findings = createFindingLog()
  const rows: PeekedRow[] = []
  let names: readonly string[] | null = null
  try {
    for await (const { cells } of readCsv(once(bytes), file, findings)) {
      if (names === null) names = nameColumns(cells, file, findings)
      else rows.push(new Map(names.map((name, i) => [name, cells[i]])))
      if (rows.length === maxPeekedRows) break
    }
  } catch {
    // What is wrong with it is said when the table is read: here it has only ended early.
  }
  return rows
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes)
}

function peekJsonLines(bytes: Uint8Array): readonly PeekedRow[] {
  const lines = new TextDecoder().decode(bytes).split('\n').slice(0, maxPeekedRows)
  return lines.flatMap((line) => {
    try {
      const row = parseJson(line)
      return isRecord(row) ? [new Map(Object.entries(row))] : []
    } catch {
      return []
    }
  })
}

/** The column that names images; null if none does. `finder` looks for them among the files of the dataset. */
export function findPathColumn(file: string, peek: TablePeek, finder: ImageFinder): PathColumn | null {
  const roots = peek.columns.get(findRootColumn([...peek.columns.keys()]) ?? '')
  const columns = [...peek.columns].map(([name, cells]) => {
    const paths = cells === roots ? [] : cells.map((cell, i) => pathOfCell(cell, roots?.[i]))
    return { name, ...judgeColumn(file, paths, finder) }
  })
  const rank = (name: string) => {
    const at = pathNames.indexOf(name.toLowerCase())
    return at < 0 ? pathNames.length : at
  }
  const fits = columns.filter(({ found, looks }) => found >= wantedShare || looks >= wantedShare)
  const [best] = fits.sort(
    (a, b) =>
      Number(b.found >= wantedShare) - Number(a.found >= wantedShare) ||
      Number(b.looks >= wantedShare) - Number(a.looks >= wantedShare) ||
      rank(a.name) - rank(b.name) ||
      b.found - a.found,
  )
  return best ? { name: best.name, found: best.found } : null
}

/** Shares of cells that lead to images, and of cells that look like paths or addresses of images. */
function judgeColumn(
  file: string,
  paths: readonly (string | null)[],
  finder: ImageFinder,
): { found: number; looks: number } {
  const texts = paths.filter((path) => path !== null)
  const distinct = [...new Set(texts)]
  // Classes `0` and `1` beside `0.png` and `1.png` are no paths.
  if (distinct.length === 0 || distinct.length < texts.length / 2) return { found: 0, looks: 0 }
  const origin = { bases: [...new Set([dirname(file), ''])], file, place: '' }
  const found = distinct.filter((text) => finder.find(text, origin).kind === 'image')
  const looks = distinct.filter((text) => isImagePath(text) || isUrl(text))
  return { found: found.length / distinct.length, looks: looks.length / distinct.length }
}
