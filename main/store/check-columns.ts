// Whether a dataset's columns agree: the arrays in memory with the chunks in the file, these with their dictionaries, and
// rows with samples.
import { FoibleError } from '#core/errors.ts'
import { DatasetColumns } from './dataset-columns.ts'
import { type Packed, getColumnRecord } from './packed-column.ts'
import type { PackedKey } from './packed-source.ts'
import { runArrays } from './run-arrays.ts'
import { listRunClasses } from './run-table.ts'

export interface ColumnsCheck {
  /** Arrays that were compared. */
  readonly columns: number
  /** A sentence for each thing that does not agree. */
  readonly problems: readonly string[]
}

/** One step an array; between two of them data may change. */
export function* checkColumns(columns: DatasetColumns): Generator<void, ColumnsCheck> {
  const problems = [...checkSamples(columns), ...checkVersions(columns)]
  const keys = listKeys(columns)
  for (const key of keys) {
    problems.push(...checkArray(columns, key))
    yield
  }
  return { columns: keys.length, problems }
}

function listKeys(columns: DatasetColumns): PackedKey[] {
  const { db, fields, tags, findings, runs, weights } = columns
  return [
    ...fields.flatMap(({ name, sourceColumnId, scoreColumnId, marginColumnId, settings }): PackedKey[] => [
      { kind: 'field', name },
      ...(sourceColumnId === null ? [] : [{ kind: 'source' as const, name }]),
      ...(scoreColumnId === null ? [] : [{ kind: 'score' as const, name }]),
      ...(marginColumnId === null ? [] : [{ kind: 'margin' as const, name }]),
      ...(settings === null ? [] : [{ kind: 'candidates' as const, name }]),
    ]),
    ...tags.map(({ name }): PackedKey => ({ kind: 'tag', name })),
    ...findings.map((name): PackedKey => ({ kind: 'finding', name })),
    ...runs.flatMap(({ id }) => runArrays.map((property): PackedKey => ({ kind: 'run', run: id, property }))),
    ...(getColumnRecord(db, 'accepted') === null ? [] : [{ kind: 'accepted' as const }]),
    ...(weights === null ? [] : [{ kind: 'weights' as const }]),
  ]
}

function checkArray(columns: DatasetColumns, key: PackedKey): string[] {
  const what = nameOf(columns, key)
  try {
    const held = columns.packed(key)
    // Columns of their own, for this array only: all of them would need the memory twice.
    const stored = new DatasetColumns(columns.db, columns.rowCount).packed(key)
    const differing = countDiffering(held, stored)
    const largest = largestCode(columns, key)
    const stray = largest === null ? 0 : countAbove(held, largest)
    return [
      ...(differing === 0 ? [] : [`${what}: ${differing} values in memory are not those in the file.`]),
      ...(stray === 0 ? [] : [`${what}: ${stray} values are not in its list of values.`]),
    ]
  } catch (error) {
    if (!(error instanceof FoibleError)) throw error
    // Taken away since the list was made.
    return error.code === 'unknown_name' ? [] : [`${what}: ${error.message}`]
  }
}

function nameOf({ runs }: DatasetColumns, key: PackedKey): string {
  if (key.kind === 'run') return `${key.property} of ${runs.find(({ id }) => id === key.run)?.model ?? 'a run'}`
  return 'name' in key ? `${key.kind} “${key.name}”` : key.kind
}

/** NaN, which is a missing value, is itself. */
function countDiffering(a: Packed, b: Packed): number {
  let count = Math.abs(a.length - b.length)
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (!Object.is(a[i], b[i])) count++
  return count
}

function countAbove(array: Packed, largest: number): number {
  let count = 0
  for (const code of array) if (code > largest) count++
  return count
}

/** null for what holds no codes. */
function largestCode(columns: DatasetColumns, key: PackedKey): number | null {
  switch (key.kind) {
    case 'field': {
      const column = columns.column({ kind: 'field', name: key.name })
      return column.kind === 'codes' ? column.dictionary.values.length : null
    }
    case 'source': {
      const column = columns.column({ kind: 'source', field: key.name })
      return column.kind === 'codes' ? column.dictionary.values.length : null
    }
    case 'candidates':
      return largestCode(columns, { kind: 'field', name: key.name })
    case 'accepted':
      return columns.acceptedSets()?.sets.length ?? null
    case 'run':
      return key.property === 'predicted' || key.property === 'top_codes'
        ? listRunClasses(columns.db, key.run).length
        : null
    default:
      return null
  }
}

/** Row and id of a sample are the same thing, one apart. Cells of a cube are no samples. */
function checkSamples({ db, rowCount, weights }: DatasetColumns): string[] {
  if (weights !== null) return []
  const [count, last] = db.prepare('SELECT count(*), coalesce(max(id), 0) FROM sample').raw().get() as [number, number]
  if (count === rowCount && last === rowCount) return []
  return [`There are ${count} samples up to id ${last} for ${rowCount} rows.`]
}

/** A chunk is written with the version of its column. */
function checkVersions({ db }: DatasetColumns): string[] {
  const names = db
    .prepare(
      `SELECT DISTINCT name FROM packed_column JOIN chunk ON chunk.column_id = packed_column.id
       WHERE chunk.version > packed_column.version ORDER BY name`,
    )
    .pluck()
    .all() as string[]
  return names.map((name) => `The stored column “${name}” is older than a chunk of it.`)
}
