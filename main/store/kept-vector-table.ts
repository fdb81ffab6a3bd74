// Rows of `kept_vector`: what a run keeps of its images beyond their top five, as blocks of many images. Knows nothing of what the
// numbers mean.
import { FoibleError } from '#core/errors.ts'
import type { KeptKind } from '#core/sample.ts'
import type { ReadDb, WriteDb } from './sqlite.ts'

/** n samples and n x size numbers, as the bits of binary16. A row of the table is a block, named by its lowest sample id. */
export interface VectorBlock {
  readonly sampleIds: Uint32Array
  readonly halves: Uint16Array
}

/**
 * Of a block in the table, at most and roughly: SQLite's pages are filled to less than half by vectors that stand alone, and a
 * block of many pages is read in one go.
 */
const fullBlockBytes = 2 ** 18
/** The count before the ids. */
const headBytes = Uint32Array.BYTES_PER_ELEMENT
/** Blocks read together; between two such reads others have their turn. */
const blocksTogether = 32

/** Each sample of a run and kind comes once: whoever stores a batch asks `listKeptSamples` first. */
export function insertKeptVectors(db: WriteDb, runId: number, kind: KeptKind, block: VectorBlock): void {
  if (block.sampleIds.length === 0) return
  prepareInsert(db).run(runId, kind, lowest(block.sampleIds), encodeBlock(block))
}

/** Ids of the samples that have a vector, in no order. */
export function listKeptSamples(db: ReadDb, runId: number, kind: KeptKind): Uint32Array {
  const blocks = db.prepare('SELECT data FROM kept_vector WHERE run_id = ? AND kind = ?').pluck()
  const found: Uint32Array[] = []
  for (const data of blocks.iterate(runId, kind) as Iterable<Buffer>) found.push(decodeBlock(data).sampleIds)
  return joinIds(found)
}

/** How many samples have a vector of `size` numbers, and the bytes that these take. Reads no vector. */
export function countKeptVectors(
  db: ReadDb,
  runId: number,
  kind: KeptKind,
  size: number,
): { readonly samples: number; readonly bytes: number } {
  const perSample = Uint32Array.BYTES_PER_ELEMENT + size * Uint16Array.BYTES_PER_ELEMENT
  return db
    .prepare(
      `SELECT coalesce(sum((length(data) - ${headBytes}) / ?), 0) AS samples, coalesce(sum(length(data)), 0) AS bytes
       FROM kept_vector WHERE run_id = ? AND kind = ?`,
    )
    .get(perSample, runId, kind) as { samples: number; bytes: number }
}

/** Some of the blocks with a key above `after` (0 = from the start) in the order of their keys; none at the end. */
export function readKeptBlocks(
  db: ReadDb,
  runId: number,
  kind: KeptKind,
  after: number,
): { readonly blocks: readonly VectorBlock[]; readonly last: number } {
  const rows = db
    .prepare(
      `SELECT sample_id AS key, data FROM kept_vector WHERE run_id = ? AND kind = ? AND sample_id > ?
       ORDER BY sample_id LIMIT ?`,
    )
    .all(runId, kind, after, blocksTogether) as { key: number; data: Buffer }[]
  return { blocks: rows.map(({ data }) => decodeBlock(data)), last: rows.at(-1)?.key ?? after }
}

/** Joins small blocks that follow each other. Inside the caller's transaction. */
export function joinKeptBlocks(db: WriteDb, runId: number, kind: KeptKind): void {
  const sizes = db
    .prepare(
      'SELECT sample_id AS key, length(data) AS bytes FROM kept_vector WHERE run_id = ? AND kind = ? ORDER BY key',
    )
    .all(runId, kind) as { key: number; bytes: number }[]
  let group: number[] = []
  let bytes = 0
  const read = db.prepare('SELECT data FROM kept_vector WHERE run_id = ? AND kind = ? AND sample_id = ?').pluck()
  const remove = db.prepare('DELETE FROM kept_vector WHERE run_id = ? AND kind = ? AND sample_id = ?')
  const join = () => {
    if (group.length > 1) {
      const blocks = group.map((key) => decodeBlock(read.get(runId, kind, key) as Buffer))
      for (const key of group) remove.run(runId, kind, key)
      insertKeptVectors(db, runId, kind, joinBlocks(blocks))
    }
    group = []
    bytes = 0
  }
  for (const block of sizes) {
    if (bytes + block.bytes > fullBlockBytes) join()
    group.push(block.key)
    bytes += block.bytes
  }
  join()
}

/** Gives samples other ids, or none (0), in every block of the dataset. Inside the caller's transaction. */
export function renumberKeptVectors(db: WriteDb, idOf: Uint32Array): void {
  if (idOf.every((id, row) => id === row + 1)) return
  db.exec('CREATE TEMP TABLE moved (run_id INTEGER, kind TEXT, sample_id INTEGER, data BLOB)')
  const insert = db.prepare('INSERT INTO temp.moved (run_id, kind, sample_id, data) VALUES (?, ?, ?, ?)')
  const keys = db.prepare('SELECT run_id AS run, kind, sample_id AS key FROM kept_vector').all() as BlockKey[]
  for (const { run, kind, key } of keys) {
    const moved = renumber(readBlock(db, run, kind, key), idOf)
    if (moved.sampleIds.length > 0) insert.run(run, kind, lowest(moved.sampleIds), encodeBlock(moved))
  }
  db.exec(`
    DELETE FROM kept_vector;
    INSERT INTO kept_vector (run_id, kind, sample_id, data) SELECT run_id, kind, sample_id, data FROM temp.moved;
    DROP TABLE temp.moved;
  `)
}

/** Takes the vectors of these samples out of a run. Inside the caller's transaction. */
export function deleteKeptVectors(db: WriteDb, runId: number, kind: KeptKind, sampleIds: readonly number[]): void {
  if (sampleIds.length === 0) return
  const gone = new Set(sampleIds)
  const keys = db
    .prepare('SELECT run_id AS run, kind, sample_id AS key FROM kept_vector WHERE run_id = ? AND kind = ?')
    .all(runId, kind) as BlockKey[]
  const remove = db.prepare('DELETE FROM kept_vector WHERE run_id = ? AND kind = ? AND sample_id = ?')
  for (const { run, key } of keys) {
    const block = readBlock(db, run, kind, key)
    if (!block.sampleIds.some((id) => gone.has(id))) continue
    const greatest = block.sampleIds.reduce((most, id) => Math.max(most, id), 0)
    const idOf = Uint32Array.from({ length: greatest }, (_, i) => (gone.has(i + 1) ? 0 : i + 1))
    remove.run(run, kind, key)
    insertKeptVectors(db, run, kind, renumber(block, idOf))
  }
}

/** Copies a run's vectors into another dataset, whose samples have other ids (0 = not there). */
export function copyKeptVectors(from: ReadDb, fromRun: number, to: WriteDb, toRun: number, idOf: Uint32Array): void {
  const keys = from
    .prepare('SELECT run_id AS run, kind, sample_id AS key FROM kept_vector WHERE run_id = ?')
    .all(fromRun) as BlockKey[]
  for (const { run, kind, key } of keys) {
    insertKeptVectors(to, toRun, kind, renumber(readBlock(from, run, kind, key), idOf))
  }
}

interface BlockKey {
  readonly run: number
  readonly kind: KeptKind
  readonly key: number
}

function readBlock(db: ReadDb, run: number, kind: KeptKind, key: number): VectorBlock {
  const data = db.prepare('SELECT data FROM kept_vector WHERE run_id = ? AND kind = ? AND sample_id = ?').pluck()
  return decodeBlock(data.get(run, kind, key) as Buffer)
}

function prepareInsert(db: WriteDb) {
  return db.prepare('INSERT INTO kept_vector (run_id, kind, sample_id, data) VALUES (?, ?, ?, ?)')
}

/** The count, the ids, the numbers. */
function encodeBlock({ sampleIds, halves }: VectorBlock): Buffer {
  const part = (array: Uint32Array | Uint16Array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
  return Buffer.concat([part(Uint32Array.of(sampleIds.length)), part(sampleIds), part(halves)])
}

function decodeBlock(data: Uint8Array): VectorBlock {
  // A blob's buffer may start at any offset; the copy is aligned.
  const { buffer } = new Uint8Array(data)
  const count = data.length < headBytes ? 0 : (new Uint32Array(buffer, 0, 1)[0] ?? 0)
  const start = headBytes + count * Uint32Array.BYTES_PER_ELEMENT
  const values = (data.length - start) / Uint16Array.BYTES_PER_ELEMENT
  if (count === 0 || values < 0 || !Number.isInteger(values / count)) {
    const message =
      'The kept vectors of a run are damaged. Restore dataset.sqlite from a copy, or delete the run and predict again.'
    throw new FoibleError('broken_file', message, { count, bytes: data.length })
  }
  return { sampleIds: new Uint32Array(buffer, headBytes, count), halves: new Uint16Array(buffer, start) }
}

function joinBlocks(blocks: readonly VectorBlock[]): VectorBlock {
  const halves = new Uint16Array(blocks.reduce((sum, block) => sum + block.halves.length, 0))
  let at = 0
  for (const block of blocks) {
    halves.set(block.halves, at)
    at += block.halves.length
  }
  return { sampleIds: joinIds(blocks.map(({ sampleIds }) => sampleIds)), halves }
}

function joinIds(parts: readonly Uint32Array[]): Uint32Array {
  const ids = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    ids.set(part, at)
    at += part.length
  }
  return ids
}

function renumber(block: VectorBlock, idOf: Uint32Array): VectorBlock {
  const size = block.halves.length / block.sampleIds.length
  const kept = Array.from(block.sampleIds, (id, at) => ({ id: idOf[id - 1] ?? 0, at })).filter(({ id }) => id > 0)
  const halves = new Uint16Array(kept.length * size)
  kept.forEach(({ at }, i) => halves.set(block.halves.subarray(at * size, (at + 1) * size), i * size))
  return { sampleIds: Uint32Array.from(kept, ({ id }) => id), halves }
}

/** Without spreading: a block may have more ids than a call takes arguments. */
function lowest(ids: Uint32Array): number {
  return ids.reduce((least, id) => Math.min(least, id), Infinity)
}
