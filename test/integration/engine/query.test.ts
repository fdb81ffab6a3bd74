// What the screens ask: counts, groups, pages, positions and ranges of one dataset, which must agree with each other.
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Order } from '#contract/query.ts'
import type { CallInput } from '#contract/contract.ts'
import { type FilterExpr, type Path, everything } from '#core/filter/expr.ts'
import { colourModel, drawColours } from '../../support/colour-folder.ts'
import { type TestEngine, failureOf, makeFolder, openTestEngine } from '../../support/test-engine.ts'

const model = 'colours'
let engine: TestEngine
let remove: () => Promise<void>
let dataset: string

beforeAll(async () => {
  const made = await makeFolder()
  remove = made.remove
  await drawColours(path.join(made.folder, 'drawn'), 60)
  engine = await openTestEngine(path.join(made.folder, 'library'))
  await engine.addModel(colourModel, model)
  dataset = await engine.import(path.join(made.folder, 'drawn'))
  await engine.predict(dataset, model)
  await engine.call('tags.apply', { dataset, tag: 'odd', target: { kind: 'ids', ids: [1, 3, 5] }, on: true })
})
afterAll(async () => {
  await engine.close()
  await remove()
})

const field = (name: string): Path => ({ kind: 'field', name })
const run = (property: 'correct' | 'confidence' | 'predicted'): Path => ({ kind: 'run', model, property })
const page = (options: Partial<CallInput<'query.page'>>) =>
  engine.call('query.page', {
    dataset,
    filter: everything,
    order: { groupBy: null, sort: null },
    offset: 0,
    limit: 1000,
    columns: [],
    ...options,
  })

const sorts: Order['sort'][] = [
  null,
  { path: field('id'), descending: true },
  { path: field('file_name'), descending: false },
  { path: field('shade'), descending: true },
  { path: field('background'), descending: false },
  { path: run('confidence'), descending: true },
  { path: 'wrong_models', descending: true },
]
const orders = [null, field('background'), field('label'), field('shade'), run('correct')].flatMap((groupBy) =>
  sorts.map((sort): Order => ({ groupBy, sort })),
)
const named = orders.map((order) => [JSON.stringify(order), order] as const)

describe('orders', () => {
  it.each(named)('[EN1] give the same sequence as groups, pages, positions and ranges: %s', async (_name, order) => {
    const filter = await engine.where(dataset, 'label != red')
    const whole = await page({ filter, order, columns: order.groupBy === null ? [] : [order.groupBy] })
    const ids = Array.from(whole.ids)
    expect(new Set(ids).size).toBe(45)
    expect(whole.total).toBe(45)
    const pieces = await Promise.all(
      [0, 7, 14, 21, 28, 35, 42].map((offset) => page({ filter, order, offset, limit: 7 })),
    )
    expect(pieces.flatMap((piece) => Array.from(piece.ids))).toEqual(ids)
    for (const offset of [0, 1, 22, 44]) {
      expect((await engine.call('query.position', { dataset, filter, order, id: ids[offset]! })).offset).toBe(offset)
    }
    const range = await engine.call('query.range', { dataset, filter, order, from: 20, to: 11 })
    expect(Array.from(range.ids)).toEqual(ids.slice(11, 21))
    const { groups, total } = await engine.call('query.groups', { dataset, filter, order, model })
    expect(total).toBe(45)
    let start = 0
    for (const group of groups) {
      expect(group.start).toBe(start)
      const values = whole.columns[0]?.values.slice(start, start + group.count) ?? [null]
      expect(new Set(values)).toEqual(new Set([group.value]))
      expect(group.failures).toBeLessThanOrEqual(group.n)
      start += group.count
    }
    expect(start).toBe(45)
    expect(new Set(groups.map((group) => group.value)).size).toBe(groups.length)
  })

  it('[EN2] give an empty page beyond the end, and no position to what the filter leaves out', async () => {
    const beyond = await page({ offset: 1000 })
    expect({ ids: Array.from(beyond.ids), total: beyond.total, fileNames: beyond.fileNames }).toEqual({
      ids: [],
      total: 60,
      fileNames: [],
    })
    const filter = await engine.where(dataset, 'label = red')
    const blue = await page({ filter: await engine.where(dataset, 'label = blue') })
    const order = { groupBy: null, sort: null }
    expect(await engine.call('query.position', { dataset, filter, order, id: blue.ids[0]! })).toEqual({ offset: null })
    const range = await engine.call('query.range', { dataset, filter, order, from: 10, to: 10_000 })
    expect(range.ids).toHaveLength(5)
  })

  it('[EN3] put missing values last, whichever way they are sorted', async () => {
    for (const descending of [true, false]) {
      const sorted = await page({
        order: { groupBy: null, sort: { path: field('background'), descending } },
        columns: [field('background')],
      })
      const values = sorted.columns[0]!.values
      const firstMissing = values.indexOf(null)
      expect(values.slice(firstMissing).every((value) => value === null)).toBe(true)
      const present = values.slice(0, firstMissing) as string[]
      expect(present).toEqual(descending ? present.toSorted().toReversed() : present.toSorted())
    }
  })
})

describe('counts', () => {
  it('[EN50] count the values that the filter names, however rare they are', async () => {
    const filter = await engine.where(dataset, 'background in (wall, floor, table, sky)')
    const facets = [{ kind: 'field', name: 'background' } as const]
    const named = await engine.call('query.counts', { dataset, filter, facets, top: 1 })
    const all = await engine.call('query.counts', { dataset, filter, facets, top: 100 })
    expect(named.facets).toEqual(all.facets)
  })

  it('[EN10] leave a facet’s own clause out and keep all others', async () => {
    const filter = await engine.where(dataset, 'background = wall and label in (red, green)')
    const counts = await engine.call('query.counts', { dataset, filter, facets: null, top: 100 })
    const facet = (name: string) => {
      const found = counts.facets.find((entry) => entry.name === name)
      return found?.kind === 'values' ? Object.fromEntries(found.values.map(({ value, count }) => [value, count])) : {}
    }
    const total = async (where: string) =>
      (await engine.call('query.counts', { dataset, filter: await engine.where(dataset, where), facets: [], top: 1 }))
        .total
    expect(counts.total).toBe(await total('background = wall and label in (red, green)'))
    for (const place of ['wall', 'floor', 'table', 'sky']) {
      expect(facet('background')[place] ?? 0).toBe(await total(`background = ${place} and label in (red, green)`))
    }
    for (const label of ['red', 'green', 'blue', 'purple']) {
      expect(facet('label')[label] ?? 0).toBe(await total(`background = wall and label = ${label}`))
    }
    expect(facet(`${model}.correct`)['true'] ?? 0).toBe(
      await total(`background = wall and label in (red, green) and ${model}.correct = true`),
    )
    const shade = counts.facets.find((entry) => entry.name === 'shade')
    expect(shade?.kind === 'histogram' && Array.from(shade.counts).reduce((sum, n) => sum + n, 0) + shade.missing).toBe(
      counts.total,
    )
    expect(counts.tags).toEqual([
      { name: 'odd', count: await total('background = wall and label in (red, green) and tagged(odd)') },
    ])
  })

  it('[EN11] find values by a part of their name', async () => {
    const values = (search: string) => engine.call('query.values', { dataset, path: field('label'), search, limit: 10 })
    expect((await values('RE')).map(({ value }) => value).sort()).toEqual(['green', 'red'])
    expect(await values('nothing')).toEqual([])
  })
})

describe('names', () => {
  const wrong: [string, string, () => Promise<unknown>][] = [
    [
      'field',
      'background',
      () => page({ filter: { kind: 'compare', path: field('backgroud'), op: '=', value: 'wall' } }),
    ],
    [
      'field of an order',
      'shade',
      () => page({ order: { groupBy: null, sort: { path: field('shad'), descending: false } } }),
    ],
    ['field of a page', 'label', () => page({ columns: [field('lable')] })],
    ['model', model, () => page({ filter: { kind: 'has_prediction', model: 'colour' } })],
    ['tag', 'odd', () => page({ filter: { kind: 'tagged', tag: 'od' } })],
    ['source', 'background', () => page({ columns: [{ kind: 'source', field: 'backgrond' }] })],
    ['model of slices', model, () => slices(field('background'), ['colour'])],
    ['field of slices', 'background', () => slices(field('backgroun'), [model])],
    [
      'model of a comparison',
      model,
      () => engine.call('compare.compute', { dataset, filter: everything, models: ['colous'] }),
    ],
    [
      'model of a confusion',
      model,
      () => engine.call('confusion.compute', { dataset, filter: everything, model: 'colors', by: null, value: null }),
    ],
  ]
  const slices = (path: Path, models: string[]) =>
    engine.call('slices.compute', { dataset, filter: everything, field: path, cross: null, models, adjust: 'auto' })

  it.each(wrong)('[EN20] that are unknown are told with the nearest: %s', async (_what, nearest, ask) => {
    const failure = await failureOf(ask())
    expect(failure.code).toBe('unknown_name')
    expect(failure.details['nearest']).toContain(nearest)
    expect(failure.message).toContain(nearest)
  })

  it('[EN21] of datasets, models, samples, jobs and calls that are not there are told as well', async () => {
    expect(await failureOf(engine.call('datasets.open', { dataset: 'draw' }))).toMatchObject({
      code: 'not_found',
      details: { nearest: ['drawn'] },
    })
    expect((await failureOf(engine.predict(dataset, 'color'))).code).toBe('not_found')
    expect((await failureOf(engine.call('samples.get', { dataset, id: 61 }))).code).toBe('not_found')
    expect((await failureOf(engine.call('jobs.cancel', { job: 4711 }))).code).toBe('not_found')
    expect((await failureOf(engine.call('datasets.open', { dataset: '../drawn' }))).code).toBe('usage')
    expect((await failureOf(engine.client.call('no.such' as 'app.info', {}))).code).toBe('usage')
    expect(await engine.engine.image(dataset, 61, 'thumb', new AbortController().signal)).toBeNull()
  })
})

describe('versions', () => {
  it('[EN30] grow with every change and are told to whoever listens', async () => {
    const version = async () => (await engine.call('datasets.open', { dataset })).version
    const changes: [string, () => Promise<unknown>][] = [
      ['tag', () => engine.call('tags.apply', { dataset, tag: 'new', target: { kind: 'ids', ids: [7] }, on: true })],
      ['undo', () => engine.call('history.undo', { dataset })],
      ['redo', () => engine.call('history.redo', { dataset })],
      ['view', () => engine.call('views.save', { dataset, name: 'v', filter: everything, layout: null })],
      ['role', () => engine.call('fields.setRole', { dataset, field: 'shade', role: 'nuisance' })],
      ['rename', () => engine.call('datasets.rename', { dataset, name: 'Drawn by hand' })],
      ['delete a run', () => engine.call('runs.delete', { dataset, model })],
      ['run', () => engine.predict(dataset, model)],
    ]
    for (const [what, change] of changes) {
      const before = await version()
      const eventsBefore = engine.events.length
      await change()
      const after = await version()
      expect(after, what).toBeGreaterThan(before)
      expect(engine.events.slice(eventsBefore), what).toContainEqual({
        name: 'dataset.changed',
        payload: { dataset, version: after },
      })
    }
    expect((await engine.call('datasets.open', { dataset })).name).toBe('Drawn by hand')
    const still = await version()
    await page({ filter: await engine.where(dataset, 'label = red') })
    await engine.call('tags.apply', { dataset, tag: 'new', target: { kind: 'ids', ids: [7] }, on: true })
    expect(await version()).toBe(still)
  })

  it('[EN31] never give an answer of before', async () => {
    const filter: FilterExpr = { kind: 'tagged', tag: 'fresh' }
    const count = async () => (await engine.call('query.counts', { dataset, filter, facets: [], top: 1 })).total
    await engine.call('tags.apply', { dataset, tag: 'fresh', target: { kind: 'ids', ids: [1] }, on: true })
    expect(await count()).toBe(1)
    await engine.call('tags.apply', { dataset, tag: 'fresh', target: { kind: 'ids', ids: [2, 3] }, on: true })
    expect(await count()).toBe(3)
    await engine.call('history.undo', { dataset })
    expect(await count()).toBe(1)
  })
})
