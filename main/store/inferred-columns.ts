// The packed columns of an inferred field: value, source, score, margin, and the best five values of every row.
import { createCodes } from '#core/columns/column.ts'
import type { DatasetColumns } from './dataset-columns.ts'
import type { FieldRecord, InferredSettings, NewField } from './field-table.ts'
import { nextJoinedName } from './joined-columns.ts'
import {
  type Encoding,
  type Packed,
  chunkRows,
  insertColumn,
  insertDictionary,
  requireColumn,
  writeChunks,
} from './packed-column.ts'
import type { WriteDb } from './sqlite.ts'

/** Values kept of each row, best first: the one that was inferred and the next ones, to choose from. */
export const candidateCount = 5

/** Codes of the source column. A value that a person took away is missing with the source `person`. */
export const inferredSources = { none: 0, inferred: 1, person: 2 } as const

/** Columnar values of some rows. */
export interface InferredBatch {
  readonly rows: Uint32Array
  /** rows x `candidateCount` codes of the field's dictionary, best first; 0 = none. */
  readonly candidates: Codes32
  /** In [0, 1]. */
  readonly scores: Float32Array
  /** Score of the first minus that of the second value, in [0, 1]. */
  readonly margins: Float32Array
}
type Codes32 = Uint32Array

export interface NewInferredField {
  readonly name: string
  readonly model: string
  readonly role: FieldRecord['role']
  /** The vocabulary: the dictionary, whether a value occurs or not. */
  readonly words: readonly string[]
  readonly rowCount: number
  readonly settings: Omit<InferredSettings, 'candidatesColumnId'>
}

/** Inserts the columns of a field that has no value yet; the field itself is the caller's to insert. */
export function insertInferredColumns(db: WriteDb, field: NewInferredField): NewField {
  const { name, role, words, settings } = field
  const source = `inferred:${field.model}` as const
  const rows = Math.min(chunkRows, field.rowCount)
  const insert = (encoding: Encoding, data: Packed, stride = 1, values: readonly string[] = []) => {
    const column = insertColumn(db, nextJoinedName(db), encoding, stride)
    insertDictionary(db, column.id, values)
    // One chunk decides how wide the column is loaded; the others are missing values until they are written.
    writeChunks(db, column, data)
    return column.id
  }
  return {
    name,
    kind: 'category',
    role,
    source,
    builtIn: false,
    columnId: insert('codes', createCodes(rows, words.length), 1, words),
    sourceColumnId: insert('codes', createCodes(rows, 2), 1, [source, 'person']),
    scoreColumnId: insert('numbers', new Float32Array(rows).fill(NaN)),
    marginColumnId: insert('numbers', new Float32Array(rows).fill(NaN)),
    settings: {
      ...settings,
      candidatesColumnId: insert('codes', createCodes(rows * candidateCount, words.length), candidateCount),
    },
  }
}

/** Writes values that were inferred, in memory and in the file. The caller holds the transaction, and forgets the field if it fails. */
export function writeInferred(db: WriteDb, columns: DatasetColumns, name: string, batch: InferredBatch): void {
  const { codes, sources, scores, margins, candidates } = openInferred(columns, name)
  columns.changes.noteWrite()
  batch.rows.forEach((row, i) => {
    const from = i * candidateCount
    codes[row] = batch.candidates[from]!
    sources[row] = inferredSources.inferred
    scores[row] = batch.scores[i]!
    margins[row] = batch.margins[i]!
    candidates.set(batch.candidates.subarray(from, from + candidateCount), row * candidateCount)
  })
  writeWhole(db, columns, name, batch.rows)
}

/** Takes back what was inferred for some rows, with the values to choose from; what a person said stands. As for `writeInferred`. */
export function clearInferred(db: WriteDb, columns: DatasetColumns, name: string, rows: Uint32Array): void {
  const { codes, sources, scores, margins, candidates } = openInferred(columns, name)
  columns.changes.noteWrite()
  for (const row of rows) {
    scores[row] = NaN
    margins[row] = NaN
    candidates.fill(0, row * candidateCount, (row + 1) * candidateCount)
    if (sources[row] !== inferredSources.inferred) continue
    codes[row] = 0
    sources[row] = inferredSources.none
  }
  writeWhole(db, columns, name, rows)
}

/** All columns of the field, as they are in memory, around some rows. */
function writeWhole(db: WriteDb, columns: DatasetColumns, name: string, rows: Uint32Array): void {
  const { codes, sources, scores, margins, candidates } = openInferred(columns, name)
  const field = columns.field(name)
  const chunks = chunksOf(rows)
  const write = (id: number | null, data: Packed) => id !== null && writeChunks(db, requireColumn(db, id), data, chunks)
  write(field.columnId, codes)
  write(field.sourceColumnId, sources)
  write(field.scoreColumnId, scores)
  write(field.marginColumnId, margins)
  write(field.settings?.candidatesColumnId ?? null, candidates)
}

/** Writes what a person said of some rows: a code (null: the one that stands) and the source. As for `writeInferred`. */
export function writeReviewed(
  db: WriteDb,
  columns: DatasetColumns,
  name: string,
  rows: Uint32Array,
  state: { readonly code: number | null; readonly source: number },
): void {
  const { codes, sources } = openInferred(columns, name)
  columns.changes.noteWrite()
  for (const row of rows) {
    if (state.code !== null) codes[row] = state.code
    sources[row] = state.source
  }
  const field = columns.field(name)
  const chunks = chunksOf(rows)
  if (state.code !== null) writeChunks(db, requireColumn(db, field.columnId), codes, chunks)
  writeChunks(db, requireColumn(db, field.sourceColumnId!), sources, chunks)
}

/** The columns of an inferred field as they are shared in memory: not to be held across a wait. */
export function openInferred(columns: DatasetColumns, name: string) {
  const value = columns.column({ kind: 'field', name })
  const source = columns.column({ kind: 'source', field: name })
  const score = columns.column({ kind: 'score', field: name })
  const margin = columns.column({ kind: 'margin', field: name })
  if (value.kind !== 'codes' || source.kind !== 'codes' || score.kind !== 'numbers' || margin.kind !== 'numbers') {
    throw new Error(`${name} is not an inferred field`)
  }
  return {
    words: value.dictionary.values,
    codes: value.codes,
    sources: source.codes,
    scores: score.values,
    margins: margin.values,
    candidates: columns.candidates(name),
  }
}

function chunksOf(rows: Uint32Array): Set<number> {
  const chunks = new Set<number>()
  for (const row of rows) chunks.add(Math.floor(row / chunkRows))
  return chunks
}
