// Jobs that wait: whose turn it is, and what makes two of them the same work.
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { colourModel, drawColours } from '../../support/colour-folder.ts'
import { type TestEngine, failureOf, makeFolder, openTestEngine } from '../../support/test-engine.ts'

const model = 'colours'
let root: string
let source: string
let engine: TestEngine
let remove: () => Promise<void>

beforeAll(async () => {
  ;({ folder: root, remove } = await makeFolder())
  source = path.join(root, 'drawn')
  await drawColours(source, 12)
  engine = await openTestEngine(path.join(root, 'library'))
  await engine.addModel(colourModel, model)
})
afterAll(async () => {
  await engine.close()
  await remove()
})

const input = (dataset: string, change: object = {}) => ({
  dataset,
  model,
  provider: 'cpu',
  batch: null,
  protocol: 'unmasked',
  filter: null,
  ...change,
})

/** Queued, not started. */
function queue(from: TestEngine, dataset: string, change: object = {}, title = 'some run') {
  return from.engine.jobs.queue({
    kind: 'predict',
    title,
    dataset,
    model,
    unit: 'images',
    input: input(dataset, change),
  })
}

const waiting = async (from: TestEngine) =>
  (await from.call('jobs.list', {})).filter(({ state }) => state === 'queued').sort((a, b) => a.rank - b.rank)

describe('the queue', () => {
  it('[RN32] keeps two protocols, filters or things to keep apart, and takes the newest of the same work', async () => {
    const dataset = await engine.import(source, { name: 'apart' })
    const red = await engine.where(dataset, 'label = red')
    queue(engine, dataset)
    const masked = queue(engine, dataset, { protocol: 'masked' })
    const filtered = queue(engine, dataset, { filter: red })
    const keeping = queue(engine, dataset, { keep: ['logits'] })
    const again = queue(engine, dataset, { provider: 'auto', batch: 4 })
    expect((await waiting(engine)).map(({ id }) => id)).toEqual([masked.id, filtered.id, keeping.id, again.id])
    engine.engine.jobs.resumeAll()
    for (const { id } of [masked, filtered, keeping, again]) await engine.engine.jobs.wait(id)
    const { runs } = await engine.call('datasets.open', { dataset })
    expect(runs.map(({ protocol, predicted }) => [protocol, predicted])).toEqual([
      ['masked', 12],
      ['unmasked', 12],
    ])
  })

  it('[RN33] begins in the order that somebody gave it, also after a restart', async () => {
    const library = path.join(root, 'ordered')
    const first = await openTestEngine(library)
    await first.addModel(colourModel, model)
    const names = ['a', 'b', 'c', 'd']
    for (const name of names) await first.import(source, { name })
    const jobs = names.map((name) => queue(first, name, {}, name))
    const [a, b, c, d] = jobs.map(({ id }) => id)
    await first.call('jobs.move', { job: d!, before: b! })
    await first.call('jobs.move', { job: a!, before: null })
    await first.call('jobs.move', { job: c!, before: c! })
    expect((await waiting(first)).map(({ title }) => title)).toEqual(['d', 'b', 'c', 'a'])
    await first.close()
    const second = await openTestEngine(library)
    try {
      expect((await waiting(second)).map(({ title }) => title)).toEqual(['d', 'b', 'c', 'a'])
      second.engine.jobs.resumeAll()
      await second.engine.jobs.wait(a!)
      const begun = second.events.flatMap(({ name, payload }) =>
        name === 'job.changed' && 'job' in payload && typeof payload.job === 'object' && payload.job.state === 'running'
          ? [payload.job.title]
          : [],
      )
      expect([...new Set(begun)]).toEqual(['d', 'b', 'c', 'a'])
      expect(await failureOf(second.call('jobs.move', { job: a!, before: null }))).toMatchObject({ code: 'usage' })
      expect(await failureOf(second.call('jobs.move', { job: 999, before: null }))).toMatchObject({ code: 'not_found' })
    } finally {
      await second.close()
    }
  })

  it('[RN34] predicts only what is missing when the filter changes', async () => {
    const dataset = await engine.import(source, { name: 'filtered' })
    const predict = async (where: string | null) => {
      const filter = where === null ? null : await engine.where(dataset, where)
      const job = await engine.predict(dataset, model, { filter })
      const [run] = (await engine.call('datasets.open', { dataset })).runs
      return [job.done, job.total, run?.predicted, run?.state]
    }
    expect(await predict('label = red')).toEqual([3, 3, 3, 'partial'])
    const started = engine.events.length
    expect(await predict('label in (red, green)')).toEqual([6, 6, 6, 'partial'])
    const done = engine.events
      .slice(started)
      .flatMap(({ name, payload }) =>
        name === 'job.changed' && 'job' in payload && typeof payload.job === 'object' && payload.job.state === 'running'
          ? [payload.job.done]
          : [],
      )
    // It began where the first one had come to.
    expect(Math.min(...done.filter((count) => count > 0))).toBeGreaterThanOrEqual(3)
    expect(await predict(null)).toEqual([12, 12, 12, 'done'])
  })
})
