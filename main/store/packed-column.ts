// Packed columns: typed arrays in chunks of 65,536 rows, as blobs. Knows nothing of what the columns mean.
import type { Dictionary } from '#core/columns/column.ts'
import { FoibleError } from '#core/errors.ts'
import { packPlanes, unpackPlanes } from './byte-planes.ts'
import { prepareInsertMany } from './insert-many.ts'
import { type ReadDb, type WriteDb, assertChanges } from './sqlite.ts'

export const chunkRows = 65_536

export type Encoding = 'codes' | 'numbers' | 'bits' | 'plain'
export type Packed = Uint8Array | Uint16Array | Uint32Array | Float32Array | Float64Array
type PackType = 'u8' | 'u16' | 'u32' | 'f32' | 'f64' | 'bits'
/** What a chunk's blob is: the elements as they lie in memory, or their bytes in planes (see byte-planes.ts). */
type ChunkType = PackType | `${PackType}/planes`

interface PackedType {
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): Packed
  readonly BYTES_PER_ELEMENT: number
}

const arrayOf: Readonly<Partial<Record<string, PackedType>>> = {
  u8: Uint8Array,
  u16: Uint16Array,
  u32: Uint32Array,
  f32: Float32Array,
  f64: Float64Array,
  bits: Uint32Array,
}
const mostBytes = 8
/** Wider types come later: a column is loaded as the widest of its chunks. */
const widths: readonly PackType[] = ['u8', 'u16', 'u32', 'f32', 'f64']

export interface ColumnRecord {
  readonly id: number
  readonly name: string
  readonly encoding: Encoding
  readonly stride: number
  readonly version: number
}

export function getColumnRecord(db: ReadDb, name: string): ColumnRecord | null {
  const row = db.prepare('SELECT id, name, encoding, stride, version FROM packed_column WHERE name = ?').get(name)
  return (row as ColumnRecord | undefined) ?? null
}

export function requireColumn(db: ReadDb, id: number): ColumnRecord {
  const row = db.prepare('SELECT id, name, encoding, stride, version FROM packed_column WHERE id = ?').get(id)
  if (row === undefined) throw new Error(`column ${id} is missing`)
  return row as ColumnRecord
}

export function listColumns(db: ReadDb, namesLike: string): ColumnRecord[] {
  const rows = db.prepare('SELECT id, name, encoding, stride, version FROM packed_column WHERE name LIKE ? ORDER BY id')
  return rows.all(namesLike) as ColumnRecord[]
}

export function insertColumn(db: WriteDb, name: string, encoding: Encoding, stride = 1): ColumnRecord {
  const result = db
    .prepare('INSERT INTO packed_column (name, encoding, stride, version) VALUES (?, ?, ?, 1)')
    .run(name, encoding, stride)
  return { id: Number(result.lastInsertRowid), name, encoding, stride, version: 1 }
}

export function deleteColumn(db: WriteDb, id: number): void {
  assertChanges(db.prepare('DELETE FROM packed_column WHERE id = ?').run(id), 1, 'delete column')
}

function packType(record: ColumnRecord, array: Packed): PackType {
  if (record.encoding === 'bits') return 'bits'
  if (array instanceof Uint8Array) return 'u8'
  if (array instanceof Uint16Array) return 'u16'
  if (array instanceof Uint32Array) return 'u32'
  return array instanceof Float32Array ? 'f32' : 'f64'
}

/** Elements of one whole chunk. */
function chunkLength(record: ColumnRecord): number {
  return record.encoding === 'bits' ? chunkRows / 32 : chunkRows * record.stride
}

/** What is read less often than written, or large: the answers of models and other numbers. Codes and bits are read as they are. */
function isPacked(record: ColumnRecord): boolean {
  return record.encoding === 'numbers' || record.encoding === 'plain'
}

/** Writes the named chunks (default all) of a column's array, each with the column's next version. */
export function writeChunks(db: WriteDb, record: ColumnRecord, array: Packed, chunks?: Iterable<number>): void {
  const length = chunkLength(record)
  const type = packType(record, array)
  assertChanges(db.prepare('UPDATE packed_column SET version = version + 1 WHERE id = ?').run(record.id), 1, 'column')
  const write = db.prepare(
    `INSERT INTO chunk (column_id, number, type, version, data)
     VALUES (@id, @number, @type, (SELECT version FROM packed_column WHERE id = @id), @data)
     ON CONFLICT DO UPDATE SET type = excluded.type, version = excluded.version, data = excluded.data`,
  )
  for (const number of chunks ?? Array.from({ length: Math.ceil(array.length / length) }, (_, i) => i)) {
    const part = array.subarray(number * length, (number + 1) * length)
    const bytes = new Uint8Array(part.buffer, part.byteOffset, part.byteLength)
    const planes = isPacked(record) ? packPlanes(bytes, array.BYTES_PER_ELEMENT) : null
    const chunkType: ChunkType = planes === null ? type : `${type}/planes`
    // SQLite copies the bytes at once; a shared buffer must be copied into a plain one for it.
    write.run({ id: record.id, number, type: chunkType, data: planes ?? Buffer.from(bytes) })
  }
}

/** Loads a column over `rowCount` rows into shared memory. Chunks that were never written are missing values. */
export function loadColumn(db: ReadDb, record: ColumnRecord, rowCount: number): Packed {
  const stored = db.prepare('SELECT DISTINCT type FROM chunk WHERE column_id = ?').pluck().all(record.id) as ChunkType[]
  const types = stored.map(elementType)
  const type =
    record.encoding === 'bits' ? 'bits' : (widths.findLast((width) => types.includes(width)) ?? emptyType(record))
  const elements = type === 'bits' ? (rowCount + 31) >>> 5 : rowCount * record.stride
  const array = createShared(type, elements)
  if (type === 'f32' || type === 'f64') array.fill(NaN)
  const length = chunkLength(record)
  const chunks = db
    .prepare('SELECT number, type, data FROM chunk WHERE column_id = ? ORDER BY number')
    .iterate(record.id)
  // For all of them, so that it stays in the processor's cache.
  const unpacked = new Uint8Array(length * array.BYTES_PER_ELEMENT)
  let cut: number | null = null
  for (const chunk of chunks as Iterable<StoredChunk>) {
    const part = readChunk(record, chunk, unpacked)
    // Only the last one may be less than a whole chunk.
    if (cut !== null) throw damagedChunk(record, cut)
    if (part.length < length) cut = chunk.number
    if (part.length > length || chunk.number < 0) throw damagedChunk(record, chunk.number)
    const room = Math.max(0, elements - chunk.number * length)
    if (room === 0 && part.length > 0) throw damagedChunk(record, chunk.number)
    array.set(part.subarray(0, room), chunk.number * length)
  }
  return array
}

/** The elements of one chunk alone; null where it was never written. */
export function loadChunk(db: ReadDb, record: ColumnRecord, number: number): Packed | null {
  const chunk = db
    .prepare('SELECT number, type, data FROM chunk WHERE column_id = ? AND number = ?')
    .get(record.id, number) as StoredChunk | undefined
  return chunk === undefined ? null : readChunk(record, chunk, new Uint8Array(chunkLength(record) * mostBytes))
}

interface StoredChunk {
  readonly number: number
  readonly type: ChunkType
  readonly data: Buffer
}

/** The elements of a chunk, in `unpacked` where they lie in planes. */
function readChunk(record: ColumnRecord, { number, type, data }: StoredChunk, unpacked: Uint8Array): Packed {
  const TypedArray = arrayOf[elementType(type)]
  // A type that this version does not know.
  if (TypedArray === undefined) throw damagedChunk(record, number)
  const size = TypedArray.BYTES_PER_ELEMENT
  if (type.endsWith('/planes')) {
    const elements = unpackPlanes(data, size, unpacked)
    if (elements === null) throw damagedChunk(record, number)
    return new TypedArray(unpacked.buffer, 0, elements)
  }
  if (data.byteLength % size !== 0) throw damagedChunk(record, number)
  // A blob's buffer may start at any offset; a copy is aligned.
  const aligned = data.byteOffset % size === 0 ? data : new Uint8Array(data)
  return new TypedArray(aligned.buffer, aligned.byteOffset, aligned.byteLength / size)
}

function damagedChunk({ name }: ColumnRecord, number: number): FoibleError {
  const message = `The column “${name}” of the dataset is damaged. Restore dataset.sqlite from a copy, or import again.`
  return new FoibleError('broken_file', message, { column: name, chunk: number })
}

function elementType(type: ChunkType): PackType {
  return type.replace('/planes', '') as PackType
}

function createShared(type: PackType, elements: number): Packed {
  const memory = (bytes: number) => new SharedArrayBuffer(elements * bytes)
  switch (type) {
    case 'u8':
      return new Uint8Array(memory(1))
    case 'u16':
      return new Uint16Array(memory(2))
    case 'u32':
    case 'bits':
      return new Uint32Array(memory(4))
    case 'f32':
      return new Float32Array(memory(4))
    case 'f64':
      return new Float64Array(memory(8))
  }
}

function emptyType(record: ColumnRecord): PackType {
  return record.encoding === 'numbers' ? 'f32' : 'u8'
}

export function insertDictionary(db: WriteDb, columnId: number, values: readonly string[], firstCode = 1): void {
  const insert = prepareInsertMany(db, 'dictionary', ['column_id', 'code', 'value'])
  insert(values.length, (i) => [columnId, firstCode + i, values[i]!])
}

export function listDictionary(db: ReadDb, columnId: number): string[] {
  return db.prepare('SELECT value FROM dictionary WHERE column_id = ? ORDER BY code').pluck().all(columnId) as string[]
}

export function loadDictionary(db: ReadDb, columnId: number, kind: Dictionary['kind']): Dictionary {
  return { values: listDictionary(db, columnId), kind, ids: null }
}
