// Tags, saved views, undo and redo: what the hand does, it can take back, also tomorrow.
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { FilterExpr } from '#core/filter/expr.ts'
import { everything } from '#core/filter/expr.ts'
import { type TestEngine, failureOf, makeFolder, openTestEngine, readSamples } from '../../support/test-engine.ts'
import { exportsFolder } from '../formats/expected.ts'

let engine: TestEngine
let remove: () => Promise<void>
let dataset: string
let number = 0

beforeAll(async () => {
  const made = await makeFolder()
  remove = made.remove
  engine = await openTestEngine(path.join(made.folder, 'library'))
})
beforeEach(async () => {
  dataset = await engine.import(path.join(exportsFolder, 'fiftyone-dataset'), { name: `tags ${++number}` })
})
afterAll(async () => {
  await engine.close()
  await remove()
})

const apply = (tag: string, target: FilterExpr | readonly number[], on = true) =>
  engine.call('tags.apply', {
    dataset,
    tag,
    target: 'kind' in target ? { kind: 'filter', filter: target } : { kind: 'ids', ids: [...target] },
    on,
  })
const undo = async () => (await engine.call('history.undo', { dataset })).undone
const redo = async () => (await engine.call('history.redo', { dataset })).redone
const tags = async () =>
  Object.fromEntries((await engine.call('datasets.open', { dataset })).tags.map(({ name, count }) => [name, count]))
const tagged = async (tag: string) => {
  const samples = await readSamples(engine, dataset)
  return samples.flatMap((sample) => ((sample['tags'] as string[]).includes(tag) ? [sample['id'] as number] : []))
}

describe('tags', () => {
  it('[TG1] are put on what a filter or a list of ids names, and count what they changed', async () => {
    const dots = await engine.where(dataset, 'background = dots')
    expect(await apply('check', dots)).toEqual({ changed: 8, total: 8 })
    expect(await apply('check', dots)).toEqual({ changed: 0, total: 8 })
    const ids = await tagged('check')
    const others = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].filter((id) => !ids.includes(id)).slice(0, 3)
    expect(await apply('check', [...others, ids[0]!])).toEqual({ changed: 3, total: 11 })
    expect(await tagged('check')).toEqual([...ids, ...others].sort((a, b) => a - b))
    expect(await apply('check', dots, false)).toEqual({ changed: 8, total: 3 })
    expect(await tagged('check')).toEqual(others)
    expect(
      (
        await engine.call('query.counts', {
          dataset,
          filter: await engine.where(dataset, 'tagged(check)'),
          facets: [],
          top: 1,
        })
      ).total,
    ).toBe(3)
  })

  it('[TG2] are refused on samples that are not there, and taken off only where they are', async () => {
    expect((await failureOf(apply('check', [1, 25]))).code).toBe('not_found')
    expect(await tags()).not.toHaveProperty('check')
    expect((await failureOf(apply('nothing', [1], false))).code).toBe('not_found')
    expect((await failureOf(engine.call('tags.delete', { dataset, tag: 'nothing' }))).code).toBe('unknown_name')
    expect((await failureOf(apply('', [1]))).code).toBe('usage')
  })

  it('[TG3] come and go exactly as they were with undo and redo', async () => {
    const states: [Record<string, number>, number[]][] = []
    const note = async () =>
      void states.push([await tags(), (await tags())['check'] === undefined ? [] : await tagged('check')])
    await note()
    for (const act of [
      () => apply('check', [1, 2, 3]),
      () => apply('check', [2, 3, 4, 5]),
      () => apply('check', [3], false),
      () => apply('mined', everything),
      () => engine.call('tags.delete', { dataset, tag: 'check' }),
    ]) {
      await act()
      await note()
    }
    for (let step = states.length - 2; step >= 0; step--) {
      expect(await undo()).not.toBeNull()
      expect([await tags(), await tagged('check')]).toEqual(states[step])
    }
    expect(await undo()).toBeNull()
    for (const state of states.slice(1)) {
      expect(await redo()).not.toBeNull()
      expect([await tags(), await tagged('check')]).toEqual(state)
    }
    expect(await redo()).toBeNull()
  })

  it('[TG4] forget what was undone once something new is done', async () => {
    await apply('one', [1])
    await apply('two', [2])
    expect(await undo()).toContain('two')
    await apply('three', [3])
    expect(await redo()).toBeNull()
    expect(await undo()).toContain('three')
    expect(await undo()).toContain('one')
    expect(await tags()).toEqual({ mined: 5, test: 6, train: 18 })
  })

  it('[TG5] and their history outlive the program', async () => {
    const library = path.join(path.dirname(engine.library), 'second')
    const open = async () => (engine = await openTestEngine(library))
    const kept = engine
    try {
      await open()
      dataset = await engine.import(path.join(exportsFolder, 'fiftyone-dataset'))
      await apply('check', [1, 5, 24])
      await apply('check', [5], false)
      await undo()
      await engine.close()
      await open()
      expect(await tagged('check')).toEqual([1, 5, 24])
      expect(await redo()).not.toBeNull()
      expect(await tagged('check')).toEqual([1, 24])
      await engine.close()
      await open()
      expect(await undo()).not.toBeNull()
      expect(await undo()).not.toBeNull()
      expect(await tags()).toEqual({ mined: 5, test: 6, train: 18 })
      await engine.close()
    } finally {
      engine = kept
    }
  })

  it('[TG6] stand in the history of their samples only', async () => {
    await apply('check', [1, 2])
    const history = async (id: number) =>
      (await engine.call('samples.get', { dataset, id })).history.map(({ what }) => what)
    expect(await history(1)).toEqual(['Tagged “check”'])
    expect(await history(3)).toEqual([])
    await undo()
    expect(await history(1)).toEqual([])
  })
})

describe('saved views', () => {
  const layout = { screen: 'gallery', groupBy: 'background', sort: null, descending: false }

  it('[TG10] are rules: they follow what changes, and are named in filters', async () => {
    await apply('check', [1])
    const filter = await engine.where(dataset, 'tagged(check) or background = dots')
    const view = await engine.call('views.save', { dataset, name: 'look', filter, layout })
    expect(view).toMatchObject({ name: 'look', layout, filter })
    const through = await engine.where(dataset, 'view(look)')
    const count = async () =>
      (await engine.call('query.counts', { dataset, filter: through, facets: [], top: 1 })).total
    const before = await count()
    await apply('check', await engine.where(dataset, 'background = plain'))
    expect(await count()).toBeGreaterThan(before)
  })

  it('[TG11] are saved, changed and deleted, and each of it is undone and redone', async () => {
    const names = async () =>
      (await engine.call('datasets.open', { dataset })).views.map(({ name, where }) => [name, where])
    const dots = await engine.where(dataset, 'background = dots')
    const plain = await engine.where(dataset, 'background = plain')
    await engine.call('views.save', { dataset, name: 'look', filter: dots, layout: null })
    await engine.call('views.save', { dataset, name: 'look', filter: plain, layout })
    await engine.call('views.delete', { dataset, name: 'look' })
    expect(await names()).toEqual([])
    await undo()
    expect(await names()).toEqual([['look', 'background = plain']])
    await undo()
    expect(await names()).toEqual([['look', 'background = dots']])
    await undo()
    expect(await names()).toEqual([])
    await redo()
    await redo()
    expect(await names()).toEqual([['look', 'background = plain']])
    await redo()
    expect(await names()).toEqual([])
    expect((await failureOf(engine.call('views.delete', { dataset, name: 'look' }))).code).toBe('not_found')
  })

  it('[TG12] that name themselves or what is gone are errors of their own, not endless', async () => {
    await engine.call('views.save', { dataset, name: 'loop', filter: everything, layout: null })
    const loop: FilterExpr = { kind: 'view', name: 'loop' }
    const saved = engine.call('views.save', { dataset, name: 'loop', filter: loop, layout: null })
    const outcome = await saved
      .then(() => engine.call('query.counts', { dataset, filter: loop, facets: [], top: 1 }))
      .then(
        () => 'answered',
        (error: { code: string }) => error.code,
      )
    expect(outcome).toMatch(/^(?:usage|unknown_name|filter_syntax)$/)
    const gone: FilterExpr = { kind: 'view', name: 'gone' }
    const failure = await failureOf(engine.call('query.counts', { dataset, filter: gone, facets: [], top: 1 }))
    expect(failure.code).toBe('unknown_name')
  })
})
