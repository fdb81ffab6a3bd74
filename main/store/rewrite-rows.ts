// Renumbers a dataset's samples: some go, some come, the others move. Everything that counts rows moves with them, at once.
import { createBitset, setBit, testBit } from '#core/columns/bitset.ts'
import { getMeta, putMeta } from './dataset-tables.ts'
import { rewriteHistoryRows } from './history-table.ts'
import { renumberKeptVectors } from './kept-vector-table.ts'
import { type ColumnRecord, type Packed, chunkRows, loadColumn, writeChunks } from './packed-column.ts'
import { type SampleRecord, prepareInsertSample } from './sample-table.ts'
import type { WriteDb } from './sqlite.ts'
import { type StagedBatch, decodeStagedBatch, encodeStagedBatch } from './staged-batch.ts'

/** Stands in `keep` for a row that is new. */
export const newRow = -1

/** What a row that is new is inserted with. */
export type NewSample = Pick<SampleRecord, 'fileName' | 'locator' | 'sha256'>

/**
 * Makes row `i` the sample that row `keep[i]` was, or a new one (`newRow`) that `describeNew(i)` describes and whose values
 * are all missing. Rows that are not in `keep` go, with their tags, values and predictions. One transaction: columns,
 * samples, runs, findings, history, and the meta record with the next `rowsVersion`. Whoever holds columns in memory
 * must read them again: use `DatasetHandle.rewriteRows`.
 */
export function rewriteRows(db: WriteDb, keep: Int32Array, describeNew: (row: number) => NewSample): void {
  const meta = getMeta(db)
  if (meta === null) throw new Error('rows of an unfinished import')
  checkKeep(keep, meta.samples)
  db.transaction(() => {
    db.pragma('defer_foreign_keys = ON')
    rewriteColumns(db, keep, meta.samples)
    createKeptTable(db, keep)
    moveFailures(db)
    moveSamples(db)
    db.exec('DROP TABLE temp.kept')
    const insert = prepareInsertSample(db)
    keep.forEach((old, row) => old === newRow && insert({ id: row + 1, ...describeNew(row) }))
    const idOf = newIds(keep, meta.samples)
    rewriteStaged(db, idOf)
    renumberKeptVectors(db, idOf)
    // What was tagged can still be taken back, from the samples that stay.
    rewriteHistoryRows(db, (rows) => moveBits(rows, keep))
    if (keep.includes(newRow)) db.prepare(`UPDATE run SET state = 'partial' WHERE state = 'done'`).run()
    putMeta(db, { ...meta, samples: keep.length, rowsVersion: (meta.rowsVersion ?? 0) + 1 })
  })()
}

function checkKeep(keep: Int32Array, rows: number): void {
  const seen = createBitset(rows)
  for (const old of keep) {
    if (old === newRow) continue
    if (old < 0 || old >= rows || testBit(seen, old))
      throw new Error(`row ${old} of ${rows} cannot be kept, or is twice`)
    setBit(seen, old)
  }
}

/** A temporary table of the rows that stay: `new_id`, `old_id` (sample ids). Whoever makes it drops it. */
export function createKeptTable(db: WriteDb, keep: Int32Array): void {
  db.exec('CREATE TEMP TABLE kept (new_id INTEGER PRIMARY KEY, old_id INTEGER NOT NULL)')
  const insert = db.prepare('INSERT INTO temp.kept (new_id, old_id) VALUES (?, ?)')
  keep.forEach((old, row) => old !== newRow && insert.run(row + 1, old + 1))
  db.exec('CREATE UNIQUE INDEX temp.kept_old ON kept (old_id)')
}

function moveSamples(db: WriteDb): void {
  db.exec(`
    CREATE TEMP TABLE moved AS
      SELECT new_id AS id, file_name, locator, sha256, problem FROM temp.kept JOIN sample ON sample.id = old_id;
    DELETE FROM sample;
    INSERT INTO sample (id, file_name, locator, sha256, problem)
      SELECT id, file_name, locator, sha256, problem FROM temp.moved ORDER BY id;
    DROP TABLE temp.moved;
  `)
}

function moveFailures(db: WriteDb): void {
  db.exec(`
    CREATE TEMP TABLE moved AS
      SELECT run_id, new_id AS sample_id, message FROM temp.kept JOIN prediction_failure ON sample_id = old_id;
    DELETE FROM prediction_failure;
    INSERT INTO prediction_failure (run_id, sample_id, message) SELECT run_id, sample_id, message FROM temp.moved;
    DROP TABLE temp.moved;
  `)
}

function rewriteColumns(db: WriteDb, keep: Int32Array, oldRows: number): void {
  const records = db
    .prepare('SELECT id, name, encoding, stride, version FROM packed_column')
    .all() as readonly ColumnRecord[]
  const dropChunks = db.prepare('DELETE FROM chunk WHERE column_id = ? AND number >= ?')
  for (const record of records) {
    const old = loadColumn(db, record, oldRows)
    writeChunks(db, record, movePacked(old, keep, record))
    dropChunks.run(record.id, Math.ceil(keep.length / chunkRows))
  }
}

/** Row `i` of the result is row `keep[i]` of a column; missing where that is `newRow`. */
export function movePacked(old: Packed, keep: Int32Array, record: ColumnRecord): Packed {
  return record.encoding === 'bits' ? moveBits(old, keep) : moveValues(old, keep, record)
}

function moveBits(old: Packed, keep: Int32Array): Uint32Array {
  if (!(old instanceof Uint32Array)) throw new Error('a bitset of another type')
  const bits = createBitset(keep.length)
  keep.forEach((from, row) => from !== newRow && testBit(old, from) && setBit(bits, row))
  return bits
}

function moveValues(old: Packed, keep: Int32Array, { stride }: ColumnRecord): Packed {
  const moved = emptyLike(old, keep.length * stride)
  keep.forEach((from, row) => {
    if (from === newRow) return
    for (let k = 0; k < stride; k++) moved[row * stride + k] = old[from * stride + k]!
  })
  return moved
}

/** Missing values: 0 is none for codes and counts, NaN for numbers. */
function emptyLike(old: Packed, length: number): Packed {
  if (old instanceof Uint8Array) return new Uint8Array(length)
  if (old instanceof Uint16Array) return new Uint16Array(length)
  if (old instanceof Uint32Array) return new Uint32Array(length)
  return old instanceof Float32Array ? new Float32Array(length).fill(NaN) : new Float64Array(length).fill(NaN)
}

/** By old row: the sample's new id, 0 where it goes. */
function newIds(keep: Int32Array, oldRows: number): Uint32Array {
  const ids = new Uint32Array(oldRows)
  keep.forEach((old, row) => old !== newRow && (ids[old] = row + 1))
  return ids
}

function rewriteStaged(db: WriteDb, idOf: Uint32Array): void {
  const rows = db.prepare('SELECT rowid AS row, data FROM staged_batch').all() as { row: number; data: Buffer }[]
  const update = db.prepare('UPDATE staged_batch SET data = ? WHERE rowid = ?')
  const remove = db.prepare('DELETE FROM staged_batch WHERE rowid = ?')
  for (const { row, data } of rows) {
    const batch = decodeStagedBatch(data)
    const kept = Array.from(batch.sampleIds, (id, at) => ({ id: idOf[id - 1] ?? 0, at })).filter(({ id }) => id > 0)
    if (kept.length === 0) remove.run(row)
    else update.run(encodeStagedBatch(pick(batch, kept)), row)
  }
}

function pick(batch: StagedBatch, kept: readonly { readonly id: number; readonly at: number }[]): StagedBatch {
  const width = batch.topCodes.length / batch.sampleIds.length
  const wide = kept.flatMap(({ at }) => Array.from({ length: width }, (_, k) => at * width + k))
  const single = kept.map(({ at }) => at)
  return {
    ...batch,
    sampleIds: Uint32Array.from(kept, ({ id }) => id),
    topCodes: Uint32Array.from(wide, (at) => batch.topCodes[at]!),
    topProbabilities: Float32Array.from(wide, (at) => batch.topProbabilities[at]!),
    entropy: Float32Array.from(single, (at) => batch.entropy[at]!),
    margin: Float32Array.from(single, (at) => batch.margin[at]!),
    truthConfidence: Float32Array.from(single, (at) => batch.truthConfidence[at]!),
    truthRank: Uint32Array.from(single, (at) => batch.truthRank[at]!),
  }
}
