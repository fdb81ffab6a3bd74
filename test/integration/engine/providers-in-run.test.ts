// Runs whose provider fails on the way, and what the store knows of it afterwards.
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DatasetHandle } from '#engine/dataset-handle.ts'
import { listKeptSamples, readKeptBlocks } from '#store/kept-vector-table.ts'
import { colourModel, drawColours } from '../../support/colour-folder.ts'
import { type TestEngine, makeFolder, openTestEngine } from '../../support/test-engine.ts'

const entry = fileURLToPath(new URL('../../support/doubles/faulty-predict-process.ts', import.meta.url))
const images = 48
const model = 'colours'
let root: string
let source: string
let engine: TestEngine
let remove: () => Promise<void>

beforeAll(async () => {
  ;({ folder: root, remove } = await makeFolder())
  source = path.join(root, 'drawn')
  await drawColours(source, images)
  engine = await openTestEngine(path.join(root, 'library'), false, { predictEntry: entry })
  await engine.addModel(colourModel, model)
})
afterAll(async () => {
  await engine.close()
  await remove()
})

async function runOf(dataset: string) {
  const [run] = (await engine.call('datasets.open', { dataset })).runs
  return run!
}

/** By sample: everything that is told of its prediction. */
async function readPredictions(dataset: string) {
  const ids = Array.from({ length: images }, (_, i) => i + 1)
  const samples = await Promise.all(ids.map((id) => engine.call('samples.get', { dataset, id })))
  return samples.map(({ predictions }) => predictions[0])
}

function readKept(dataset: string): Map<number, string> {
  const handle = new DatasetHandle(dataset, path.join(root, 'library/datasets', dataset))
  try {
    const { id } = handle.columns.run(model)
    expect([...listKeptSamples(handle.db, id, 'logits')].sort((a, b) => a - b)).toHaveLength(images)
    const { blocks } = readKeptBlocks(handle.db, id, 'logits', 0)
    return new Map(
      blocks.flatMap(({ sampleIds, halves }) => {
        const size = halves.length / sampleIds.length
        return Array.from(sampleIds, (sample, i) => [sample, halves.subarray(i * size, (i + 1) * size).join()] as const)
      }),
    )
  } finally {
    handle.close()
  }
}

describe('a run whose provider fails', () => {
  it('[RN20] ends complete with the same answers, takes back what is doubtful, and keeps who made each row', async () => {
    const expected = await engine.import(source, { name: 'expected' })
    await engine.predict(expected, model, { batch: 1, keep: ['logits'] })
    expect((await runOf(expected)).provider).toBe('cpu')
    const right = await readPredictions(expected)
    expect(new Set(right.map((prediction) => prediction?.provider))).toEqual(new Set(['cpu']))
    for (const [provider, told] of [
      ['drifting-20', 'drifting-20, then cpu'],
      ['crashing-20', 'crashing-20, then cpu'],
    ] as const) {
      const dataset = await engine.import(source, { name: provider })
      const job = await engine.predict(dataset, model, { batch: 1, provider, keep: ['logits'] })
      const reasons = job.result?.['reasons'] as readonly string[]
      expect(reasons.slice(0, 2)).toEqual([
        `cpu: goes on where ${provider} failed.`,
        expect.stringMatching(new RegExp(`^${provider}: dropped, as `)),
      ])
      expect(job).toMatchObject({ done: images, total: images, result: { failed: 0 } })
      expect(await runOf(dataset)).toMatchObject({ provider: told, predicted: images, state: 'done' })
      const found = await readPredictions(dataset)
      expect(new Set(found.map((prediction) => prediction?.provider))).toEqual(new Set([provider, 'cpu']))
      const withoutProvider = found.map((prediction) => ({ ...prediction, provider: 'cpu' }))
      expect(withoutProvider).toEqual(right)
      expect(readKept(dataset)).toEqual(readKept(expected))
    }
  })

  it('[RN43] keeps the answers of one provider when another, which came for what is kept, is taken back', async () => {
    const dataset = await engine.import(source, { name: 'kept later' })
    await engine.predict(dataset, model, { batch: 1 })
    const before = await readPredictions(dataset)
    await engine.predict(dataset, model, { batch: 1, provider: 'drifting-20', keep: ['logits'] })
    expect(await readPredictions(dataset)).toEqual(before)
    expect(await runOf(dataset)).toMatchObject({ provider: 'cpu', predicted: images, state: 'done' })
    expect(readKept(dataset)).toEqual(readKept('expected'))
  })

  it('[RN21] tells who made each row after a restart, and when another provider takes it up', async () => {
    const library = path.join(root, 'restarted')
    const first = await openTestEngine(library, false, { predictEntry: entry })
    await first.addModel(colourModel, model)
    const dataset = await first.import(source)
    await first.predict(dataset, model, { provider: 'steady', filter: await first.where(dataset, 'label = red') })
    await first.close()
    const second = await openTestEngine(library, false, { predictEntry: entry })
    try {
      await second.predict(dataset, model, { provider: 'cpu' })
      const [run] = (await second.call('datasets.open', { dataset })).runs
      expect(run).toMatchObject({ provider: 'steady, then cpu', predicted: images, state: 'done' })
      const providers = async (label: string) => {
        const rows = await second.call('query.page', {
          dataset,
          filter: await second.where(dataset, `label = ${label}`),
          order: { groupBy: null, sort: null },
          offset: 0,
          limit: images,
          columns: [],
        })
        const samples = await Promise.all(Array.from(rows.ids, (id) => second.call('samples.get', { dataset, id })))
        return [...new Set(samples.map(({ predictions }) => predictions[0]?.provider))]
      }
      expect(await providers('red')).toEqual(['steady'])
      expect(await providers('green')).toEqual(['cpu'])
    } finally {
      await second.close()
    }
  })
})
