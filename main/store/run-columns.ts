// One run's predictions in memory: the columns of its properties, and how finished batches become part of them.
import { type Codes, type Column, type Dictionary, createCodes } from '#core/columns/column.ts'
import type { RunProperty } from '#core/filter/expr.ts'
import { type KeptKind, keptKinds } from '#core/sample.ts'
import { type VectorBlock, deleteKeptVectors, insertKeptVectors, joinKeptBlocks } from './kept-vector-table.ts'
import {
  type ColumnRecord,
  type Packed,
  chunkRows,
  getColumnRecord,
  insertColumn,
  insertDictionary,
  listDictionary,
  loadChunk,
  loadColumn,
  writeChunks,
} from './packed-column.ts'
import { ColumnChanges } from './column-changes.ts'
import { type PackedSource, readPacked } from './packed-source.ts'
import { type Judgements, applyBatch, encodings, judgedColumns, runArrays, setJudgements, topK } from './run-arrays.ts'
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

const booleans: Dictionary = { values: ['false', 'true'], kind: 'boolean', ids: null }

/** What is kept of a batch, by kind. */
export type KeptBlocks = Readonly<Partial<Record<KeptKind, VectorBlock>>>

/** Kept answers of the rows from `firstRow` on, `topK` a row. */
interface AnswerChunk {
  readonly firstRow: number
  readonly codes: Packed
  readonly probabilities: Packed
}

/** So many wait before they are joined: one by one, their pages would be written again and again. */
const looseBlocks = 32

/** What a run stores of each sample, as arrays over the rows of the dataset. */
export class RunColumns {
  readonly run: RunRecord
  readonly #db: WriteDb
  readonly #rowCount: number
  readonly #arrays: PackedSource
  readonly #changes: ColumnChanges
  readonly #classes: Dictionary
  readonly #loaded = new Map<string, Packed>()
  #staged: StagedBatch[]
  #answerChunk: AnswerChunk | null = null
  #chunkReads = 0
  #providers: readonly string[]
  /** Blocks of kept vectors since the last ones were joined. */
  readonly #looseBlocks: Record<KeptKind, number> = { logits: 0, embedding: 0 }

  constructor(
    db: WriteDb,
    run: RunRecord,
    rowCount: number,
    arrays: PackedSource = readPacked,
    changes: ColumnChanges = new ColumnChanges(),
  ) {
    this.run = run
    this.#db = db
    this.#rowCount = rowCount
    this.#arrays = arrays
    this.#changes = changes
    const classes = listRunClasses(db, run.id)
    const hasIds = classes.every((entry) => entry.labelId !== null)
    this.#classes = {
      values: classes.map((entry) => entry.name),
      kind: 'text',
      ids: hasIds ? classes.map((entry) => entry.labelId!) : null,
    }
    this.#staged = listStagedBatches(db, run.id).map(decodeStagedBatch)
    const providers = getColumnRecord(db, `run:${run.id}:provider`)
    this.#providers = providers === null ? [] : listDictionary(db, providers.id)
  }

  /** Execution providers that made its predictions, in the order in which they came in. */
  get providers(): readonly string[] {
    return this.#providers
  }

  /** The execution provider that made the prediction of a row; null where that was not noted. */
  provider(row: number): string | null {
    return this.#providers[this.#array('provider')[row]! - 1] ?? null
  }

  get predicted(): { readonly codes: Codes; readonly dictionary: Dictionary } {
    return { codes: this.#array('predicted') as Codes, dictionary: this.#classes }
  }

  /** 0 = not judged, 1 = wrong, 2 = right. */
  get correct(): Uint8Array {
    return this.#array('correct') as Uint8Array
  }

  /** By row: the place of the truth (NaN = not judged) and its probability (NaN = unknown). */
  get truth(): { readonly ranks: Float32Array; readonly confidences: Float32Array } {
    return {
      ranks: this.#array('truth_rank') as Float32Array,
      confidences: this.#array('truth_confidence') as Float32Array,
    }
  }

  /** The array of a property or of `top_codes` and the like, with what is staged. */
  packed(name: string): Packed {
    return this.#array(name)
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
    const { firstRow, codes, probabilities } = this.#answersAround(row)
    const answers = []
    for (let k = 0, at = (row - firstRow) * topK; k < topK; k++, at++) {
      const code = codes[at]!
      if (code !== 0) answers.push({ code, probability: probabilities[at]! })
    }
    return answers
  }

  /**
   * Stores one batch with what is kept of it, which may be of samples that have their answers already: a single transaction, then the
   * arrays in memory.
   * @param provider What made it; null where that is not known.
   */
  append(
    batch: StagedBatch,
    failures: readonly { readonly sampleId: number; readonly message: string }[],
    kept: KeptBlocks = {},
    provider: string | null = null,
  ): void {
    const isNew = provider !== null && batch.sampleIds.length > 0 && !this.#providers.includes(provider)
    const providers = isNew ? [...this.#providers, provider] : this.#providers
    const staged = provider === null ? batch : { ...batch, providerCode: providers.indexOf(provider) + 1 }
    this.#db.transaction(() => {
      if (isNew) insertDictionary(this.#db, this.#record('provider').id, [provider], providers.length)
      if (batch.sampleIds.length > 0) insertStagedBatch(this.#db, this.run.id, encodeStagedBatch(staged))
      deleteFailures(this.#db, this.run.id, batch.sampleIds)
      for (const failure of failures) insertFailure(this.#db, this.run.id, failure.sampleId, failure.message)
      this.#keep(kept)
    })()
    this.#providers = providers
    if (batch.sampleIds.length === 0) return
    this.#changes.noteWrite()
    this.#staged.push(staged)
    this.#answerChunk = null
    for (const [name, array] of this.#loaded) applyBatch(name, array, staged)
    if (this.#staged.reduce((rows, { sampleIds }) => rows + sampleIds.length, 0) >= chunkRows) this.fold()
  }

  /** Takes the predictions of some samples back, as if they had not been made, and of others what was kept of them. */
  retract(sampleIds: readonly number[], kept: ReadonlyMap<KeptKind, readonly number[]>): void {
    const n = sampleIds.length
    const none = {
      sampleIds: Uint32Array.from(sampleIds),
      topCodes: new Uint32Array(n * topK),
      topProbabilities: new Float32Array(n * topK).fill(NaN),
      entropy: new Float32Array(n).fill(NaN),
      margin: new Float32Array(n).fill(NaN),
      truthConfidence: new Float32Array(n).fill(NaN),
      truthRank: new Uint32Array(n),
    }
    this.#db.transaction(() => {
      for (const [kind, ids] of kept) deleteKeptVectors(this.#db, this.run.id, kind, ids)
      this.append(none, [])
    })()
  }

  #keep(kept: KeptBlocks): void {
    for (const kind of keptKinds) {
      const block = kept[kind]
      if (block === undefined) continue
      insertKeptVectors(this.#db, this.run.id, kind, block)
      if (++this.#looseBlocks[kind] < looseBlocks) continue
      joinKeptBlocks(this.#db, this.run.id, kind)
      this.#looseBlocks[kind] = 0
    }
  }

  /** Moves the staged batches into the run's chunks, in one transaction. */
  fold(): void {
    if (this.#staged.length === 0) return
    const chunks = new Set(
      this.#staged.flatMap((batch) => Array.from(batch.sampleIds, (id) => Math.floor((id - 1) / chunkRows))),
    )
    this.#db.transaction(() => {
      for (const name of runArrays) {
        if (name === 'provider' && this.#providers.length === 0) continue
        // The array first: once the record is there, it would be read from chunks that are not, in the narrowest type.
        const array = this.#array(name)
        writeChunks(this.#db, this.#record(name), array, chunks)
      }
      clearStagedBatches(this.#db, this.run.id)
    })()
    this.#staged = []
  }

  /**
   * Writes other judgements of rows that have predictions, inside the caller's transaction and with nothing staged. The
   * returned function does the same in memory: call it once the transaction stands.
   */
  writeJudgements(judgements: Judgements): () => void {
    if (this.#staged.length > 0) throw new Error(`run ${this.run.id} is judged with batches still staged`)
    const chunks = new Set(Array.from(judgements.rows, (row) => Math.floor(row / chunkRows)))
    for (const name of judgedColumns) {
      const array = this.#array(name).slice()
      setJudgements(name, array, judgements)
      writeChunks(this.#db, this.#record(name), array, chunks)
    }
    return () => {
      this.#changes.noteWrite()
      for (const name of judgedColumns) setJudgements(name, this.#array(name), judgements)
    }
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

  /**
   * Answers are most of what a run is, and few of them are looked at: they are read a chunk at a time, until that was done so
   * often that they were worth reading as a whole.
   */
  #answersAround(row: number): AnswerChunk {
    const isWorthIt = this.#chunkReads > Math.ceil(this.#rowCount / chunkRows)
    if (isWorthIt || this.#loaded.has('top_codes') || this.#staged.length > 0 || this.#arrays !== readPacked) {
      return { firstRow: 0, codes: this.#array('top_codes'), probabilities: this.#array('top_probabilities') }
    }
    const number = Math.floor(row / chunkRows)
    const firstRow = number * chunkRows
    if (this.#answerChunk?.firstRow === firstRow) return this.#answerChunk
    const read = (name: string) => {
      const record = getColumnRecord(this.#db, `run:${this.run.id}:${name}`)
      return (record && loadChunk(this.#db, record, number)) ?? new Uint8Array(chunkRows * topK)
    }
    this.#chunkReads++
    return (this.#answerChunk = { firstRow, codes: read('top_codes'), probabilities: read('top_probabilities') })
  }

  #array(name: string): Packed {
    const known = this.#loaded.get(name)
    if (known !== undefined) return known
    const array = this.#arrays({ kind: 'run', run: this.run.id, property: name }, () => this.#read(name))
    this.#loaded.set(name, array)
    return array
  }

  #read(name: string): Packed {
    const record = getColumnRecord(this.#db, `run:${this.run.id}:${name}`)
    const array = record === null ? this.#emptyArray(name) : loadColumn(this.#db, record, this.#rowCount)
    for (const batch of this.#staged) applyBatch(name, array, batch)
    return array
  }

  #emptyArray(name: string): Packed {
    const classes = this.#classes.values.length
    if (name === 'predicted') return createCodes(this.#rowCount, classes)
    if (name === 'top_codes') return createCodes(this.#rowCount * topK, classes)
    if (name === 'correct' || name === 'top5_correct') return createCodes(this.#rowCount, 2)
    if (name === 'provider') return createCodes(this.#rowCount, mostProviders)
    const length = this.#rowCount * (name === 'top_probabilities' ? topK : 1)
    return new Float32Array(new SharedArrayBuffer(length * 4)).fill(NaN)
  }
}

/** More than there are, with a few servers. */
const mostProviders = 255
