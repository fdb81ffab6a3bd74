// What runs keep of their images, in a real file: blocks that grow together, move with their samples and go with their run.
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import type { KeptKind } from '#core/sample.ts'
import {
  copyKeptVectors,
  countKeptVectors,
  insertKeptVectors,
  joinKeptBlocks,
  listKeptSamples,
  readKeptBlocks,
} from '#store/kept-vector-table.ts'
import { newRow } from '#store/rewrite-rows.ts'
import { deleteRun } from '#store/run-table.ts'
import type { DatasetHandle } from '#engine/dataset-handle.ts'
import { type RandomRow, models, openRandomDataset } from './random-dataset.ts'

const size = 3
const opened: (() => void)[] = []
afterEach(() => opened.splice(0).forEach((close) => close()))

const row: RandomRow = {
  label: null,
  plain: null,
  odd: null,
  score: null,
  fine: null,
  flag: null,
  tagged: false,
  answers: [null, null, null],
}

async function openRows(count: number): Promise<DatasetHandle> {
  const { handle, close } = await openRandomDataset(Array.from({ length: count }, () => row))
  opened.push(close)
  return handle
}

/** Numbers that tell the sample, the kind and the place. */
function vectorOf(id: number, kind: KeptKind): number[] {
  return Array.from({ length: size }, (_, i) => id * 10 + i + (kind === 'logits' ? 5 : 0))
}

function insert(handle: DatasetHandle, run: number, kind: KeptKind, ids: readonly number[]): void {
  const halves = Uint16Array.from(ids.flatMap((id) => vectorOf(id, kind)))
  handle.write(() => insertKeptVectors(handle.db, run, kind, { sampleIds: Uint32Array.from(ids), halves }))
}

/** Vectors by id, whatever blocks they lie in. */
function readAll(handle: DatasetHandle, run: number, kind: KeptKind): Record<number, number[]> {
  const found: Record<number, number[]> = {}
  for (let after = 0; ;) {
    const { blocks, last } = readKeptBlocks(handle.db, run, kind, after)
    if (blocks.length === 0) return found
    for (const { sampleIds, halves } of blocks) {
      sampleIds.forEach((id, i) => {
        if (id in found) throw new Error(`sample ${id} has two vectors`)
        found[id] = [...halves.subarray(i * size, (i + 1) * size)]
      })
    }
    after = last
  }
}

const noAnswers = {
  sampleIds: new Uint32Array(),
  topCodes: new Uint32Array(),
  topProbabilities: new Float32Array(),
  entropy: new Float32Array(),
  margin: new Float32Array(),
  truthConfidence: new Float32Array(),
  truthRank: new Uint32Array(),
}

const newSample = (at: number) => ({
  fileName: `new ${at}.png`,
  locator: { kind: 'file', path: `new ${at}.png` } as const,
  sha256: 'ab'.repeat(32),
})
const runOf = (handle: DatasetHandle, model: (typeof models)[number]) => handle.columns.run(model).id
const vectorsOf = (ids: readonly number[], kind: KeptKind) =>
  Object.fromEntries(ids.map((id) => [id, vectorOf(id, kind)]))

describe('kept vectors', () => {
  it('[KE10] come back for each sample, whatever the batches they came in', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...Array(40).keys()], { minLength: 1 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
        async (rows, lengths) => {
          const handle = await openRows(40)
          const run = runOf(handle, models[0])
          const ids = rows.map((index) => index + 1)
          for (let at = 0; at < ids.length;) {
            const length: number = lengths.next().value ?? 1
            insert(handle, run, 'embedding', ids.slice(at, at + length))
            at += length
          }
          expect(readAll(handle, run, 'embedding')).toEqual(vectorsOf(ids, 'embedding'))
          expect([...listKeptSamples(handle.db, run, 'embedding')].toSorted((a, b) => a - b)).toEqual(
            ids.toSorted((a, b) => a - b),
          )
          expect(countKeptVectors(handle.db, run, 'embedding', size).samples).toBe(ids.length)
          handle.write(() => joinKeptBlocks(handle.db, run, 'embedding'))
          expect(readAll(handle, run, 'embedding')).toEqual(vectorsOf(ids, 'embedding'))
          expect(handle.db.prepare('SELECT count(*) FROM kept_vector').pluck().get()).toBe(1)
          opened.splice(0).forEach((close) => close())
        },
      ),
      { seed: 5, numRuns: 20 },
    )
  })

  it('[KE11] are told apart by run and kind, and go with their run', async () => {
    const handle = await openRows(6)
    const [first, second] = [runOf(handle, models[0]), runOf(handle, models[1])]
    insert(handle, first, 'embedding', [1, 2])
    insert(handle, first, 'logits', [1, 2, 3])
    insert(handle, second, 'embedding', [5])
    handle.write(() => deleteRun(handle.db, first))
    expect(readAll(handle, first, 'embedding')).toEqual({})
    expect(readAll(handle, second, 'embedding')).toEqual(vectorsOf([5], 'embedding'))
    expect(countKeptVectors(handle.db, second, 'logits', size)).toEqual({ samples: 0, bytes: 0 })
  })

  it('[KE12] move with their samples when these are renumbered, and go with those that go', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...Array(30).keys()]),
        fc.integer({ min: 0, max: 3 }),
        fc.subarray([...Array(30).keys()]),
        async (kept, added, predicted) => {
          const handle = await openRows(30)
          const run = runOf(handle, models[0])
          const ids = predicted.map((index) => index + 1)
          for (let at = 0; at < ids.length; at += 4) {
            insert(handle, run, 'embedding', ids.slice(at, at + 4))
            insert(handle, run, 'logits', ids.slice(at, at + 4))
          }
          const keep = Int32Array.from([...kept, ...Array<number>(added).fill(newRow)])
          handle.rewriteRows(keep, newSample)
          for (const kind of ['embedding', 'logits'] as const) {
            const expected = kept.flatMap((old, at) =>
              predicted.includes(old) ? [[at + 1, vectorOf(old + 1, kind)] as const] : [],
            )
            expect(readAll(handle, run, kind)).toEqual(Object.fromEntries(expected))
          }
          expect(handle.db.pragma('foreign_key_check')).toEqual([])
          opened.splice(0).forEach((close) => close())
        },
      ),
      { seed: 6, numRuns: 25 },
    )
  })

  it('[RN44] are not looked through for every sample that is deleted', async () => {
    const handle = await openRows(1)
    const keys = handle.db.pragma('foreign_key_list(kept_vector)') as readonly { readonly table: string }[]
    expect(keys.map(({ table }) => table)).toEqual(['run'])
  })

  it('[KE13] are carried into another dataset under its ids', async () => {
    const [old, fresh] = [await openRows(5), await openRows(4)]
    insert(old, runOf(old, models[0]), 'embedding', [1, 2, 3])
    insert(old, runOf(old, models[0]), 'embedding', [5])
    // Sample 1 is gone, 2 has become 4, 3 has become 1, 4 has become 2 and 5 is 3.
    const idOf = Uint32Array.of(0, 4, 1, 2, 3)
    const run = runOf(fresh, models[1])
    fresh.write(() => copyKeptVectors(old.db, runOf(old, models[0]), fresh.db, run, idOf))
    expect(readAll(fresh, run, 'embedding')).toEqual({
      1: vectorOf(3, 'embedding'),
      3: vectorOf(5, 'embedding'),
      4: vectorOf(2, 'embedding'),
    })
  })

  it('[KE15] take on disk what was promised, and less than a tenth more, whatever the size of the batches', async () => {
    const [samples, numbers] = [2000, 512]
    for (const batch of [1, 8, 33]) {
      const handle = await openRows(samples)
      const columns = handle.columns.runColumns(models[0])
      const bytes = () => {
        handle.db.exec('VACUUM')
        return Number(handle.db.pragma('page_count', { simple: true })) * 4096
      }
      const before = bytes()
      for (let first = 1; first <= samples; first += batch) {
        const sampleIds = Uint32Array.from({ length: Math.min(batch, samples - first + 1) }, (_, i) => first + i)
        const halves = Uint16Array.from({ length: sampleIds.length * numbers }, (_, i) => (i * 7919 + first) & 0xffff)
        columns.append(noAnswers, [], { embedding: { sampleIds, halves } })
      }
      expect(countKeptVectors(handle.db, columns.run.id, 'embedding', numbers).samples).toBe(samples)
      const grown = bytes() - before
      const promised = samples * (2 * numbers + 4)
      expect(grown).toBeGreaterThan(promised * 0.99)
      expect(grown).toBeLessThan(promised * 1.1)
    }
  })

  it('[KE14] that are damaged are told, not read', async () => {
    const handle = await openRows(3)
    const run = runOf(handle, models[0])
    insert(handle, run, 'embedding', [1, 2, 3])
    for (const data of [
      Buffer.alloc(0),
      Buffer.from([3, 0]),
      Buffer.alloc(40),
      Buffer.from([9, 0, 0, 0, 1, 0, 0, 0]),
    ]) {
      handle.db.prepare('UPDATE kept_vector SET data = ?').run(data)
      expect(() => readAll(handle, run, 'embedding')).toThrow(expect.objectContaining({ code: 'broken_file' }))
    }
    insertAsIs(handle, run)
    expect(() => readAll(handle, run, 'embedding')).toThrow(expect.objectContaining({ code: 'broken_file' }))
  })
})

/** A block of two samples and seven halves. */
function insertAsIs(handle: DatasetHandle, run: number): void {
  const data = Buffer.alloc(4 + 8 + 14)
  data.writeUInt32LE(2, 0)
  handle.db.prepare('UPDATE kept_vector SET data = ? WHERE run_id = ?').run(data, run)
}
