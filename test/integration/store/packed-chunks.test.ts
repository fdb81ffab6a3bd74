// Chunks as they lie in the file: numbers in planes of bytes, and answers that are read a chunk at a time.
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { datasetFile } from '#store/migrations/dataset.ts'
import { chunkRows, insertColumn, loadChunk, loadColumn, writeChunks } from '#store/packed-column.ts'
import { topK } from '#store/run-arrays.ts'
import { RunColumns } from '#store/run-columns.ts'
import { insertRun, listRuns } from '#store/run-table.ts'
import { type WriteDb, openDatabase } from '#store/sqlite.ts'
import type { StagedBatch } from '#store/staged-batch.ts'
import { createTempFolder } from '../../support/temp-folder.ts'

const rowCount = 2 * chunkRows + 700

async function openFile(): Promise<WriteDb> {
  const db = openDatabase(path.join(await createTempFolder(), 'dataset.sqlite'), datasetFile)
  onTestFinished(() => void db.close())
  return db
}

function sineValues(length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => (i % 11 === 0 ? NaN : Math.sin(i)))
}

function storedTypes(db: WriteDb, column: number): unknown[] {
  return db.prepare('SELECT DISTINCT type FROM chunk WHERE column_id = ? ORDER BY type').pluck().all(column)
}

describe('chunks of numbers', () => {
  it('[PQ14] take less room than their numbers and read as the same bits', async () => {
    const db = await openFile()
    const values = sineValues(rowCount)
    const record = insertColumn(db, 'trial', 'numbers')
    writeChunks(db, record, values)
    expect(storedTypes(db, record.id)).toEqual(['f32/planes'])
    const size = db.prepare('SELECT sum(length(data)) FROM chunk WHERE column_id = ?').pluck().get(record.id)
    expect(size).toBeLessThan(values.byteLength * 0.9)
    expect(loadColumn(db, record, rowCount)).toEqual(values)
    expect(loadChunk(db, record, 1)).toEqual(values.slice(chunkRows, 2 * chunkRows))
    expect(loadChunk(db, record, 3)).toBeNull()
  })

  it('[PQ15] may lie beside chunks of other widths, whole or in planes', async () => {
    const db = await openFile()
    const record = insertColumn(db, 'trial', 'numbers')
    const doubles = Float64Array.from({ length: rowCount }, (_, i) => (i < chunkRows ? 0.1 : i))
    writeChunks(db, record, sineValues(rowCount))
    writeChunks(db, record, doubles, [0])
    // As files from before have them.
    const plain = new Uint8Array(sineValues(700).buffer)
    db.prepare(`UPDATE chunk SET type = 'f32', data = ? WHERE column_id = ? AND number = 2`).run(plain, record.id)
    expect(storedTypes(db, record.id)).toEqual(['f32', 'f32/planes', 'f64/planes'])
    const expected = Float64Array.from([
      ...doubles.subarray(0, chunkRows),
      ...sineValues(rowCount).subarray(chunkRows, 2 * chunkRows),
      ...sineValues(700),
    ])
    expect(loadColumn(db, record, rowCount)).toEqual(expected)
  })

  it('[PQ16] are told as damaged where they are cut, too long or of an unknown kind', async () => {
    const db = await openFile()
    const record = insertColumn(db, 'trial', 'numbers')
    writeChunks(db, record, sineValues(rowCount))
    const broken = expect.objectContaining({ code: 'broken_file', details: { column: 'trial', chunk: 1 } })
    const change = (sql: string) =>
      db.prepare(`UPDATE chunk SET ${sql} WHERE column_id = ? AND number = 1`).run(record.id)
    change(`type = 'f32/later'`)
    expect(() => loadColumn(db, record, rowCount)).toThrowError(broken)
    change(`type = 'f32/planes', data = substr(data, 1, length(data) - 1)`)
    expect(() => loadColumn(db, record, rowCount)).toThrowError(broken)
    expect(() => loadChunk(db, record, 1)).toThrowError(broken)
    const filled = new Uint8Array(4 * (chunkRows + 1))
    for (const bytes of [400, 4 * (chunkRows + 1)]) {
      db.prepare(`UPDATE chunk SET type = 'f32', data = ? WHERE column_id = ? AND number = 1`).run(
        filled.subarray(0, bytes),
        record.id,
      )
      expect(() => loadColumn(db, record, rowCount)).toThrowError(broken)
    }
  })
})

describe('answers', () => {
  it('[PQ17] are the same read by the chunk or as a whole, in any order, and with what is staged', async () => {
    const db = await openFile()
    insertRun(db, newRun, classes)
    const written = new RunColumns(db, listRuns(db)[0]!, rowCount)
    // Every second row of two chunks, and none of the last.
    written.append(answersOf(Array.from({ length: chunkRows }, (_, i) => i * 2)), [])
    written.fold()
    const whole = (row: number) => expectedAnswers(row < 2 * chunkRows && row % 2 === 0 ? row : null)
    const read = new RunColumns(db, listRuns(db)[0]!, rowCount)
    const rows = [0, 1, 2, chunkRows - 1, chunkRows, 2 * chunkRows - 2, 2 * chunkRows, rowCount - 1]
    for (let round = 0; round < 3; round++) {
      for (const row of rows.toReversed()) {
        expect(written.answers(row)).toEqual(whole(row))
        expect(read.answers(row)).toEqual(whole(row))
      }
    }
    const again = new RunColumns(db, listRuns(db)[0]!, rowCount)
    expect(again.answers(1)).toEqual([])
    again.append(answersOf([1]), [])
    expect(again.answers(1)).toEqual(expectedAnswers(1))
    expect(again.answers(2)).toEqual(expectedAnswers(2))
  })
})

const classes = Array.from({ length: 900 }, (_, i) => ({ name: `class ${i}`, labelId: i }))
const newRun = {
  model: 'm',
  modelName: null,
  modelSha256: null,
  protocol: 'unmasked',
  provider: 'cpu',
  state: 'running',
  labelSpace: 'own',
  preprocessing: 'none',
  unmappedClasses: [],
  imagesPerSecond: null,
  startedAt: '2026-01-01T00:00:00.000Z',
  settings: {},
} as const

function codeOf(row: number, place: number): number {
  return 1 + ((row + place) % classes.length)
}

function expectedAnswers(row: number | null) {
  if (row === null) return []
  return Array.from({ length: topK }, (_, k) => ({ code: codeOf(row, k), probability: Math.fround(1 / (row + k + 2)) }))
}

function answersOf(rows: readonly number[]): StagedBatch {
  const places = rows.flatMap((row) => Array.from({ length: topK }, (_, k) => [row, k] as const))
  const none = () => new Float32Array(rows.length).fill(NaN)
  return {
    sampleIds: Uint32Array.from(rows, (row) => row + 1),
    topCodes: Uint32Array.from(places, ([row, k]) => codeOf(row, k)),
    topProbabilities: Float32Array.from(places, ([row, k]) => 1 / (row + k + 2)),
    entropy: none(),
    margin: none(),
    truthConfidence: none(),
    truthRank: new Uint32Array(rows.length),
  }
}
