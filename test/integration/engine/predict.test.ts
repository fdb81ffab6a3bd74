// Runs of the real prediction process: whatever ends one, the next goes on and comes to the same bits.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, readdirSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Job } from '#contract/jobs.ts'
import { everything } from '#core/filter/expr.ts'
import { insertJob } from '#store/job-table.ts'
import { libraryFile } from '#store/migrations/library.ts'
import { openDatabase } from '#store/sqlite.ts'
import { colourModel, drawColours } from '../../support/colour-folder.ts'
import { type TestEngine, failureOf, makeFolder, openTestEngine, projectRoot } from '../../support/test-engine.ts'
import { exportsFolder } from '../formats/expected.ts'

const images = 40
const model = 'colours'
let root: string
let source: string
let engine: TestEngine
let remove: () => Promise<void>
/** Every number of an uninterrupted run. */
let reference: unknown

beforeAll(async () => {
  const made = await makeFolder()
  ;({ folder: root, remove } = made)
  source = path.join(root, 'drawn')
  await drawColours(source, images)
  engine = await openTestEngine(path.join(root, 'library'))
  await engine.addModel(colourModel, model)
  const dataset = await engine.import(source, { name: 'reference' })
  await engine.predict(dataset, model, { batch: 1 })
  reference = await readRun(engine, dataset)
})
afterAll(async () => {
  await engine.close()
  await remove()
})

async function readRun(from: TestEngine, dataset: string) {
  const properties = [
    'predicted',
    'correct',
    'top5_correct',
    'confidence',
    'truth_confidence',
    'truth_rank',
    'entropy',
    'margin',
  ] as const
  const page = await from.call('query.page', {
    dataset,
    filter: everything,
    order: { groupBy: null, sort: null },
    offset: 0,
    limit: 1000,
    columns: properties.map((property) => ({ kind: 'run', model, property })),
  })
  const answers = await Promise.all(
    Array.from(page.ids, async (id) => (await from.call('samples.get', { dataset, id })).predictions),
  )
  return { columns: page.columns, answers }
}

async function runOf(from: TestEngine, dataset: string) {
  return (await from.call('datasets.open', { dataset })).runs.find((run) => run.model === model)!
}

async function startRun(from: TestEngine, dataset: string, options: { batch?: number } = {}): Promise<Job> {
  const { job } = await from.call('runs.start', {
    dataset,
    model,
    provider: 'cpu',
    batch: options.batch ?? 1,
    protocol: 'unmasked',
    filter: null,
  })
  return job
}

/** Calls `act` at once when the job tells of its first finished images, while the process works on. */
function atFirstBatch(from: TestEngine, job: number, act: () => void): void {
  const unlisten = from.engine.events.listen((name, payload) => {
    if (name !== 'job.changed' || !('job' in payload) || typeof payload.job === 'number') return
    if (payload.job.id !== job || payload.job.done === 0 || payload.job.state !== 'running') return
    unlisten()
    act()
  })
}

function killPredictor(): void {
  for (const task of readdirSync('/proc/self/task')) {
    for (const pid of readFileSync(`/proc/self/task/${task}/children`, 'utf8').trim().split(' ').filter(Boolean)) {
      if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('predict-process')) process.kill(Number(pid), 'SIGKILL')
    }
  }
}

const hasProc = process.platform === 'linux'

describe('predicting', () => {
  it('[JB1] judges what can be judged and names the classes that the model does not know', async () => {
    const run = await runOf(engine, 'reference')
    expect(run).toMatchObject({ predicted: images, failed: 0, judged: 30, unmappedClasses: ['purple'], state: 'done' })
    expect(run.right).toBeGreaterThan(15)
    expect(run.right).toBeLessThan(30)
    const purple = await engine.call('query.counts', {
      dataset: 'reference',
      filter: await engine.where('reference', `label = purple and ${model}.correct is not missing`),
      facets: [],
      top: 1,
    })
    expect(purple.total).toBe(0)
  })

  it('[JB2] does nothing the second time', async () => {
    const before = await readRun(engine, 'reference')
    const { id, startedAt } = await runOf(engine, 'reference')
    const job = await engine.predict('reference', model)
    expect(job.result).toMatchObject({ run: id, failed: 0, imagesPerSecond: null })
    expect(await readRun(engine, 'reference')).toEqual(before)
    expect(await runOf(engine, 'reference')).toMatchObject({ id, startedAt, state: 'done' })
  })

  it('[JB3] gives the same numbers whatever the size of its batches', async () => {
    const dataset = await engine.import(source, { name: 'batches' })
    await engine.predict(dataset, model, { batch: 16 })
    expect(await readRun(engine, dataset)).toEqual(reference)
  })

  it.skipIf(!hasProc)('[JB4] goes on after its process was killed, losing no batch and doubling none', async () => {
    const dataset = await engine.import(source, { name: 'killed' })
    const job = await startRun(engine, dataset)
    atFirstBatch(engine, job.id, killPredictor)
    expect(await failureOf(engine.engine.jobs.wait(job.id))).toMatchObject({ code: 'predictor_failed' })
    const half = await runOf(engine, dataset)
    expect(half.state).toBe('partial')
    expect(half.predicted).toBeGreaterThan(0)
    expect(half.predicted).toBeLessThan(images)
    await engine.call('jobs.resume', { job: job.id })
    await engine.engine.jobs.wait(job.id)
    expect(await runOf(engine, dataset)).toMatchObject({ id: half.id, predicted: images, state: 'done' })
    expect(await readRun(engine, dataset)).toEqual(reference)
  })

  it('[JB5] pauses, goes on, is cancelled and goes on again', async () => {
    const dataset = await engine.import(source, { name: 'paused' })
    const job = await startRun(engine, dataset)
    atFirstBatch(engine, job.id, () => engine.engine.jobs.pause(job.id))
    expect((await engine.engine.jobs.wait(job.id)).state).toBe('paused')
    const paused = await runOf(engine, dataset)
    expect(paused.predicted).toBeLessThan(images)
    await engine.call('jobs.resume', { job: job.id })
    atFirstBatch(engine, job.id, () => {
      // Paused after all, but the last word is to cancel.
      engine.engine.jobs.cancel(job.id)
      engine.engine.jobs.pause(job.id)
    })
    expect(await failureOf(engine.engine.jobs.wait(job.id))).toMatchObject({ code: 'cancelled' })
    const cancelled = await runOf(engine, dataset)
    expect(cancelled.predicted).toBeGreaterThanOrEqual(paused.predicted)
    await engine.predict(dataset, model)
    expect(await readRun(engine, dataset)).toEqual(reference)
  })

  it('[JB6] goes straight on when it is resumed before it has come to rest', async () => {
    const dataset = await engine.import(source, { name: 'hesitant' })
    const job = await startRun(engine, dataset)
    atFirstBatch(engine, job.id, () => {
      engine.engine.jobs.pause(job.id)
      engine.engine.jobs.resume(job.id)
    })
    expect((await engine.engine.jobs.wait(job.id)).state).toBe('done')
    expect(await readRun(engine, dataset)).toEqual(reference)
  })

  it('[JB7] is not begun again while the engine closes, and goes on at the next start', async () => {
    const library = path.join(root, 'closing')
    const first = await openTestEngine(library, true)
    await first.addModel(colourModel, model)
    const dataset = await first.import(source)
    const job = await startRun(first, dataset)
    const closed = Promise.withResolvers<void>()
    atFirstBatch(first, job.id, () => void first.engine.close().then(closed.resolve, closed.reject))
    await closed.promise
    const states = first.events.flatMap(({ name, payload }) =>
      name === 'job.changed' && 'job' in payload && typeof payload.job === 'object' && payload.job.id === job.id
        ? [payload.job.state]
        : [],
    )
    expect(states.lastIndexOf('running')).toBeLessThan(states.lastIndexOf('queued'))
    const second = await openTestEngine(library, true)
    try {
      await second.engine.jobs.wait(job.id)
      expect(await readRun(second, dataset)).toEqual(reference)
    } finally {
      await second.close()
    }
  })

  it('[JB8] goes on after the whole program was killed, with every finished batch', async () => {
    const library = path.join(root, 'program')
    const first = await openTestEngine(library)
    await first.addModel(colourModel, model)
    const dataset = await first.import(source, { name: 'whole' })
    await first.close()
    const child = spawn(process.execPath, ['test/support/predict-until-killed.ts', library, dataset, model], {
      cwd: projectRoot,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    child.kill('SIGKILL')
    await once(child, 'exit')
    const finished = Number(String(line))
    const second = await openTestEngine(library)
    try {
      const half = await runOf(second, dataset)
      expect(half.state).toBe('partial')
      expect(half.predicted).toBeGreaterThanOrEqual(finished)
      expect(half.predicted).toBeLessThan(images)
      await second.predict(dataset, model)
      expect(await runOf(second, dataset)).toMatchObject({ id: half.id, predicted: images, state: 'done' })
      expect(await readRun(second, dataset)).toEqual(reference)
    } finally {
      await second.close()
    }
  })

  it('[JB9] leaves broken images out, counts them, and takes them up when they are mended', async () => {
    const folder = path.join(root, 'broken')
    await drawColours(folder, 8)
    const file = path.join(folder, 'green/001.png')
    const whole = await readFile(file)
    const damaged = Buffer.from(whole)
    damaged.fill(0, 60, damaged.length - 20)
    await writeFile(file, damaged)
    const dataset = await engine.import(folder)
    const job = await engine.predict(dataset, model)
    expect(job.result).toMatchObject({ failed: 1 })
    const run = await runOf(engine, dataset)
    expect(run).toMatchObject({ predicted: 7, failed: 1, state: 'done' })
    const { findings } = await engine.call('datasets.open', { dataset })
    expect(findings.find((finding) => finding.rule === 'unreadable_image')).toMatchObject({ count: 1 })
    await engine.predict(dataset, model, { filter: await engine.where(dataset, 'label = red') })
    expect(await runOf(engine, dataset)).toMatchObject({ predicted: 7, failed: 1, state: 'done' })
    await writeFile(file, whole)
    await engine.predict(dataset, model)
    expect(await runOf(engine, dataset)).toMatchObject({ predicted: 8, failed: 0, state: 'done' })
    const mended = await engine.call('datasets.open', { dataset })
    expect(mended.findings.find((finding) => finding.rule === 'unreadable_image')).toBeUndefined()
  })

  it('[JB10] confines the answers to the dataset’s classes under the masked protocol', async () => {
    const folder = path.join(root, 'masked')
    await drawColours(folder, 40)
    const dataset = await engine.import(folder, { maxSamples: 12, name: 'masked' })
    await engine.predict(dataset, model, {
      protocol: 'masked',
      filter: await engine.where(dataset, 'label in (red, green)'),
    })
    const run = await runOf(engine, dataset)
    expect(run).toMatchObject({ protocol: 'masked', state: 'partial' })
    await engine.predict(dataset, model, { protocol: 'masked' })
    const answers = await engine.call('query.values', {
      dataset,
      path: { kind: 'run', model, property: 'predicted' },
      search: '',
      limit: 10,
    })
    const { classes } = await engine.call('confusion.compute', {
      dataset,
      filter: everything,
      model,
      by: null,
      value: null,
    })
    const known = classes.filter((entry) => entry.ofDataset).map((entry) => entry.name)
    for (const { value } of answers) expect(known).toContain(value)
    const masked = await readRun(engine, dataset)
    const again = await engine.predict(dataset, model)
    expect(again.result).toMatchObject({ failed: 0, imagesPerSecond: expect.any(Number) })
    expect((await readRun(engine, dataset)).columns).toEqual(masked.columns)
    const { runs } = await engine.call('datasets.open', { dataset })
    expect(runs.map((one) => [one.model, one.modelName, one.protocol, one.predicted])).toEqual([
      [model, model, 'masked', 12],
      [`${model} (unmasked)`, model, 'unmasked', 12],
    ])
  })

  it('[JB11] forgets a run that is deleted, and predicts it anew', async () => {
    const dataset = await engine.import(source, { name: 'deleted' })
    await engine.predict(dataset, model)
    const { id } = await runOf(engine, dataset)
    await engine.call('runs.delete', { dataset, model })
    expect((await engine.call('datasets.open', { dataset })).runs).toEqual([])
    expect((await failureOf(engine.where(dataset, `${model}.correct = true`))).code).toBe('unknown_name')
    expect((await failureOf(engine.call('runs.delete', { dataset, model }))).code).toBe('unknown_name')
    await engine.predict(dataset, model)
    expect((await runOf(engine, dataset)).id).not.toBe(id)
    expect(await readRun(engine, dataset)).toEqual(reference)
  })

  it('[JB12] refuses to delete a run that is going on, and a dataset goes with its jobs', async () => {
    const dataset = await engine.import(source, { name: 'busy' })
    const job = await startRun(engine, dataset)
    const refused = Promise.withResolvers<unknown>()
    atFirstBatch(engine, job.id, () => refused.resolve(failureOf(engine.call('runs.delete', { dataset, model }))))
    expect(await refused.promise).toMatchObject({ code: 'usage' })
    await engine.call('datasets.delete', { dataset })
    expect((await engine.call('jobs.list', {})).find(({ id }) => id === job.id)?.state).toBe('cancelled')
    expect(readdirSync(path.join(root, 'library/datasets'))).not.toContain(dataset)
  })

  it('[JB14] learns the size of images that were not looked at by the import', async () => {
    const dataset = await engine.import(path.join(exportsFolder, 'parquet-hf'))
    const wide = async () => await engine.where(dataset, 'width > 0 and height > 0')
    const count = async () =>
      (await engine.call('query.counts', { dataset, filter: await wide(), facets: [], top: 1 })).total
    expect(await count()).toBe(0)
    await engine.predict(dataset, model)
    expect(await count()).toBe(24)
    const turned = await engine.call('query.page', {
      dataset,
      filter: await engine.where(dataset, 'file_name contains "circle-stripes-1"'),
      order: { groupBy: null, sort: null },
      offset: 0,
      limit: 1,
      columns: [
        { kind: 'field', name: 'width' },
        { kind: 'field', name: 'height' },
      ],
    })
    expect(turned.columns.map(({ values }) => values[0])).toEqual([64, 96])
  })

  it('[JB15] refuses to mask a model that knows none of the dataset’s classes', async () => {
    const dataset = await engine.import(path.join(exportsFolder, 'imagefolder'))
    const failure = await failureOf(engine.predict(dataset, model, { protocol: 'masked' }))
    expect(failure).toMatchObject({ code: 'usage', message: expect.stringContaining('unmasked') })
    expect((await engine.call('datasets.open', { dataset })).runs).toEqual([])
    await engine.predict(dataset, model)
    expect(await runOf(engine, dataset)).toMatchObject({ predicted: 24, judged: 0, accuracy: null })
  })

  it('[JB16] keeps a model that is being used, and shows its runs after it is gone', async () => {
    const dataset = await engine.import(source, { name: 'used' })
    const name = await engine.addModel(path.join(projectRoot, 'test/fixtures/models/awkward/softmax'), 'short-lived')
    const { job } = await engine.call('runs.start', {
      dataset,
      model: name,
      provider: 'cpu',
      batch: 1,
      protocol: 'unmasked',
      filter: null,
    })
    expect((await failureOf(engine.call('models.remove', { model: name }))).code).toBe('usage')
    await engine.engine.jobs.wait(job.id)
    await engine.call('models.remove', { model: name })
    expect((await engine.call('models.list', {})).map((entry) => entry.name)).not.toContain(name)
    expect((await engine.call('datasets.open', { dataset })).runs).toMatchObject([{ model: name, predicted: images }])
  })

  it('[JB17] makes thumbnails before and after a prediction, not beside it', async () => {
    const busy = await openTestEngine(path.join(root, 'thumbnails'), true)
    try {
      await busy.addModel(colourModel, model)
      const dataset = await busy.import(source)
      await busy.call('datasets.open', { dataset })
      await busy.predict(dataset, model, { batch: 1 })
      const thumbnails = (await busy.call('jobs.list', {})).find(({ kind }) => kind === 'thumbnails')!
      const ended = await busy.engine.jobs.wait(thumbnails.id)
      expect(ended).toMatchObject({ state: 'done', done: images, result: { failed: 0 } })
      const states = busy.events.flatMap(({ name, payload }) =>
        name === 'job.changed' && 'job' in payload && typeof payload.job !== 'number'
          ? [{ kind: payload.job.kind, state: payload.job.state }]
          : [],
      )
      const lastPredicting = states.findLastIndex(({ kind, state }) => kind === 'predict' && state === 'running')
      const before = states.slice(0, lastPredicting).findLast(({ kind }) => kind === 'thumbnails')
      expect(before?.state).not.toBe('running')
    } finally {
      await busy.close()
    }
  })

  it('[JB18] tells of the newest ended jobs only after a start', async () => {
    const library = path.join(root, 'many')
    await (await openTestEngine(library)).close()
    const db = openDatabase(path.join(library, 'library.sqlite'), libraryFile)
    const job = { kind: 'import', title: '', dataset: null, model: null, input: {}, done: 0, total: null } as const
    const rest = { unit: '', message: '', error: null, result: null, createdAt: '', endedAt: null }
    for (let i = 0; i < 150; i++) insertJob(db, { ...job, ...rest, state: i % 50 === 0 ? 'paused' : 'done' })
    db.close()
    const opened = await openTestEngine(library)
    const list = await opened.call('jobs.list', {})
    await opened.close()
    expect(list.filter(({ state }) => state === 'paused')).toHaveLength(3)
    expect(list.filter(({ state }) => state === 'done').map(({ id }) => id)[0]).toBe(49)
    expect(list).toHaveLength(103)
  })

  it('[JB13] takes one job for the same work asked for twice, and two for different work', async () => {
    const dataset = await engine.import(source, { name: 'twice' })
    const first = await startRun(engine, dataset)
    const second = await startRun(engine, dataset)
    expect(second.id).toBe(first.id)
    const other = await startRun(engine, dataset, { batch: 2 })
    expect(other.id).not.toBe(first.id)
    await Promise.all([first, other].map((job) => engine.engine.jobs.wait(job.id)))
    expect(await readRun(engine, dataset)).toEqual(reference)
  })
})
