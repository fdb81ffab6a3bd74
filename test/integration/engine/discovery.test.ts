// Discovery over a dataset without images, through the engine and the command line; and sets that were mined.
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Discovery } from '#contract/discovery.ts'
import type { CallInput } from '#contract/contract.ts'
import { type FilterExpr, everything } from '#core/filter/expr.ts'
import { runCommand, runJson } from '../../support/run-command.ts'
import { type TestEngine, failureOf, makeFolder, openTestEngine } from '../../support/test-engine.ts'

const sampleCount = 4000
const models = ['a', 'b']
let folder: Awaited<ReturnType<typeof makeFolder>>
let engine: TestEngine
let dataset: string

interface Row {
  readonly name: string
  readonly label: number
  readonly background: string
  readonly weather: string
  readonly brightness: number | ''
  readonly wrong: readonly boolean[]
}

/** Moss fails always more, fog only on roads, and a studio helps. */
const rows: readonly Row[] = (() => {
  let state = 11
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  const pick = <T>(values: readonly T[]) => values[Math.floor(random() * values.length)]!
  return Array.from({ length: sampleCount }, (_, i) => {
    const label = Math.floor(random() * 8)
    const background = pick(['moss', 'road', 'studio', 'sea', 'Straße 😀', 'field', 'wall', 'snow'])
    const weather = pick(['fog', 'sun', 'rain', 'night'])
    const usual = 0.2 + (label % 4) * 0.1
    const rate =
      background === 'moss'
        ? 0.75
        : background === 'studio'
          ? 0.05
          : background === 'road' && weather === 'fog'
            ? 0.95
            : usual
    return {
      name: `image-${i}.jpg`,
      label,
      background,
      weather,
      brightness: i % 10 === 0 ? ('' as const) : Math.floor(random() * 100),
      wrong: models.map(() => random() < rate),
    }
  })
})()

beforeAll(async () => {
  folder = await makeFolder()
  engine = await openTestEngine(path.join(folder.folder, 'library'))
  const index = path.join(folder.folder, 'index.csv')
  const lines = rows.map((row) =>
    [row.name, `class ${row.label}`, row.background, row.weather, row.brightness].join(','),
  )
  await writeFile(index, ['file_name,label,background,weather,brightness', ...lines].join('\n'))
  dataset = await engine.import(index)
  for (const [model, name] of models.entries()) {
    const file = path.join(folder.folder, `${name}.csv`)
    const answers = rows.map(
      (row) => `${row.name},class ${row.wrong[model] === true ? (row.label + 1) % 8 : row.label},0.5`,
    )
    await writeFile(file, ['file_name,predicted,confidence', ...answers].join('\n'))
    const { job } = await engine.call('predictions.import', {
      dataset,
      place: engine.engine.places.register(file),
      joinBy: null,
      model: name,
    })
    await engine.engine.jobs.wait(job.id)
  }
})
afterAll(async () => {
  await engine.close()
  await folder.remove()
})

const discover = (input: Partial<CallInput<'discovery.compute'>> = {}): Promise<Discovery> =>
  engine.call('discovery.compute', { dataset, filter: everything, models: ['a'], fields: null, ...input })

const nameOf = ({ parts }: Discovery['found'][number]) => parts.map(({ value }) => String(value)).join(' × ')
const standing = ({ found }: Discovery) => found.filter(({ explainedBy }) => explainedBy === null)

describe('discovery', () => {
  it('[ST210] finds what was planted among all fields, and folds what it explains', async () => {
    const discovery = await discover()
    expect(discovery.fields.map(({ field }) => field).sort()).toEqual(['background', 'brightness', 'weather'])
    const more = standing(discovery).filter(({ badge }) => badge !== 'less')
    expect(more.map(nameOf)).toContain('moss')
    expect(more.map(nameOf)).toContain('road × fog')
    expect(standing(discovery).find(({ badge }) => badge === 'less')!.parts[0]!.value).toBe('studio')
    const moss = discovery.found.findIndex((slice) => nameOf(slice) === 'moss')
    const road = discovery.found.find((slice) => nameOf(slice) === 'road')!
    expect(road.carried!.by.map((place) => discovery.found[place]!.title)).toEqual(['road × fog'])
    expect(discovery.found.filter(({ explainedBy }) => explainedBy === moss).map(nameOf)).toContain('moss × sun')
  })

  it('[ST210] gives every slice its figures, a filter that finds its images, and a sentence', async () => {
    const discovery = await discover({ models })
    for (const slice of discovery.found) {
      const { total } = await engine.call('query.page', {
        dataset,
        filter: slice.filter,
        order: { groupBy: null, sort: null },
        offset: 0,
        limit: 1,
        columns: [],
      })
      expect(total).toBe(slice.n)
    }
    const pair = discovery.found.find((slice) => nameOf(slice) === 'road × fog')!
    const own = rows.filter(({ background, weather }) => background === 'road' && weather === 'fog')
    const failures = own.reduce((sum, row) => sum + row.wrong.filter(Boolean).length / 2, 0)
    expect(pair).toMatchObject({ n: own.length, failures })
    expect(pair.sentence).toContain(`On road × fog, a and b fail ${failures} of ${own.length} on average`)
    expect(discovery.found.find(({ badge }) => badge === 'less')!.sentence).toContain('fail only')
    expect(pair.strip.map((id) => rows[id - 1]!.wrong)).toEqual(pair.strip.map(() => [true, true]))
  })

  it('[ST211] cuts numbers into bins of equally many images, or by hand', async () => {
    const fields = [{ kind: 'field' as const, name: 'brightness' }]
    const crossed = await discover({ minSupport: 5, filter: { kind: 'compare', path: fields[0]!, op: '<', value: 40 } })
    expect(crossed.found.flatMap(({ parts, title }) => (parts.length === 2 ? [title] : []))).toContainEqual(
      expect.stringMatching(/^moss × brightness \d+ to (below )?\d+$/),
    )
    expect((await discover({ fields })).fields).toEqual([{ field: 'brightness', values: 5 }])
    const byHand = await discover({ fields, bins: [{ field: fields[0]!, limits: [0, 50, 99] }] })
    expect(byHand.fields).toEqual([{ field: 'brightness', values: 2 }])
    const table = await engine.call('slices.compute', {
      dataset,
      filter: everything,
      field: fields[0]!,
      cross: null,
      models: ['a'],
      adjust: 'auto',
      bins: [10, 50, 60],
    })
    const countOf = (test: (value: number) => boolean) =>
      rows.filter(({ brightness }) => brightness !== '' && test(brightness)).length
    const counts = Object.fromEntries(table.slices.map(({ value, n }) => [value, n]))
    expect(counts).toEqual({
      '10 to below 50': countOf((value) => value >= 10 && value < 50),
      '50 to 60': countOf((value) => value >= 50 && value <= 60),
    })
    const failure = await failureOf(
      discover({
        fields: [{ kind: 'field', name: 'weather' }],
        bins: [{ field: { kind: 'field', name: 'weather' }, limits: [0, 1] }],
      }),
    )
    expect(failure).toMatchObject({ code: 'usage', message: expect.stringContaining('bins are for numbers') })
  })

  it('[ST212] answers others while it runs, and ends when it is cancelled', async () => {
    const controller = new AbortController()
    const running = engine.client.call(
      'discovery.compute',
      { dataset, filter: everything, models: ['b'], fields: null, minSupport: 5 },
      { signal: controller.signal },
    )
    const counts = await engine.call('query.counts', { dataset, filter: everything, facets: [], top: 1 })
    expect(counts.total).toBe(sampleCount)
    controller.abort()
    expect(await failureOf(running)).toMatchObject({ code: 'cancelled' })
  })
})

describe('sets picked by models’ own answers', () => {
  const mined: FilterExpr = { kind: 'all_wrong', models: ['a'] }

  it('[ST213] bar the models that made them from the ranking, in discovery, slices and the overview', async () => {
    const discovery = await discover({ filter: mined, models })
    expect(discovery).toMatchObject({ models: ['b'], selection: { surrogates: ['a'], barred: ['a'] } })
    const table = await engine.call('slices.compute', {
      dataset,
      filter: mined,
      field: { kind: 'field', name: 'background' },
      cross: null,
      models,
      adjust: 'auto',
    })
    expect(table).toMatchObject({ models: ['b'], selection: { barred: ['a'] } })
    expect(table.selection!.warning).toContain('not what a model meets elsewhere')
    const overview = await engine.call('overview.compute', { dataset, filter: mined, models })
    expect(overview).toMatchObject({ models: ['b'], selection: { barred: ['a'] } })
  })

  it('[ST213] leave nothing to rank where they were made from all of the models', async () => {
    const table = await engine.call('slices.compute', {
      dataset,
      filter: { kind: 'any_wrong', models },
      field: { kind: 'field', name: 'background' },
      cross: null,
      models,
      adjust: 'auto',
    })
    expect(table.models).toEqual(models)
    expect(table.slices.every(({ q, qLess, badge }) => q === null && qLess === null && badge === null)).toBe(true)
    expect(table.power.sentence).toContain('no slice of them can stand out')
    const overview = await engine.call('overview.compute', { dataset, filter: mined, models: ['a'] })
    expect(overview).toMatchObject({ findings: [], easier: [], nothing: overview.selection!.warning })
    const discovery = await discover({ filter: mined })
    expect(discovery).toMatchObject({ found: [], models: [], nothing: discovery.selection!.warning })
  })

  it('[ST213] are known behind a view, too', async () => {
    await engine.call('views.save', { dataset, name: 'hard', filter: mined, layout: null })
    const view: FilterExpr = { kind: 'and', items: [{ kind: 'view', name: 'hard' }] }
    expect((await discover({ filter: view, models })).selection).toMatchObject({ surrogates: ['a'] })
  })
})

describe('foible discover', () => {
  it('[ST214] prints the ranked list, and with --json the document', async () => {
    await engine.close()
    const library = ['--library', path.join(folder.folder, 'library')]
    const text = await runCommand(['discover', dataset, '--models', 'a,b', ...library])
    expect(text.err).toBe('')
    expect(text.out).toMatch(/background = moss +[\d.]+ +\d+ +\d+ %/)
    expect(text.out).toContain('explained by the above')
    expect(text.out).toContain('only through road × fog: the others')
    const fields = ['--fields', 'background', '--no-pairs']
    const json = (await runJson(['discover', dataset, '--models', 'a', ...fields, ...library])) as Discovery
    expect(json.found.length).toBeGreaterThan(0)
    expect(json.found.every(({ parts }) => parts.length === 1)).toBe(true)
    const bins = await runCommand(['discover', dataset, '--models', 'a', '--bins', 'brightness=0,x', ...library])
    expect(bins.code).toBe(2)
    const warned = await runCommand(['discover', dataset, '--models', 'a,b', '--where', 'all_wrong(a)', ...library])
    expect(warned.out).toContain('The filter picks images by how a answered')
    engine = await openTestEngine(path.join(folder.folder, 'library'))
  })
})
