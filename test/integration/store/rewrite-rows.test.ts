// Renumbering samples: what moves moves whole, what goes is gone, and whatever fails leaves all as it was.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bitsetOf, rowsOf } from '#core/columns/bitset.ts'
import type { Path } from '#core/filter/expr.ts'
import { runProperties } from '#core/filter/expr.ts'
import { readValue } from '#engine/columns/read-values.ts'
import { DatasetHandle } from '#engine/dataset-handle.ts'
import { getNewestDone, insertHistory } from '#store/history-table.ts'
import { insertColumn, loadColumn, writeChunks } from '#store/packed-column.ts'
import { newRow } from '#store/rewrite-rows.ts'
import { insertFailure, listFailedSamples } from '#store/run-table.ts'
import { getSample, setProblem } from '#store/sample-table.ts'
import { projectRoot } from '../../support/test-engine.ts'
import { models, openRandomDataset, randomRow } from './random-dataset.ts'

const newSample = (row: number) => ({
  fileName: `new ${row}.png`,
  locator: { kind: 'parquet', file: 'p', column: 'image', row } as const,
  sha256: 'ab'.repeat(32),
})
const neverAsked = () => {
  throw new Error('no row is new')
}

/** All that is known of a row but its id. */
function describeRow(handle: DatasetHandle, row: number) {
  const { columns } = handle
  const paths: Path[] = [
    ...columns.fields.map(({ name }): Path => ({ kind: 'field', name })),
    ...models.flatMap((model) => runProperties.map((property): Path => ({ kind: 'run', model, property }))),
  ]
  const { id: _id, ...sample } = getSample(handle.db, row + 1)!
  const has = (bits: Uint32Array) => rowsOf(bits).includes(row)
  const wide = handle.db.prepare(`SELECT * FROM packed_column WHERE name = 'wide'`).get()
  return {
    sample,
    values: paths.map((place) => readValue(columns.column(place), row)),
    answers: models.map((model) => columns.runColumns(model).answers(row)),
    tagged: has(columns.tag('my tag')),
    odd: has(columns.finding('odd_ones')),
    tagHistory: has(getNewestDone(handle.db)!.rows!),
    failed: listFailedSamples(handle.db, columns.run(models[0]).id).includes(row + 1),
    wide: Array.from(loadColumn(handle.db, wide as never, handle.rowCount).subarray(row * 2, row * 2 + 2)),
    thumbnail: handle.thumbnails.get(row + 1)?.toString() ?? null,
  }
}

function addMore(handle: DatasetHandle): void {
  const { db, rowCount } = handle
  const even = Array.from({ length: rowCount }, (_, row) => row).filter((row) => row % 2 === 0)
  writeChunks(
    db,
    insertColumn(db, 'wide', 'plain', 2),
    Uint32Array.from({ length: rowCount * 2 }, (_, i) => i + 1),
  )
  insertHistory(db, {
    at: '',
    what: '',
    detail: { kind: 'tag', tag: 'my tag', on: true },
    rows: bitsetOf(even, rowCount),
  })
  for (const row of even) setProblem(db, row + 1, `problem ${row}`)
  for (const row of even) insertFailure(db, handle.columns.run(models[0]).id, row + 1, 'broken')
  handle.thumbnails.put(even.map((row) => ({ sampleId: row + 1, data: Buffer.from([row]) })))
}

/** Some of the rows in any order, among them new ones. */
const keepOf = (rows: number) =>
  fc
    .tuple(
      fc.shuffledSubarray(
        Array.from({ length: rows }, (_, row) => row),
        { minLength: 0 },
      ),
      fc.array(fc.nat({ max: rows }), { maxLength: 3 }),
    )
    .map(([kept, places]) => {
      const keep = [...kept]
      for (const place of places) keep.splice(Math.min(place, keep.length), 0, newRow)
      return Int32Array.from(keep)
    })

const cases = fc
  .array(randomRow, { minLength: 1, maxLength: 40 })
  .chain((rows) => fc.tuple(fc.constant(rows), keepOf(rows.length)))

describe('renumbering samples', () => {
  it('[LI1] moves all that is known of a sample, and knows nothing of a new one', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ([rows, keep]) => {
        const { handle, close } = await openRandomDataset(rows)
        try {
          addMore(handle)
          const before = rows.map((_, row) => describeRow(handle, row))
          const version = handle.version
          handle.rewriteRows(keep, newSample)
          expect(handle.version).toBeGreaterThan(version)
          expect(handle.rowsVersion).toBe(1)
          for (const again of [handle, new DatasetHandle('again', handle.folder)]) {
            expect(again.rowCount).toBe(keep.length)
            keep.forEach((old, row) => {
              const now = describeRow(again, row)
              if (old !== newRow) return expect(now).toEqual(before[old])
              expect(now.sample).toEqual({ ...newSample(row), problem: null })
              expect(now.values.filter((value) => value !== null)).toEqual([])
              expect(now).toMatchObject({ tagged: false, odd: false, failed: false, wide: [0, 0], thumbnail: null })
            })
            if (again !== handle) again.close()
          }
          for (const { state } of handle.columns.runs) expect(state).toBe(keep.includes(newRow) ? 'partial' : 'done')
        } finally {
          close()
        }
      }),
      { numRuns: 40, seed: 20261122 },
    )
  })

  it('[LI2] changes nothing where it fails or is killed midway', async () => {
    const { handle, close } = await openRandomDataset(fc.sample(randomRow, { numRuns: 3, seed: 5 }))
    try {
      addMore(handle)
      const look = (from: DatasetHandle) => [0, 1, 2].map((row) => describeRow(from, row))
      const before = look(handle)
      expect(() => handle.rewriteRows(Int32Array.of(2, newRow), neverAsked)).toThrow('no row is new')
      expect(() => handle.rewriteRows(Int32Array.of(0, 0), neverAsked)).toThrow('twice')
      expect(() => handle.rewriteRows(Int32Array.of(3), neverAsked)).toThrow('cannot be kept')
      expect(look(handle)).toEqual(before)
      const killed = spawnSync(process.execPath, ['test/support/kill-in-rewrite.ts', handle.folder], {
        cwd: projectRoot,
        encoding: 'utf8',
      })
      expect(killed.signal, killed.stderr).toBe('SIGKILL')
      const again = new DatasetHandle('again', handle.folder)
      expect(look(again)).toEqual(before)
      again.close()
    } finally {
      close()
    }
  })

  it('[LI3] never shows the picture of another sample where only the samples were renumbered', async () => {
    const { handle, close } = await openRandomDataset(fc.sample(randomRow, { numRuns: 3, seed: 6 }))
    try {
      addMore(handle)
      handle.rewriteRows(Int32Array.of(2, 1), neverAsked)
      expect(existsSync(path.join(handle.folder, 'thumbs.sqlite'))).toBe(false)
      // As after a kill between the two files: the samples are of the next numbering, the pictures are not.
      handle.changeMeta({ rowsVersion: 2 })
      const again = new DatasetHandle('again', handle.folder)
      expect(again.thumbnails.count()).toBe(0)
      again.close()
    } finally {
      close()
    }
  })
})
