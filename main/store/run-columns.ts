// One run's predictions in memory: the columns of its properties, and how finished batches become part of them.
import { FoibleError } from '#core/errors.ts'
import { type Codes, type Column, type Dictionary, createCodes } from '#core/columns/column.ts'
import type { RunProperty } from '#core/filter/expr.ts'
import {
  type ColumnRecord,
  type Encoding,
  type Packed,
  chunkRows,
  getColumnRecord,
  insertColumn,
  loadColumn,
  writeChunks,
} from './packed-column.ts'
import { type StagedBatch, decodeStagedBatch, encodeStagedBatch } from './staged-batch.ts'
import {
  type RunRecord,
  clearStagedBatches,
  deleteFailures,
  insertFailure,
  insertStagedBatch,
  listRunClasses,
  listStagedBatches,
} from './run-table.ts'
import type { WriteDb } from './sqlite.ts'

/** Answers kept of each prediction. */
export const topK = 5

const booleans: Dictionary = { values: ['false', 'true'], kind: 'boolean', ids: null }
const numberProperties = ['confidence', 'truth_confidence', 'truth_rank', 'entropy', 'margin'] as const
type NumberProperty = (typeof numberProperties)[number]

/** What a run stores of each sample, as arrays over the rows of the dataset. */
export class RunColumns {
  readonly run: RunRecord
  readonly #db: WriteDb
  readonly #rowCount: number
  readonly #classes: Dictionary
  readonly #loaded = new Map<string, Packed>()
  #staged: StagedBatch[]

  constructor(db: WriteDb, run: RunRecord, rowCount: number) {
    this.run = run
    this.#db = db
    this.#rowCount = rowCount
    const classes = listRunClasses(db, run.id)
    const hasIds = classes.every((entry) => entry.labelId !== null)
    this.#classes = {
      values: classes.map((entry) => entry.name),
      kind: 'text',
      ids: hasIds ? classes.map((entry) => entry.labelId!) : null,
    }
    this.#staged = listStagedBatches(db, run.id).map(decodeStagedBatch)
  }

  get predicted(): { readonly codes: Codes; readonly dictionary: Dictionary } {
    return { codes: this.#array('predicted') as Codes, dictionary: this.#classes }
  }

  /** 0 = not judged, 1 = wrong, 2 = right. */
  get correct(): Uint8Array {
    return this.#array('correct') as Uint8Array
  }

  column(property: RunProperty): Column {
    if (property === 'predicted') return { kind: 'codes', ...this.predicted }
    if (property === 'correct' || property === 'top5_correct') {
      return { kind: 'codes', codes: this.#array(property) as Codes, dictionary: booleans }
    }
    return { kind: 'numbers', values: this.#array(property) as Float32Array }
  }

  /** The kept answers of one row, best first: class codes and probabilities (NaN = none given). */
  answers(row: number): { readonly code: number; readonly probability: number }[] {
    const codes = this.#array('top_codes')
    const probabilities = this.#array('top_probabilities')
    const answers = []
    for (let k = 0; k < topK; k++) {
      const code = codes[row * topK + k]!
      if (code !== 0) answers.push({ code, probability: probabilities[row * topK + k]! })
    }
    return answers
  }

  /** Stores one batch: a single transaction, then the arrays in memory. */
  append(batch: StagedBatch, failures: readonly { readonly sampleId: number; readonly message: string }[]): void {
    this.#db.transaction(() => {
      if (batch.sampleIds.length > 0) insertStagedBatch(this.#db, this.run.id, encodeStagedBatch(batch))
      deleteFailures(this.#db, this.run.id, batch.sampleIds)
      for (const failure of failures) insertFailure(this.#db, this.run.id, failure.sampleId, failure.message)
    })()
    this.#staged.push(batch)
    for (const [name, array] of this.#loaded) applyBatch(name, array, batch)
    if (this.#staged.reduce((rows, staged) => rows + staged.sampleIds.length, 0) >= chunkRows) this.fold()
  }

  /** Moves the staged batches into the run's chunks, in one transaction. */
  fold(): void {
    if (this.#staged.length === 0) return
    const chunks = new Set(
      this.#staged.flatMap((batch) => Array.from(batch.sampleIds, (id) => Math.floor((id - 1) / chunkRows))),
    )
    this.#db.transaction(() => {
      for (const name of allColumns) {
        // The array first: once the record is there, it would be read from chunks that are not, in the narrowest type.
        const array = this.#array(name)
        writeChunks(this.#db, this.#record(name), array, chunks)
      }
      clearStagedBatches(this.#db, this.run.id)
    })()
    this.#staged = []
  }

  #record(name: string): ColumnRecord {
    return (
      getColumnRecord(this.#db, `run:${this.run.id}:${name}`) ??
      insertColumn(
        this.#db,
        `run:${this.run.id}:${name}`,
        encodings[name] ?? 'numbers',
        name.startsWith('top_') ? topK : 1,
      )
    )
  }

  #array(name: string): Packed {
    const known = this.#loaded.get(name)
    if (known !== undefined) return known
    const record = getColumnRecord(this.#db, `run:${this.run.id}:${name}`)
    const array = record === null ? this.#emptyArray(name) : loadColumn(this.#db, record, this.#rowCount)
    for (const batch of this.#staged) applyBatch(name, array, batch)
    this.#loaded.set(name, array)
    return array
  }

  #emptyArray(name: string): Packed {
    const classes = this.#classes.values.length
    if (name === 'predicted') return createCodes(this.#rowCount, classes)
    if (name === 'top_codes') return createCodes(this.#rowCount * topK, classes)
    if (name === 'correct' || name === 'top5_correct') return createCodes(this.#rowCount, 2)
    const length = this.#rowCount * (name === 'top_probabilities' ? topK : 1)
    return new Float32Array(new SharedArrayBuffer(length * 4)).fill(NaN)
  }
}

const encodings: Readonly<Record<string, Encoding>> = {
  predicted: 'codes',
  correct: 'codes',
  top5_correct: 'codes',
  top_codes: 'plain',
  top_probabilities: 'numbers',
}

const allColumns = [
  'predicted',
  'correct',
  'top5_correct',
  ...numberProperties,
  'top_codes',
  'top_probabilities',
] as const

function applyBatch(name: string, array: Packed, batch: StagedBatch): void {
  const n = batch.sampleIds.length
  for (let i = 0; i < n; i++) {
    const row = batch.sampleIds[i]! - 1
    if (row >= array.length) throw new FoibleError('internal', `prediction of an unknown sample ${row + 1}`)
    switch (name) {
      case 'predicted':
        array[row] = batch.topCodes[i * topK]!
        break
      case 'correct':
        array[row] = batch.truthRank[i] === 0 ? 0 : batch.truthRank[i] === 1 ? 2 : 1
        break
      case 'top5_correct':
        array[row] = batch.truthRank[i] === 0 ? 0 : batch.truthRank[i]! <= 5 ? 2 : 1
        break
      case 'confidence':
        array[row] = batch.topProbabilities[i * topK]!
        break
      case 'truth_rank':
        array[row] = batch.truthRank[i] === 0 ? NaN : batch.truthRank[i]!
        break
      case 'truth_confidence':
        array[row] = batch.truthConfidence[i]!
        break
      case 'entropy':
        array[row] = batch.entropy[i]!
        break
      case 'margin':
        array[row] = batch.margin[i]!
        break
      case 'top_codes':
        for (let k = 0; k < topK; k++) array[row * topK + k] = batch.topCodes[i * topK + k]!
        break
      case 'top_probabilities':
        for (let k = 0; k < topK; k++) array[row * topK + k] = batch.topProbabilities[i * topK + k]!
        break
      default:
        throw new Error(`no property ${name satisfies string as NumberProperty}`)
    }
  }
}
