// Tables whose rows name images: CSV, TSV or JSON lines beside the images, or chosen alone. A row is a sample.
import { FoibleError, throwIfCancelled } from '#core/errors.ts'
import { type ColumnPlan, planColumns } from './column-plan.ts'
import { toText } from './column-values.ts'
import { countNoun } from './count-noun.ts'
import { countOfCard, type DatasetCard, noteCard, readDatasetCard } from './dataset-card.ts'
import type { DatasetReader, FileHead, FileTree, SampleBatch, TreeEntry, TreeOutline } from './dataset-reader.ts'
import { createHeadReader } from './file-head.ts'
import { createImageFinder, type ImageFinder, isUrl } from './find-image.ts'
import { createFindingLog, type FindingLog } from './finding-log.ts'
import { isImagePath } from './image-type.ts'
import { describeMedia, type IndexedImage, missingImage } from './indexed-image.ts'
import { readMetadataTable } from './metadata-table.ts'
import { findLabelColumn } from './field-roles.ts'
import { isMetadataFile, labelsByFolder } from './imagefolder-files.ts'
import { isFileColumn } from './join-metadata.ts'
import { findPathColumn, findRootColumn, isTableFile, pathOfCell, peekTable } from './peek-table.ts'
import { basename, dirname } from './safe-path.ts'
import { splitOfName, splitsByCard, splitsByWords } from './splits.ts'
import { isTextTable } from './table-batches.ts'
import { appendTable, typeColumns } from './type-columns.ts'
import { letOthersRun } from './let-others-run.ts'

const batchRows = 8192
/** Tables that are looked at in one dataset: each costs a request on the Hub. */
const maxTables = 40

interface ImageTable {
  readonly file: string
  readonly pathColumn: string
  /** Share of the first rows whose image is there. */
  readonly found: number
  readonly estimatedRows: number
  readonly hasLabel: boolean
}

/** A sample to be: its image and its row among the rows of all tables. */
interface ListedImage {
  readonly image: IndexedImage
  readonly row: number
  readonly split: string | null
}

export const tableReader: DatasetReader = {
  format: 'table',
  async recognise({ paths, allPaths, chosen, subject, fiftyoneFormat, head }) {
    if (fiftyoneFormat !== null) return null
    const candidates = paths.filter(isTableFile)
    if (candidates.length === 0 || candidates.length > maxTables) return null
    const images = allPaths.filter(isImagePath).map((path) => ({ path, sizeBytes: 0, sha256: null }))
    const tables = await findTables(candidates, images, head)
    const [first] = tables
    if (!first || (chosen === null && !speaksForImages(tables, images))) return null
    const named = tables.length === 1 ? first.file : countNoun(tables.length, 'table')
    return `${subject} ${named}, whose column “${first.pathColumn}” names images.`
  },
  async read(tree, entries, options, reason) {
    const findings = createFindingLog()
    const card = await readDatasetCard(tree, entries, options.signal)
    noteCard(card, findings)
    const images = entries.filter((entry) => isImagePath(entry.path))
    const tables = await findTables(tablePaths(tree, entries, card), images, createHeadReader(tree, options.signal))
    const finder = createImageFinder(tree, images, findings)
    const data = new Map<string, unknown[]>()
    const reserved = new Set<string>()
    const listed: ListedImage[] = []
    let rowCount = 0
    for (const { file, pathColumn } of tables) {
      throwIfCancelled(options.signal)
      const table = await readMetadataTable(tree, file, findings, options.signal)
      const rootColumn = findRootColumn([...table.columns.keys()])
      for (const name of [pathColumn, rootColumn]) if (name !== undefined) reserved.add(name)
      const paths = table.columns.get(pathColumn) ?? []
      refuseAddresses(paths, file)
      const roots = table.columns.get(rootColumn ?? '')
      for (const image of listRows(
        { paths, roots, file, count: table.rowCount, rowsBefore: rowCount },
        finder,
        findings,
      ))
        listed.push(image)
      appendTable(data, table, rowCount)
      rowCount += table.rowCount
    }
    const unique = dropRepeated(listed, findings)
    if (unique.length === 0) throw emptyTable(tree)
    noteUnlisted(images, unique, findings)
    const text = tables.every(({ file }) => isTextTable(file))
    const columns = typeColumns(data, rowCount, text, reserved, card.foible, findings)
    const plan = planColumns(columns, [...reserved], card.features, card.foible, findings)
    const samples = withSplits(unique)
    const column = data.get('split')
    const splitOf = ({ row, split }: ListedImage) => (column ? toText(column[row] ?? '') : split)
    const chosen = options.split === null ? samples : samples.filter((image) => splitOf(image) === options.split)
    return {
      format: 'table',
      reason,
      fields: plan.fields,
      labelField: plan.labelField,
      classes: plan.classes,
      description: card.description,
      license: card.license,
      ...countOfCard(card, options),
      batches: cutBatches(chosen.slice(0, options.maxSamples ?? undefined), data, plan, options.signal),
      findings: findings.list,
    }
  },
}

/** The chosen table, those that the card lists, or all. */
function tablePaths(tree: FileTree, entries: readonly TreeEntry[], card: DatasetCard): readonly string[] {
  if (tree.chosen !== undefined) return [tree.chosen]
  const paths = entries.map((entry) => entry.path).filter(isTableFile)
  const listed = card.dataFiles ? [...splitsByCard(paths, card.dataFiles).keys()] : []
  return listed.length > 0 ? listed : paths
}

/** The tables that name images. All of them have the first one's column of paths: others tell something else. */
async function findTables(
  paths: readonly string[],
  images: readonly TreeEntry[],
  head: TreeOutline['head'],
): Promise<readonly ImageTable[]> {
  const finder = createImageFinder({}, images, createFindingLog())
  const tables: ImageTable[] = []
  for (const file of paths) {
    const table = await examineTable(file, await head(file), finder)
    if (table === 'metadata') return []
    if (table !== null) tables.push(table)
  }
  // Tables whose images are there come before those that only look like it.
  const best = tables.toSorted((a, b) => b.found - a.found)[0]
  return tables.filter(({ pathColumn, found }) => pathColumn === best?.pathColumn && found > 0 === best.found > 0)
}

async function examineTable(
  file: string,
  head: FileHead,
  finder: ImageFinder,
): Promise<ImageTable | 'metadata' | null> {
  const peek = await peekTable(file, head)
  if (peek === null) return null
  const names = [...peek.columns.keys()]
  // The metadata of an image folder: its own reader knows more of them.
  if (isMetadataFile(file) && names.some(isFileColumn)) return 'metadata'
  const column = findPathColumn(file, peek, finder)
  if (column === null) return null
  const { estimatedRows } = peek
  const hasLabel = findLabelColumn(names, true) !== undefined
  return { file, pathColumn: column.name, found: column.found, estimatedRows, hasLabel }
}

/**
 * Whether the tables are what the folder is about: they name half of its images, and more is known from them than from the
 * folders that the images lie in.
 */
function speaksForImages(tables: readonly ImageTable[], images: readonly TreeEntry[]): boolean {
  if (images.length === 0) return true
  const rows = tables.reduce((sum, { estimatedRows }) => sum + estimatedRows, 0)
  if (tables.every(({ found }) => found === 0) || rows * 2 < images.length) return false
  return tables.some(({ hasLabel }) => hasLabel) || labelsByFolder(images, null) === null
}

/** Throws `unsupported_format` where most images are addresses on the web. */
function refuseAddresses(cells: readonly unknown[], file: string): void {
  const addresses = cells.filter((cell) => typeof cell === 'string' && isUrl(cell) && !cell.startsWith('file:'))
  if (addresses.length * 2 <= cells.length) return
  throw new FoibleError(
    'unsupported_format',
    `“${file}” names its images by web addresses. Download them beside the file, put their file names into it, and import again.`,
    { file, example: addresses[0] },
  )
}

interface TableRows {
  readonly paths: readonly unknown[]
  readonly roots: readonly unknown[] | undefined
  readonly file: string
  readonly count: number
  readonly rowsBefore: number
}

function* listRows(
  { paths, roots, file, count, rowsBefore }: TableRows,
  finder: ImageFinder,
  findings: FindingLog,
): Generator<ListedImage> {
  const split = splitOfName(basename(file).replace(/\.[^.]*$/, ''))
  const bases = [...new Set([dirname(file), ''])]
  for (let i = 0; i < count; i++) {
    const place = `${file} row ${i + 1}`
    const path = pathOfCell(paths[i], roots?.[i])
    if (path === null) {
      findings.add('row_without_path', place)
      continue
    }
    const found = finder.find(path, { bases, file, place })
    if (found.kind === 'refused') continue
    const image = found.kind === 'image' ? found.entry : missingImage(found.path)
    yield { image, row: rowsBefore + i, split }
  }
}

/** The first row of each image. */
function dropRepeated(listed: readonly ListedImage[], findings: FindingLog): readonly ListedImage[] {
  const seen = new Set<string>()
  return listed.filter(({ image: { path } }) => {
    const isNew = !seen.has(path)
    if (isNew) seen.add(path)
    else findings.add('duplicate_row', path)
    return isNew
  })
}

function noteUnlisted(images: readonly TreeEntry[], listed: readonly ListedImage[], findings: FindingLog): void {
  const named = new Set(listed.map(({ image }) => image.path))
  for (const { path } of images) if (!named.has(path)) findings.add('file_not_listed', path)
}

/** The splits of the tables' names where each has one, else of the folders that the images lie in. */
function withSplits(listed: readonly ListedImage[]): readonly ListedImage[] {
  if (listed.every(({ split }) => split !== null)) return listed
  const byFolder = splitsByWords(
    listed.map(({ image }) => image.path),
    false,
  )
  return listed.map((item) => ({ ...item, split: item.split ?? byFolder.get(item.image.path) ?? null }))
}

async function* cutBatches(
  listed: readonly ListedImage[],
  data: ReadonlyMap<string, readonly unknown[]>,
  plan: ColumnPlan,
  signal: AbortSignal,
): AsyncGenerator<SampleBatch> {
  for (let start = 0; start < listed.length; start += batchRows) {
    throwIfCancelled(signal)
    const rows = listed.slice(start, start + batchRows)
    const cells = new Map(plan.columns.map((name) => [name, rows.map(({ row }) => data.get(name)?.[row] ?? null)]))
    const columns = plan.read(cells, rows.length)
    const images = rows.map(({ image }) => image)
    yield {
      ...columns,
      count: rows.length,
      fileNames: images.map(({ path }) => path),
      ...describeMedia(images),
      splits: columns.splits ?? (rows.some(({ split }) => split !== null) ? rows.map(({ split }) => split) : null),
    }
    await letOthersRun()
  }
}

function emptyTable(tree: FileTree): FoibleError {
  return new FoibleError(
    'empty_source',
    `No row of the tables in “${tree.name}” names an image that Foible may read; their paths have to lie in the table’s folder.`,
    { name: tree.name },
  )
}
