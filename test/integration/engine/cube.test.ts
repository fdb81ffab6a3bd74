// Cubes through the engine: what they answer beside the images that they count, and what they refuse.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import fc from 'fast-check'
import { parquetMetadata } from 'hyparquet'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CallInput, CallName } from '#contract/contract.ts'
import { everything } from '#core/filter/expr.ts'
import { closeTo } from '../../support/close-to.ts'
import { counts, cubeBytes, texts, verdicts } from '../../support/cube-bytes.ts'
import { type CubeRow, importRows } from '../../support/cube-scene.ts'
import { type TestEngine, failureOf, makeFolder, openTestEngine, projectRoot } from '../../support/test-engine.ts'

const models = ['lite0', 'b 0', 'é']
const field = (name: string) => ({ kind: 'field', name }) as const

let folder: Awaited<ReturnType<typeof makeFolder>>
let engine: TestEngine
beforeAll(async () => {
  folder = await makeFolder()
  engine = await openTestEngine(path.join(folder.folder, 'library'))
})
afterAll(async () => {
  await engine.close()
  await folder.remove()
})

const inFolder = (name: string) => path.join(folder.folder, name)

async function writeCube(dataset: string, name: string, input: Partial<CallInput<'cubes.write'>> = {}) {
  return await engine.call('cubes.write', {
    dataset,
    filter: everything,
    fields: ['background', 'weather', 'severity', 'night', 'corruption', 'variation'],
    models,
    place: engine.engine.places.register(folder.folder),
    name: `${name}.parquet`,
    ...input,
  })
}

async function importCube(dataset: string, name: string, input: Partial<CallInput<'cubes.write'>> = {}) {
  await writeCube(dataset, name, input)
  return await engine.import(inFolder(`${name}.parquet`))
}

/** Some backgrounds and classes are hard, the models fail together at times, one has not answered everything. */
function drawRow(random: () => number, isFirst: boolean): CubeRow {
  const pick = <T>(values: readonly T[]) => values[Math.floor(random() * values.length)]!
  const label = pick(['N', 'no', 'é', 'bus, red', 'x "y"', ''])
  const background = pick(['moss', 'road', 'sea', 'Straße 😀', 'moss', ''])
  const hard = 0.15 + (label === 'no' ? 0.3 : 0) + (background === 'moss' ? 0.35 : 0)
  const shared = random()
  return {
    label,
    fields: {
      background,
      weather: pick(['fog', 'sun', 'rain']),
      severity: pick([1, 2, 3, 4, 5, 7.25, -3, 40, '']),
      night: pick(['true', 'false', '']),
      corruption: pick(['gaussian_noise', 'fog', 'rust']),
      variation: pick(['mixed_same', 'mixed_rand', 'original']),
    },
    answers: models.map((_, model) => {
      if (model === 2 && !isFirst && random() < 0.1) return null
      const fails = random() < 0.5 ? shared < hard : random() < hard
      return fails ? `not ${label}` : label
    }),
  }
}

const scenes = fc.record({ seed: fc.nat(), size: fc.integer({ min: 200, max: 1200 }) })

function drawRows({ seed, size }: { readonly seed: number; readonly size: number }): CubeRow[] {
  let state = seed >>> 0
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  return Array.from({ length: size }, (_, i) => drawRow(random, i === 0))
}

/** What a cube cannot tell, or has no use for. */
const apart = new Set([
  'version',
  'strip',
  'sameLabel',
  'unanimous',
  'top5',
  'calibration',
  'confidenceWhenWrong',
  'entropy',
])

/** The same call of two datasets gives the same figures. */
async function expectAlike<N extends CallName>(a: string, b: string, name: N, input: object): Promise<void> {
  const isRanked = /^(?:slices|overview|discovery)/.test(name)
  const ask = async (dataset: string) => {
    const answer = await engine.call(name, { dataset, ...input } as unknown as CallInput<N>)
    return isRanked ? answer : byValue(answer)
  }
  const [one, other] = [await ask(a), await ask(b)]
  expect(closeTo(other, one, apart), `${name} ${JSON.stringify(input)}`).toBe('')
}

/** Values that are in no other order come as they lie in the dataset: lists of them in the order of their names. */
function byValue(answer: unknown): unknown {
  if (Array.isArray(answer)) {
    const items = answer.map(byValue)
    return items.every((item) => isValued(item)) ? items.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)) : items
  }
  const isPlain = typeof answer === 'object' && answer !== null && !ArrayBuffer.isView(answer)
  return isPlain ? Object.fromEntries(Object.entries(answer).map(([key, value]) => [key, byValue(value)])) : answer
}
const isValued = (item: unknown): item is { readonly value: unknown } =>
  typeof item === 'object' && item !== null && 'value' in item
const nameOf = ({ value }: { readonly value: unknown }) => String(value)

describe('a cube beside its images', () => {
  it('[CU7] answers what they answer', { timeout: 120_000 }, async () => {
    let scene = 0
    await fc.assert(
      fc.asyncProperty(scenes, async (drawn) => {
        const name = `scene-${scene++}`
        const images = await importRows(engine, folder.folder, name, models, drawRows(drawn))
        const cube = await importCube(images, `${name}-cube`)
        const filters = [
          '',
          'weather = fog or night = true',
          '`b 0`.correct = false',
          'severity > 1',
          'background is missing',
        ]
        for (const text of filters) {
          const filter = text === '' ? everything : await engine.where(images, text)
          const under = { filter, models }
          for (const path of ['background', 'night', 'severity']) {
            const own = { ...under, field: field(path), adjust: 'auto' }
            await expectAlike(images, cube, 'slices.compute', { ...own, cross: null })
            await expectAlike(images, cube, 'slices.compute', { ...own, models: ['é'], cross: field('weather') })
            await expectAlike(images, cube, 'compare.accuracy', { ...under, field: field(path) })
            await expectAlike(images, cube, 'metrics.compute', { ...under, by: field(path) })
          }
          await expectAlike(images, cube, 'compare.compute', under)
          await expectAlike(images, cube, 'mining.compute', {
            filter,
            surrogates: ['lite0', 'b 0'],
            models: ['é'],
            against: ['é'],
          })
          await expectAlike(images, cube, 'overview.compute', under)
          const fields = ['background', 'weather', 'severity', 'night'].map(field)
          await expectAlike(images, cube, 'discovery.compute', { ...under, fields, minSupport: 5 })
          await expectAlike(images, cube, 'metrics.benchmarks', under)
          await expectAlike(images, cube, 'query.counts', { filter, facets: [...fields, field('label')], top: 50 })
          for (const dataset of [images, cube])
            await engine.call('views.save', { dataset, name: `view of ${text}`, filter, layout: null })
        }
        await expectAlike(images, cube, 'views.check', {})
      }),
      { seed: 11, numRuns: 3, endOnFailure: true, examples: [[{ seed: 3, size: 1 }]] },
    )
  })
})

describe('the cube of a dataset', () => {
  let images: string
  beforeAll(async () => {
    images = await importRows(engine, folder.folder, 'whole', models, drawRows({ seed: 8, size: 900 }))
  })

  it('[CU12] of a part of a cube is the cube of that part', async () => {
    const cube = await importCube(images, 'outer', { filter: await engine.where(images, 'weather != fog') })
    const where = await engine.where(cube, 'background = moss')
    const inner = await importCube(cube, 'inner', { filter: where, fields: ['weather', 'severity'] })
    const direct = await importCube(images, 'direct', {
      filter: await engine.where(images, 'weather != fog and background = moss'),
      fields: ['weather', 'severity'],
    })
    const under = { filter: everything, models }
    await expectAlike(direct, inner, 'slices.compute', { ...under, field: field('weather'), cross: null, adjust: 'on' })
    await expectAlike(direct, inner, 'compare.compute', under)
    const { cube: info } = await engine.call('datasets.open', { dataset: inner })
    expect(info).toMatchObject({ source: 'whole', filter: '(weather != fog) and (background = moss)' })
  })

  it('[CU13] says what it counts, and how its models were asked', async () => {
    await writeCube(images, 'said', { filter: await engine.where(images, 'night = true') })
    const bytes = await readFile(inFolder('said.parquet'))
    const { key_value_metadata: pairs = [] } = parquetMetadata(Uint8Array.from(bytes).buffer)
    const said = new Map(pairs.map(({ key, value }) => [key, value]))
    expect(said.get('foible_cube')).toBe('1')
    expect(JSON.parse(said.get('foible_cube_terms')!)).toMatchObject({
      class: 'label',
      fields: [
        { name: 'background', column: 'background', kind: 'category', role: 'nuisance' },
        { name: 'weather', role: 'nuisance' },
        { name: 'severity', kind: 'number', role: 'plain' },
        { name: 'night', kind: 'boolean', role: 'plain' },
        { name: 'corruption', kind: 'category', role: 'nuisance' },
        { name: 'variation', kind: 'category', role: 'plain' },
      ],
      models: models.map((name) => ({ name, column: `correct:${name}`, protocol: 'unmasked', sha256: null })),
      source: 'whole',
      filter: 'night = true',
    })
    const dataset = await engine.import(inFolder('said.parquet'))
    const summary = await engine.call('datasets.open', { dataset })
    expect(summary.fields.map(({ name, kind, role }) => [name, kind, role])).toEqual([
      ['label', 'category', 'class'],
      ['background', 'category', 'nuisance'],
      ['weather', 'category', 'nuisance'],
      ['severity', 'number', 'plain'],
      ['night', 'boolean', 'plain'],
      ['corruption', 'category', 'nuisance'],
      ['variation', 'category', 'plain'],
    ])
    const source = await engine.call('datasets.open', { dataset: images })
    const before = source.fields.find(({ name }) => name === 'weather')!
    expect(summary.fields.find(({ name }) => name === 'weather')!.values).toBe(before.values)
    expect(summary.runs.map(({ state }) => state)).toEqual(source.runs.map(({ state }) => state))
  })

  it('[CU13] takes the place of no file, and leaves none behind where it fails', async () => {
    await writeFile(inFolder('taken.parquet'), 'mine')
    const failures = [
      await failureOf(writeCube(images, 'taken')),
      await failureOf(writeCube(images, 'odd', { name: '../odd.parquet' })),
      await failureOf(writeCube(images, 'odd', { name: 'odd.csv' })),
      await failureOf(writeCube(images, 'odd', { fields: ['gone'] })),
      await failureOf(writeCube(images, 'odd', { models: ['gone'] })),
      await failureOf(writeCube(images, 'odd', { filter: await engine.where(images, 'severity > 1000') })),
    ]
    expect(failures.map(({ code }) => code)).toEqual([
      'already_exists',
      'unsafe_path',
      'usage',
      'unknown_name',
      'unknown_name',
      'empty_source',
    ])
    expect(await readFile(inFolder('taken.parquet'), 'utf8')).toBe('mine')
    expect(readdirSync(folder.folder).filter((name) => /odd|\.part$/.test(name))).toEqual([])
  })

  it('[CU10] counts numbers by bins where it is told which, and the bins are those of the images', async () => {
    const limits = [-5, 2, 4, 10]
    const bins = [{ field: 'severity', limits }]
    const cube = await importCube(images, 'binned', { bins })
    const under = { filter: everything, models, cross: null, adjust: 'auto' } as const
    const ask = async (dataset: string, own: object) => {
      const table = await engine.call('slices.compute', { dataset, ...under, field: field('severity'), ...own })
      return table.slices.map(({ value, n, failures, q }) => ({ value, n, failures, q }))
    }
    expect(closeTo(await ask(cube, {}), await ask(images, { bins: limits }), new Set())).toBe('')
    expect((await failureOf(writeCube(images, 'x', { bins: [{ field: 'width', limits }] }))).code).toBe('usage')
  })

  it('[CU10] refuses numbers that are hardly ever the same', async () => {
    const rows = Array.from({ length: 1100 }, (_, i): CubeRow => ({
      label: 'N',
      fields: { size: i / 7 },
      answers: ['N'],
    }))
    const dataset = await importRows(engine, folder.folder, 'measured', ['a'], rows)
    const failure = await failureOf(writeCube(dataset, 'measured-cube', { fields: ['size'], models: ['a'] }))
    expect(failure.code).toBe('usage')
    expect(failure.message).toContain('bins')
  })

  it('[CU11] refuses what it does not hold, and says what to do instead', async () => {
    const dataset = await importCube(images, 'refusing')
    const under = { dataset, filter: everything }
    const run = { model: 'lite0' }
    const by = { by: field('weather'), value: 'fog' }
    const property = { kind: 'run', model: 'lite0', property: 'confidence' } as const
    const place = engine.engine.places.register(folder.folder)
    const asked: readonly [CallName, object][] = [
      ['confusion.compute', { ...run, by: null, value: null }],
      ['confusion.difference', { ...run, ...by, minus: null }],
      ['samples.get', { id: 1 }],
      ['query.page', { order: { groupBy: null, sort: null }, offset: 0, limit: 5, columns: [] }],
      ['tags.apply', { tag: 'odd', target: { kind: 'ids', ids: [1] }, on: true }],
      ['labels.read', { ...run, place }],
      ['runs.start', { ...run, provider: 'cpu', batch: null }],
      ['exports.start', { format: 'csv', place, name: 'out', media: 'none' }],
      ['slices.compute', { models: ['lite0'], field: property, cross: null, adjust: 'auto' }],
      ['query.counts', { facets: [property], top: 5 }],
    ]
    for (const [name, input] of asked) {
      const failure = await failureOf(engine.call(name, { ...under, ...input } as unknown as CallInput<typeof name>))
      expect([name, failure.code]).toEqual([name, 'usage'])
      expect(failure.message).toMatch(/^A cube .*[;:.,] .*\.$/)
    }
    for (const text of [
      'same_wrong_label(lite0, `b 0`)',
      'disagree(lite0, `b 0`)',
      'lite0.confidence > 0.5',
      'has_prediction(é)',
      'id < 5',
      'file_name contains "cell"',
    ]) {
      const filter = await engine.where(dataset, text)
      expect((await failureOf(engine.call('query.counts', { dataset, filter, facets: [], top: 5 }))).code).toBe('usage')
    }
    const comparison = await engine.call('compare.compute', { ...under, models })
    expect(comparison.unanimous).toBeNull()
    expect(new Set(comparison.subsets.map(({ sameLabel }) => sameLabel))).toEqual(new Set([null]))
  })

  it('[CU15] is not there where its import was killed before the end', async () => {
    await writeCube(images, 'cut')
    const library = inFolder('killed-library')
    const args = ['test/support/import-until-killed.ts', library, inFolder('cut.parquet')]
    const { signal } = spawnSync(process.execPath, args, { cwd: projectRoot })
    expect(signal).toBe('SIGKILL')
    const again = await openTestEngine(library)
    try {
      expect(await again.call('datasets.list', {})).toEqual([])
      const dataset = await again.import(inFolder('cut.parquet'))
      expect((await again.call('datasets.open', { dataset })).samples).toBe(900)
    } finally {
      await again.close()
    }
  })
})

describe('a cube of two billion images', () => {
  const places = Array.from({ length: 30 }, (_, i) => `place ${i}`)
  const labels = Array.from({ length: 20 }, (_, i) => `class ${i}`)
  /** Of every place and class, how many images fail with neither, either and both of two models. */
  const cells = places.flatMap((background, p) =>
    labels.flatMap((label, l) =>
      [0, 1, 2, 3].map((failing) => ({
        background,
        label,
        a: (failing & 1) === 0,
        b: (failing & 2) === 0,
        count: 400_000 + p * 1000 + l * 7 + (failing === 3 && p === 4 ? 900_000 : 0) + (failing === 0 ? 2_000_000 : 0),
      })),
    ),
  )
  const total = cells.reduce((sum, { count }) => sum + count, 0)
  let dataset: string
  beforeAll(async () => {
    const bytes = cubeBytes({
      background: texts(...cells.map(({ background }) => background)),
      label: texts(...cells.map(({ label }) => label)),
      'correct:a': verdicts(...cells.map(({ a }) => a)),
      'correct:b': verdicts(...cells.map(({ b }) => b)),
      count: counts(...cells.map(({ count }) => count)),
    })
    await writeFile(inFolder('billions.parquet'), bytes)
    dataset = await engine.import(inFolder('billions.parquet'))
  })

  it('[CU9] is described by its images', async () => {
    expect(total).toBeGreaterThan(2e9)
    const summary = await engine.call('datasets.open', { dataset })
    expect(summary).toMatchObject({ samples: total, cube: { cells: cells.length, source: null, filter: null } })
    expect(summary.runs[0]).toMatchObject({ predicted: total, judged: total, state: 'done' })
    const card = (await engine.call('datasets.list', {})).find(({ id }) => id === dataset)!
    expect(card).toMatchObject({ samples: total, strip: [] })
  })

  it('[CU9] has slices, comparison and mined sets that are sums over its cells', async () => {
    const sum = (holds: (cell: (typeof cells)[number]) => boolean) =>
      cells.filter(holds).reduce((images, { count }) => images + count, 0)
    const under = { dataset, filter: everything }
    const table = await engine.call('slices.compute', {
      ...under,
      models: ['a'],
      field: field('background'),
      cross: null,
      adjust: 'auto',
    })
    const hard = table.slices[0]!
    expect(hard).toMatchObject({
      value: 'place 4',
      n: sum(({ background }) => background === 'place 4'),
      failures: sum(({ background, a }) => background === 'place 4' && !a),
      badge: 'more',
    })
    expect(hard.wilson[1] - hard.wilson[0]).toBeLessThan(0.001)
    for (const slice of table.slices)
      for (const figure of [slice.p, slice.ebLower, slice.pAbove]) expect(Number.isFinite(figure)).toBe(true)
    const { subsets, n } = await engine.call('compare.compute', { ...under, models: ['a', 'b'] })
    expect(n).toBe(total)
    expect(subsets.find(({ failing }) => failing.join() === 'a,b')!.count).toBe(sum(({ a, b }) => !a && !b))
    const mining = await engine.call('mining.compute', { ...under, surrogates: ['a', 'b'], models: [] })
    expect(mining.sets.map(({ count }) => count)).toEqual([sum(({ a, b }) => !a || !b), sum(({ a, b }) => !a && !b)])
    const filter = await engine.where(dataset, 'all_wrong(a, b) and background = "place 4"')
    const { total: found } = await engine.call('query.counts', { dataset, filter, facets: [], top: 5 })
    expect(found).toBe(sum(({ a, b, background }) => !a && !b && background === 'place 4'))
  })
})
