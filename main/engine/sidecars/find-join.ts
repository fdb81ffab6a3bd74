// How the rows of a file find their samples: as somebody said, else the way that finds most of them.
import { FoibleError } from '#core/errors.ts'
import { nearestNames } from '#core/filter/nearest.ts'
import { shorten } from '#core/format/shorten.ts'
import type { FindingLog } from '#formats/finding-log.ts'
import type { SidecarFile } from '#formats/sidecars/open-sidecar.ts'
import { type JoinBy, type JoinCount, JoinRanking } from '#formats/sidecars/rank-joins.ts'
import { type JoinKey, SampleIndex, joinKeys } from '#formats/sidecars/sample-index.ts'
import { getFileNames, listFileNames } from '#store/sample-table.ts'
import type { DatasetHandle } from '../dataset-handle.ts'

const shownExamples = 3
const shownColumns = 8
const shownLength = 80

export interface FoundJoins {
  readonly index: SampleIndex
  readonly rows: number
  /** The best first; empty where no value names a sample. */
  readonly joins: readonly JoinCount[]
  /** A few values by column, as they stand in the file. */
  readonly examples: ReadonlyMap<string, readonly string[]>
}

/** Rows after which a way that finds most of them is as good as certain. */
const enoughRows = 65_536

/** Tries every column but those in `without`: over all rows, or (`isEnough`) until one finds most of many. */
export async function findJoins(
  dataset: DatasetHandle,
  file: SidecarFile,
  without: readonly string[],
  findings: FindingLog,
  signal: AbortSignal,
  isEnough = false,
): Promise<FoundJoins> {
  const index = new SampleIndex(listFileNames(dataset.db))
  const ranking = new JoinRanking(index, dataset.rowCount)
  const examples = new Map<string, string[]>()
  const columns = file.columns.filter((name) => !without.includes(name))
  let rows = 0
  for await (const table of file.rows(findings, signal, columns)) {
    const named = new Map([...table.columns].filter(([name]) => !without.includes(name)))
    ranking.add({ columns: named, rowCount: table.rowCount })
    if (rows === 0) for (const [name, cells] of named) examples.set(name, textsOf(cells))
    rows += table.rowCount
    if (isEnough && rows >= enoughRows && (ranking.list()[0]?.matched ?? 0) > rows / 2) break
  }
  return { index, rows, joins: ranking.list(), examples }
}

/** The chosen way, or the best. Throws `not_found` where no row names a sample, `unknown_name` for a column that is not there. */
export async function chooseJoin(
  dataset: DatasetHandle,
  file: SidecarFile,
  chosen: JoinBy | null,
  without: readonly string[],
  findings: FindingLog,
  signal: AbortSignal,
): Promise<{ readonly index: SampleIndex; readonly join: JoinBy }> {
  if (chosen !== null) {
    if (!file.columns.includes(chosen.column)) throw unknownColumn(file, chosen.column)
    return { index: new SampleIndex(listFileNames(dataset.db)), join: chosen }
  }
  const found = await findJoins(dataset, file, without, findings, signal, true)
  const [best] = found.joins
  if (best === undefined) throw noMatch(dataset, file, found.examples, joinKeys)
  return { index: found.index, join: { column: best.column, key: best.key } }
}

export function unknownColumn(file: SidecarFile, name: string): FoibleError {
  const nearest = nearestNames(name, file.columns)
  const hint = nearest.length > 0 ? ` Did you mean ${nearest.map((near) => `“${near}”`).join(' or ')}?` : ''
  return new FoibleError('unknown_name', `“${file.name}” has no column “${name}”.${hint}`, { name, nearest })
}

/** Says what was tried, and what the names on both sides look like. */
export function noMatch(
  dataset: DatasetHandle,
  file: SidecarFile,
  tried: ReadonlyMap<string, readonly string[]>,
  keys: readonly JoinKey[],
): FoibleError {
  const samples = getFileNames(dataset.db, [1, 2, 3].slice(0, dataset.rowCount))
  const columns = [...tried].filter(([, examples]) => examples.length > 0)
  const shown = columns.slice(0, shownColumns).map(([name, examples]) => `${name} (“${examples[0]!}”)`)
  const message =
    columns.length === 0
      ? `“${file.name}” has no column of names that could be the samples’.`
      : `No row of “${file.name}” names a sample of ${dataset.meta.name}: tried ${shown.join(', ')} by ${keys.join(', ')}, and the samples are called like “${samples[0] ?? ''}”. Choose the file that belongs to this dataset, or say which column names the samples.`
  return new FoibleError('not_found', message, {
    columns: Object.fromEntries(columns.slice(0, shownColumns)),
    keys,
    samples,
  })
}

function textsOf(cells: readonly unknown[]): string[] {
  const texts: string[] = []
  for (const cell of cells) {
    if (texts.length === shownExamples) break
    if ((typeof cell === 'string' && cell !== '') || typeof cell === 'number')
      texts.push(shorten(String(cell), shownLength))
  }
  return texts
}
