// Analysis on threads beside the engine's: the same answers as on it, whatever changes meanwhile; abandoned, or gone wrong.
import { cp, readFile, readdir, readlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { CallInput, CallName } from '#contract/contract.ts'
import { type FilterExpr, type Path, everything } from '#core/filter/expr.ts'
import { AnalysisThreads } from '#engine/analysis/analysis-threads.ts'
import { Library } from '#engine/library.ts'
import { analysisHandlers } from '#handlers/analysis.ts'
import { topK } from '#store/run-arrays.ts'
import type { StagedBatch } from '#store/staged-batch.ts'
import { colourModel, drawColours } from '../../support/colour-folder.ts'
import { Gate, gatedEntry, orders } from '../../support/gated-analysis.ts'
import { neverAborted } from '../../support/open-dataset.ts'
import { type TestEngine, failureOf, makeFolder, openTestEngine } from '../../support/test-engine.ts'

let folder: Awaited<ReturnType<typeof makeFolder>>
/** The same library twice: one analyses on the engine's thread, one beside it. */
let engines: readonly [TestEngine, TestEngine]
const dataset = 'drawn'
const model = 'colours'

const field = (name: string): Path => ({ kind: 'field', name })

beforeAll(async () => {
  folder = await makeFolder()
  const drawn = path.join(folder.folder, 'drawn')
  await drawColours(drawn, 60)
  await writeFile(path.join(drawn, 'red/text.png'), 'not a picture')
  const index = path.join(drawn, 'metadata.csv')
  const [header, ...rows] = (await readFile(index, 'utf8')).split('\n')
  await writeFile(index, [header, 'red/text.png,Red,wall,0.5,none', ...rows].join('\n'))
  const open = async (name: string, threads: boolean) => {
    const now = () => new Date('2026-01-01T00:00:00Z')
    const engine = await openTestEngine(path.join(folder.folder, name), false, { threads, now })
    await engine.addModel(colourModel, model)
    await engine.import(drawn)
    return engine
  }
  engines = [await open('inline', false), await open('threads', true)]
})
afterAll(async () => {
  for (const engine of engines) await engine.close()
  await folder.remove()
})

/** Does the same to both libraries. */
async function both(work: (engine: TestEngine) => Promise<unknown>): Promise<void> {
  for (const engine of engines) await work(engine)
}

/** The answer of both, which must be one; a failure with what it says. */
async function askBoth<N extends CallName>(name: N, input: CallInput<N>): Promise<unknown> {
  const [inline, threaded] = await Promise.all(
    engines.map((engine) =>
      engine.client.call(name, input).then(
        // How often data changed depends on how fast predictions came in.
        (output) => ({ ...output, version: null }),
        ({ code, message, details }: Awaited<ReturnType<typeof failureOf>>) => ({ code, message, details }),
      ),
    ),
  )
  expect(threaded, `${name} ${JSON.stringify(input)}`).toEqual(inline)
  return threaded
}

/** The summaries of both, but for what depends on time. */
async function compareSummaries(): Promise<void> {
  const [inline, threaded] = await Promise.all(
    engines.map(async (engine) => {
      const { runs, ...summary } = await engine.call('datasets.open', { dataset })
      return { ...summary, version: null, runs: runs.map((run) => ({ ...run, imagesPerSecond: null })) }
    }),
  )
  expect(threaded).toEqual(inline)
}

/** Every call that is answered on threads, under a filter, over all runs that there are. */
async function compareAnswers(where = 'label != green'): Promise<void> {
  const [inline] = engines
  const { runs, fields, tags } = await inline.call('datasets.open', { dataset })
  const filter = await inline.where(dataset, where)
  const models = runs.map((run) => run.model)
  const under = { dataset, filter }
  const order = { groupBy: field('background'), sort: { path: 'wrong_models', descending: true } } as const
  const facets: Path[] = [
    ...['background', 'shade', 'label'].map(field),
    ...(['source', 'score', 'margin'] as const).map((kind): Path => ({ kind, field: 'background' })),
    ...models.map((name): Path => ({ kind: 'run', model: name, property: 'confidence' })),
  ]
  const columns = fields.map(({ name }) => field(name))
  await compareSummaries()
  await askBoth('views.check', { dataset })
  await askBoth('query.counts', { ...under, facets: null, top: 10 })
  await askBoth('query.counts', { ...under, facets, top: 3 })
  await askBoth('query.values', { dataset, path: field('background'), search: 'a', limit: 10 })
  await askBoth('query.groups', { ...under, order, model: models[0] ?? null })
  await askBoth('query.page', { ...under, order, offset: 5, limit: 30, columns })
  await askBoth('query.position', { ...under, order, id: 3 })
  await askBoth('query.range', { ...under, order, from: 2, to: 12 })
  for (const tag of tags) {
    const tagged = await inline.where(dataset, `tagged(${JSON.stringify(tag.name)})`)
    await askBoth('query.counts', { dataset, filter: tagged, facets: null, top: 10 })
  }
  const [first, ...others] = models
  if (first === undefined) return
  const background = { by: field('background'), value: 'wall' }
  await askBoth('slices.compute', {
    ...under,
    models,
    field: field('background'),
    cross: field('shade'),
    adjust: 'auto',
  })
  await askBoth('overview.compute', { ...under, models })
  await askBoth('discovery.compute', { ...under, models, fields: null, minSupport: 3 })
  await askBoth('confusion.compute', { ...under, model: first, by: null, value: null })
  await askBoth('confusion.difference', { ...under, model: first, ...background, minus: null })
  await askBoth('compare.compute', { ...under, models })
  await askBoth('compare.accuracy', { ...under, models, field: field('background') })
  await askBoth('metrics.compute', { ...under, models, by: field('background') })
  await askBoth('metrics.benchmarks', { ...under, models })
  await askBoth('mining.compute', { ...under, surrogates: [first], models: others })
  if (others[0] !== undefined) await askBoth('confusion.runDifference', { ...under, model: first, minus: others[0] })
}

/** Answers of another model, as a file. */
async function importAnswers(engine: TestEngine, name: string, wrongAt = 0): Promise<void> {
  const file = path.join(folder.folder, `${name}.csv`)
  const names = (await readFile(path.join(folder.folder, 'drawn/metadata.csv'), 'utf8')).trim().split('\n').slice(1)
  const answers = names.map((line, i) => {
    const [image, label] = line.split(',')
    return `${image},${i % 3 === wrongAt ? 'blue' : label},0.${5 + (i % 5)}`
  })
  await writeFile(file, ['file_name,predicted_class,predicted_probability', ...answers].join('\n'))
  const place = engine.engine.places.register(file)
  const { job } = await engine.call('predictions.import', { dataset, place, model: name, joinBy: null })
  await engine.engine.jobs.wait(job.id)
}

async function joinWeather(engine: TestEngine, shift = 0): Promise<void> {
  const file = path.join(folder.folder, 'weather.csv')
  const names = (await readFile(path.join(folder.folder, 'drawn/metadata.csv'), 'utf8')).trim().split('\n').slice(1)
  const rows = names.map((line, i) => `${line.split(',')[0]},${['sun', 'rain', 'Föhn'][(i + shift) % 3]}`)
  await writeFile(file, ['file_name,weather', ...rows].join('\n'))
  const place = engine.engine.places.register(file)
  const { job } = await engine.call('sidecars.join', { dataset, place, joinBy: null, columns: null })
  await engine.engine.jobs.wait(job.id)
}

describe('analysis on threads', () => {
  it('[WT1] answers as the engine’s own thread does, after every kind of change', async () => {
    await compareAnswers()
    const target = { kind: 'ids' as const, ids: [1, 2, 3, 40] }
    await both((engine) => engine.call('tags.apply', { dataset, tag: 'odd', target, on: true }))
    await compareAnswers()
    // The engine has the tag's bits in its hands, and puts others into the same memory.
    await both((engine) =>
      engine.call('tags.apply', { dataset, tag: 'odd', target: { kind: 'ids', ids: [2, 50] }, on: true }),
    )
    await compareAnswers('tagged(odd) or label = blue')
    await both((engine) => engine.call('history.undo', { dataset }))
    await compareAnswers('tagged(odd) or label = blue')
    await both((engine) => engine.call('history.undo', { dataset }))
    // Another tag in the place of the one that went.
    await both((engine) =>
      engine.call('tags.apply', { dataset, tag: 'odd', target: { kind: 'ids', ids: [7] }, on: true }),
    )
    await compareAnswers('tagged(odd) or label = blue')
    await both((engine) => engine.predict(dataset, model))
    await compareAnswers()
    await both((engine) => importAnswers(engine, 'other'))
    await compareAnswers('colours.correct = false or label = blue')
    // Another run, another field in the place of the one that went, with the same ids and at the same time.
    await both(async (engine) => {
      await engine.call('runs.delete', { dataset, model: 'other' })
      await importAnswers(engine, 'other', 1)
    })
    await compareAnswers('other.correct = false or label = blue')
    await both((engine) => joinWeather(engine))
    await compareAnswers('weather = rain')
    await both(async (engine) => {
      await engine.call('history.undo', { dataset })
      await joinWeather(engine, 1)
    })
    await compareAnswers('weather = rain')
    const filter = await engines[0].where(dataset, 'weather = sun')
    await both((engine) => engine.call('views.save', { dataset, name: 'sunny', filter, layout: null }))
    await compareAnswers('view(sunny)')
    await both((engine) => engine.call('fields.setRole', { dataset, field: 'weather', role: 'nuisance' }))
    await both((engine) => engine.call('runs.rename', { dataset, model: 'other', name: 'another' }))
    await compareAnswers('another.correct = true or finding("class_name_collision")')
    await both((engine) => engine.call('lint.repair', { dataset, rule: 'class_name_collision' }))
    await compareAnswers()
    await both((engine) => engine.call('history.undo', { dataset }))
    await compareAnswers('finding("small_class") or label = blue')
    await both((engine) => engine.call('labels.set', { dataset, model, decisions: [{ class: 'purple', ids: [1] }] }))
    await compareAnswers()
    await both(async (engine) => {
      await engine.engine.jobs.wait((await engine.call('lint.run', { dataset })).job.id)
      await engine.call('lint.repair', { dataset, rule: 'unreadable_image' })
    })
    await compareAnswers()
    await both((engine) => engine.call('runs.delete', { dataset, model: 'another' }))
    await compareAnswers()
    await both((engine) => engine.call('datasets.rename', { dataset, name: 'Drawn anew' }))
    await compareAnswers()
  })

  it('[WT2] fails as the engine’s own thread does, with code, words and details', async () => {
    const under = { dataset, filter: everything }
    const gone: Path = field('backgrund')
    expect(await askBoth('query.counts', { ...under, facets: [gone], top: 3 })).toMatchObject({
      code: 'unknown_name',
      details: { nearest: ['background'] },
    })
    await askBoth('mining.compute', { ...under, surrogates: [model], models: [model] })
    await askBoth('slices.compute', {
      ...under,
      models: [model],
      field: field('file_name'),
      cross: null,
      adjust: 'auto',
    })
    expect(
      await askBoth('overview.compute', { dataset: 'nowhere', filter: everything, models: [model] }),
    ).toMatchObject({
      code: 'not_found',
    })
  })

  it.skipIf(process.platform !== 'linux')(
    '[WT3] has no file of a deleted dataset open, and answers of the next one by its name',
    async () => {
      const [inline, threaded] = engines
      await compareAnswers()
      const filesOpen = async () => {
        const own = path.join(threaded.library, 'datasets', dataset)
        const handles = await readdir('/proc/self/fd')
        const files = await Promise.all(handles.map((handle) => readlink(`/proc/self/fd/${handle}`).catch(() => '')))
        return files.filter((file) => file.startsWith(own)).length
      }
      expect(await filesOpen()).toBeGreaterThan(0)
      await both((engine) => engine.call('datasets.delete', { dataset }))
      expect(await filesOpen()).toBe(0)
      await askBoth('query.counts', { dataset, filter: everything, facets: null, top: 3 })
      const next = path.join(folder.folder, 'next', dataset)
      await drawColours(next, 20)
      await both((engine) => engine.import(next))
      expect((await inline.call('datasets.open', { dataset })).samples).toBe(20)
      await compareAnswers()
    },
  )
})

describe('an analysis thread', () => {
  /** A library with rows only: `drawn` of 40 samples, `other` of 20. */
  let library: string
  const gate = Gate.forNewThreads()
  const context = (signal = neverAborted) => ({ signal, progress: () => {} })
  const mining = { dataset, filter: everything, surrogates: [model], models: [], against: null }
  const looking = { dataset, filter: everything, models: [model] }
  const counting = { dataset, filter: everything, facets: null, top: 3 }

  beforeAll(async () => {
    library = path.join(folder.folder, 'rows')
    const engine = await openTestEngine(library)
    const writeRows = async (name: string, header: string, count: number, cells: (i: number) => string) => {
      const file = path.join(folder.folder, name)
      const rows = Array.from({ length: count }, (_, i) => `${i}.png,${cells(i)}`)
      await writeFile(file, [header, ...rows].join('\n'))
      return file
    }
    for (const [name, count] of [
      ['drawn', 40],
      ['other', 20],
    ] as const) {
      const header = 'file_name,label,background'
      const index = await writeRows(`${name}.csv`, header, count, (i) => `class ${i % 4},place ${i % 3}`)
      const imported = await engine.import(index)
      const answers = 'file_name,predicted_class,predicted_probability'
      const file = await writeRows(`${name}-answers.csv`, answers, count, (i) => `class ${i % 2},0.5`)
      const place = engine.engine.places.register(file)
      const { job } = await engine.call('predictions.import', { dataset: imported, place, model, joinBy: null })
      await engine.engine.jobs.wait(job.id)
    }
    await engine.close()
  })

  /** A copy of it, with threads that begin with nothing done. */
  async function copyLibrary(): Promise<string> {
    const own = await makeFolder()
    onTestFinished(own.remove)
    const copy = path.join(own.folder, 'library')
    await cp(library, copy, { recursive: true })
    gate.reset()
    return copy
  }

  async function openGated() {
    const engine = await openTestEngine(await copyLibrary(), false, { threads: true, analysisEntry: gatedEntry })
    onTestFinished(async () => {
      gate.open()
      await engine.close()
    })
    // Past the channel, so that a call is made and abandoned at once.
    const { handlers } = engine.engine
    const mine = async (signal?: AbortSignal) => await handlers['mining.compute'](mining, context(signal))
    const look = async (signal?: AbortSignal) => await handlers['overview.compute'](looking, context(signal))
    return { engine, mine, look }
  }

  it('[WT4] leaves the engine free to answer, and to change what is looked at', async () => {
    const { engine, mine } = await openGated()
    const { version } = await engine.call('datasets.open', { dataset })
    gate.close()
    const mined = mine()
    await gate.arrival()
    await engine.call('tags.apply', { dataset, tag: 'odd', target: { kind: 'ids', ids: [1] }, on: true })
    const counts = await engine.call('query.counts', counting)
    expect(counts.tags).toEqual([{ name: 'odd', count: 1 }])
    expect(gate.get('ended')).toBe(0)
    gate.open()
    expect((await mined).version).toBe(version)
    expect((await mine()).version).toBe(counts.version)
  })

  it('[WT5] never begins what was abandoned while it waited', async () => {
    const { mine, look } = await openGated()
    gate.close()
    const mined = mine()
    await gate.arrival()
    const abort = new AbortController()
    const looked = failureOf(look(abort.signal))
    abort.abort()
    expect((await looked).code).toBe('cancelled')
    gate.open()
    await mined
    await mine()
    expect(gate.get('begun')).toBe(0)
    await look()
    expect(gate.get('begun')).toBe(1)
    expect((await failureOf(look(AbortSignal.abort()))).code).toBe('cancelled')
  })

  it('[WT6] gives up what is abandoned while it runs', async () => {
    const { mine } = await openGated()
    gate.close()
    const abort = new AbortController()
    const mined = failureOf(mine(abort.signal))
    await gate.arrival()
    abort.abort()
    expect((await mined).code).toBe('cancelled')
    gate.open()
    expect((await mine()).pool).toBe(40)
    expect(gate.get('ended')).toBe(1)
  })

  it('[WT7] that dies fails the call that it was at, and its successor answers those that waited', async () => {
    const { mine, look } = await openGated()
    gate.close()
    const abort = new AbortController()
    const first = failureOf(mine(abort.signal))
    await gate.arrival()
    const dying = mine()
    const looked = look()
    abort.abort()
    await first
    gate.set('order', orders.die)
    gate.set('opened', 1)
    await expect(dying).rejects.toThrow('The analysis thread ended during mining.compute.')
    expect((await looked).models).toEqual([model])
    gate.open()
    expect((await mine()).pool).toBe(40)
  })

  it('[WT8] that dies or cannot start is a bug with an id in the log, and is tried again for the next call', async () => {
    const { engine } = await openGated()
    gate.set('order', orders.die)
    const { code, details } = await failureOf(engine.call('mining.compute', mining))
    expect(code).toBe('internal')
    expect(await readFile(path.join(engine.library, 'foible.log'), 'utf8')).toContain(String(details['id']))
    const analysisEntry = path.join(folder.folder, 'nowhere.ts')
    const broken = await openTestEngine(await copyLibrary(), false, { threads: true, analysisEntry })
    onTestFinished(() => broken.close())
    for (let time = 0; time < 2; time++) {
      expect((await failureOf(broken.call('query.counts', counting))).code).toBe('internal')
    }
  })

  it('[WT9] lets a dataset go that is replaced; the call that it was at begins again, with the new one', async () => {
    const { folders, handlers } = await openThreads()
    gate.close()
    const mined = handlers['mining.compute'](mining, context())
    await gate.arrival()
    const { unfinished } = folders.newDatasetFolders(dataset)
    await cp(path.join(folders.folder, 'datasets/other'), unfinished, { recursive: true })
    const letGo = folders.letGo(dataset)
    const counted = handlers['query.counts'](counting, context())
    gate.open()
    const resume = await letGo
    folders.replaceDataset(dataset)
    resume()
    expect((await mined).pool).toBe(20)
    expect((await counted).samples).toBe(20)
    const again = await folders.letGo(dataset)
    const missed = failureOf(Promise.resolve(handlers['query.counts'](counting, context())))
    folders.deleteDataset(dataset)
    again()
    expect((await missed).code).toBe('not_found')
  })

  /** The threads alone, so that data changes just when the test says so. */
  async function openThreads() {
    const folders = new Library(await copyLibrary())
    const threads = new AnalysisThreads(folders, gatedEntry)
    folders.readBeside(threads)
    onTestFinished(async () => {
      gate.open()
      await threads.close()
      folders.close()
    })
    return { folders, threads, handlers: threads.handlers(analysisHandlers({ library: folders })) }
  }

  function answersAt(ids: readonly number[], rank: number): StagedBatch {
    const fill = (value: number, each = 1) => new Float32Array(ids.length * each).fill(value)
    return {
      sampleIds: Uint32Array.from(ids),
      topCodes: new Uint32Array(ids.length * topK).fill(1),
      topProbabilities: fill(0.1, topK),
      entropy: fill(0),
      margin: fill(0),
      truthConfidence: fill(0.1),
      truthRank: new Uint32Array(ids.length).fill(rank),
    }
  }

  it('[WT17] counts what is there where a batch of predictions comes in between call and answer, and remembers nothing of it', async () => {
    const { folders, handlers } = await openThreads()
    const handle = folders.dataset(dataset)
    const run = handle.columns.runColumns(model)
    const facets: Path[] = [{ kind: 'run', model, property: 'correct' }]
    const most: FilterExpr = { kind: 'compare', path: field('id'), op: '>', value: 5 }
    const count = async (filter: FilterExpr) => {
      const { facets: counted } = await handlers['query.counts']({ dataset, filter, facets, top: 3 }, context())
      return counted[0]!.kind === 'values' ? counted[0]!.values : []
    }
    const all = Array.from({ length: 40 }, (_, i) => i + 1)
    run.append(answersAt(all, 2), [])
    handle.touch()
    expect(await count(everything)).toEqual([{ value: false, count: 40 }])
    gate.close()
    const order = { groupBy: null, sort: { path: field('id'), descending: false } }
    const held = handlers['query.position']({ dataset, filter: everything, order, id: 1 }, context())
    await gate.arrival()
    const counted = count(most)
    run.append(answersAt([1, 2, 3, 4, 5, 6], 1), [])
    const later = count(everything)
    gate.open()
    await held
    const rest = [
      { value: false, count: 34 },
      { value: true, count: 1 },
    ]
    expect(await counted).toEqual(rest)
    expect(await later).toEqual([
      { value: false, count: 34 },
      { value: true, count: 6 },
    ])
    expect(await count(most)).toEqual(rest)
  })

  it('[WT10] at work does not keep the engine from closing', async () => {
    const { engine, mine } = await openGated()
    gate.close()
    const mined = failureOf(mine())
    await gate.arrival()
    await engine.engine.close()
    expect((await mined).code).toBe('cancelled')
  })

  it('[WT18] begins nothing again once they are closed, whatever changed', async () => {
    const { folders, threads, handlers } = await openThreads()
    gate.close()
    const mined = failureOf(Promise.resolve(handlers['mining.compute'](mining, context())))
    await gate.arrival()
    folders.dataset(dataset).touch()
    await threads.close()
    expect((await mined).code).toBe('cancelled')
    expect((await failureOf(Promise.resolve(handlers['query.counts'](counting, context())))).code).toBe('cancelled')
  })

  it('[WT19] ends a call that waits for a dataset to come back when it is abandoned', async () => {
    const { folders, handlers } = await openThreads()
    const resume = await folders.letGo(dataset)
    const abort = new AbortController()
    const counted = failureOf(Promise.resolve(handlers['query.counts'](counting, context(abort.signal))))
    abort.abort()
    expect((await counted).code).toBe('cancelled')
    resume()
    expect((await handlers['query.counts'](counting, context())).total).toBe(40)
  })

  it('[WT11] gathers the figures of a report again where data changes between two of them', async () => {
    const { engine } = await openGated()
    const place = engine.engine.places.register(path.dirname(engine.library))
    gate.close()
    const { dataset: id, filter, models } = looking
    const report = engine.call('reports.write', { dataset: id, filter, models, place, name: 'report' })
    await gate.arrival()
    await engine.call('tags.apply', { dataset, tag: 'odd', target: { kind: 'ids', ids: [1] }, on: true })
    gate.open()
    await report
    expect(gate.get('begun')).toBe(2)
  })
})
