// The review of inferred values: one answer after the other, many at once, all of it taken back.
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { formatDiscovery } from '#cli/commands/discover.ts'
import { everything } from '#core/filter/expr.ts'
import type { ReviewAnswer } from '#contract/infer.ts'
import { DatasetHandle } from '#engine/dataset-handle.ts'
import { newRow } from '#store/rewrite-rows.ts'
import { colourModel } from '../../support/colour-folder.ts'
import { embeddingRun, openScenes } from '../../support/embedded-scenes.ts'
import { type TestEngine, failureOf, makeFolder, openTestEngine } from '../../support/test-engine.ts'

const count = 36
let engine: TestEngine
let dataset: string
let root: string
let remove: () => Promise<void>
let field: string
let number = 0

beforeAll(async () => {
  const made = await makeFolder()
  root = made.folder
  remove = made.remove
  const opened = await openScenes(root, count)
  engine = opened.engine
  dataset = opened.dataset
})
beforeEach(async () => {
  field = `place ${++number}`
  const by = { kind: 'examples', run: embeddingRun, examples: 'background', neighbours: 20 } as const
  const { job } = await engine.call('inferred.start', { dataset, field, by })
  await engine.engine.jobs.wait(job.id)
})
afterAll(async () => {
  await engine.close()
  await remove()
})

const queue = (filter = everything) => engine.call('review.queue', { dataset, field, filter })
const item = async (id: number) => (await engine.call('review.items', { dataset, field, ids: [id] }))[0]!
const answer = (id: number, answered: ReviewAnswer) =>
  engine.call('review.answer', { dataset, field, id, answer: answered })
const confirm = (minMargin: number, filter = everything) =>
  engine.call('review.confirm', { dataset, field, filter, minMargin })
const undo = async () => (await engine.call('history.undo', { dataset })).undone
const redo = async () => (await engine.call('history.redo', { dataset })).redone
const all = () =>
  engine.call('review.items', { dataset, field, ids: Array.from({ length: count }, (_, row) => row + 1) })

describe('the review of inferred values', () => {
  it('[BG40] begins with what the model was least sure of, and leaves out what a person has decided about', async () => {
    const { ids, margins, reviewed, total } = await queue()
    expect([reviewed, total, ids.length]).toEqual([0, count, count])
    expect([...margins]).toEqual([...margins].sort((a, b) => a - b))
    expect(new Set(ids).size).toBe(count)
    const [first, second] = ids
    expect(await answer(first!, { kind: 'confirm' })).toMatchObject({ reviewed: 1, total: count })
    await answer(second!, { kind: 'clear' })
    const after = await queue()
    expect([...after.ids]).toEqual(Array.from(ids.subarray(2)))
    const few = await queue(await engine.where(dataset, 'id <= 10'))
    expect([...few.ids].every((id) => id <= 10)).toBe(true)
  })

  it('[BG41] offers the model’s next values, and takes any of the vocabulary or none', async () => {
    const [id] = (await queue()).ids
    const before = await item(id!)
    expect(before).toMatchObject({ source: 'inferred', value: before.candidates[0] })
    expect(before.candidates.length).toBeGreaterThan(1)
    await answer(id!, { kind: 'value', value: before.candidates[1]! })
    expect(await item(id!)).toEqual({ ...before, value: before.candidates[1], source: 'person' })
    await answer(id!, { kind: 'clear' })
    expect(await item(id!)).toEqual({ ...before, value: null, source: 'person' })
    await answer(id!, { kind: 'value', value: 'sky' })
    expect(await item(id!)).toMatchObject({
      value: 'sky',
      source: 'person',
      score: before.score,
      margin: before.margin,
    })
    const described = await engine.call('inferred.describe', { dataset, field })
    expect(described).toMatchObject({ reviewed: 1, cleared: 0, inferred: count })
  })

  it('[BG42] takes every answer back, and does it again, also after a restart', async () => {
    const [first, second] = (await queue()).ids
    const before = await all()
    await answer(first!, { kind: 'value', value: 'wall' })
    await answer(second!, { kind: 'clear' })
    const after = await all()
    expect(await undo()).toMatch(/of sample \d+: none/)
    await engine.close()
    engine = await openTestEngine(path.join(root, 'library'))
    expect(await undo()).toMatch(/of sample \d+: “wall”/)
    expect(await all()).toEqual(before)
    await redo()
    await redo()
    expect(await all()).toEqual(after)
    expect(await redo()).toBeNull()
  })

  it('[BG43] confirms all from a margin on in one step, under the filter, and takes it back in one', async () => {
    const { ids, margins } = await queue()
    const before = await all()
    const least = margins[20]!
    const expected = margins.filter((margin) => margin >= least).length
    await answer(ids.at(-1)!, { kind: 'value', value: 'sky' })
    const half = await engine.where(dataset, `id <= ${count / 2}`)
    const inHalf = [...ids].filter((id, i) => margins[i]! >= least && id <= count / 2 && id !== ids.at(-1)).length
    expect(await confirm(least, half)).toMatchObject({ changed: inHalf, reviewed: inHalf + 1 })
    expect(await confirm(least)).toMatchObject({ changed: expected - 1 - inHalf })
    expect(await confirm(least)).toMatchObject({ changed: 0 })
    const sky = (await all()).find(({ id }) => id === ids.at(-1))
    expect(sky?.value).toBe('sky')
    expect(await undo()).toMatch(/Confirmed place \d+ of \d+ samples with margins from/)
    await undo()
    await undo()
    expect(await all()).toEqual(before)
  })

  it('[BG44] refuses values outside of the vocabulary with the nearest ones, and samples and fields that are not there', async () => {
    const before = await all()
    expect(await failureOf(answer(1, { kind: 'value', value: 'wal' }))).toMatchObject({
      code: 'unknown_name',
      details: { nearest: ['wall'] },
    })
    expect((await failureOf(answer(count + 1, { kind: 'confirm' }))).code).toBe('not_found')
    const beyond = engine.call('review.items', { dataset, field, ids: [count + 1] })
    expect((await failureOf(beyond)).code).toBe('not_found')
    await answer(2, { kind: 'clear' })
    expect((await failureOf(answer(2, { kind: 'confirm' }))).code).toBe('usage')
    await undo()
    field = 'background'
    expect((await failureOf(queue())).code).toBe('usage')
    field = 'nowhere'
    expect((await failureOf(queue())).code).toBe('unknown_name')
    field = `place ${number}`
    expect(await all()).toEqual(before)
  })

  it('[BG45] notes nothing where an answer changes nothing', async () => {
    const [id] = (await queue()).ids
    await answer(id!, { kind: 'confirm' })
    await answer(id!, { kind: 'confirm' })
    expect(await undo()).toMatch(/^Confirmed/)
    expect(await undo()).toMatch(/^Inferred/)
    await redo()
  })

  it('[BG46] says what stands as the field’s values: to filters, facets and groups', async () => {
    const [id] = (await queue()).ids
    await answer(id!, { kind: 'value', value: 'sky' })
    const name = `\`${field}\``
    const filter = await engine.where(dataset, `source.${name} = person and ${name} = sky`)
    const { facets, total } = await engine.call('query.counts', {
      dataset,
      filter,
      facets: [{ kind: 'source', field }],
      top: 5,
    })
    expect(total).toBe(1)
    expect(facets[0]).toMatchObject({ values: expect.arrayContaining([{ value: 'person', count: 1 }]) })
  })

  it('[BG50] makes slices say whose the values are, and leaves out unsure ones that nobody decided about', async () => {
    const model = await engine.addModel(colourModel, `colours ${number}`)
    await engine.predict(dataset, model)
    const slices = (minMargin: number | null) =>
      engine.call('slices.compute', {
        dataset,
        filter: everything,
        field: { kind: 'field', name: field },
        cross: null,
        models: [model],
        adjust: 'off',
        minMargin,
      })
    const { ids, margins } = await queue()
    await answer(ids[0]!, { kind: 'confirm' })
    const all = await slices(null)
    expect(all.inferred).toEqual([
      `Values of ${field} were inferred by ${embeddingRun}; 1 of ${count} were decided by a person.`,
    ])
    expect(all.leftOut.map(({ reason }) => reason).join()).not.toMatch(/margin/)
    const judgedItself = await engine.call('slices.compute', {
      dataset,
      filter: everything,
      field: { kind: 'field', name: field },
      cross: null,
      models: [embeddingRun],
      adjust: 'off',
    })
    expect(judgedItself.inferred[0]).toMatch(/looks is also judged here/)
    const least = margins[10]!
    const unsure = margins.filter((margin, i) => margin < least && i > 0).length
    const sure = await slices(least)
    expect(sure.leftOut).toContainEqual({ reason: `inferred with a margin below ${least}`, count: unsure })
    expect(sure.overall.n).toBeLessThan(all.overall.n)
    const total = (table: typeof all) => table.slices.reduce((sum, { n }) => sum + n, 0)
    expect(total(sure)).toBe(sure.overall.n)
    const plain = await engine.call('slices.compute', {
      dataset,
      filter: everything,
      field: { kind: 'field', name: 'background' },
      cross: null,
      models: [model],
      adjust: 'off',
      minMargin: 0.9,
    })
    expect(plain).toMatchObject({ inferred: [] })
    expect(plain.leftOut.map(({ reason }) => reason).join()).not.toMatch(/margin/)
  })

  it('[BG84] makes findings over many fields say whose the values are, also on the command line', async () => {
    const model = await engine.addModel(colourModel, `colours ${number}`)
    await engine.predict(dataset, model)
    const { ids } = await queue()
    await answer(ids[0]!, { kind: 'confirm' })
    const note = `Values of ${field} were inferred by ${embeddingRun}; 1 of ${count} were decided by a person.`
    const asked = { dataset, filter: everything, models: [model] }
    const overview = await engine.call('overview.compute', asked)
    expect(overview.notes).toContain(note)
    const fields = [
      { kind: 'field' as const, name: field },
      { kind: 'field' as const, name: 'background' },
    ]
    const discovery = await engine.call('discovery.compute', { ...asked, fields })
    expect(discovery.notes).toEqual([note])
    expect(formatDiscovery(discovery)).toContain(`\n${note}\n`)
    const judgedItself = await engine.call('discovery.compute', { ...asked, fields, models: [embeddingRun] })
    expect(judgedItself.notes.join()).toMatch(/looks is also judged here/)
    expect((await engine.call('discovery.compute', { ...asked, fields: fields.slice(1) })).notes).toEqual([])
    // What was said of a value since is told too.
    await answer(ids[1]!, { kind: 'confirm' })
    expect((await engine.call('overview.compute', asked)).notes).toContain(note.replace('; 1 of', '; 2 of'))
  })

  it('[BG47] stays with its samples when these are renumbered, with what can be taken back', async () => {
    const { ids } = await queue()
    await answer(ids[0]!, { kind: 'value', value: 'sky' })
    await answer(ids[1]!, { kind: 'clear' })
    const before = await all()
    await engine.close()
    const handle = new DatasetHandle(dataset, path.join(root, 'library', 'datasets', dataset))
    const keep = Int32Array.from({ length: count }, (_, row) => count - 1 - row)
    handle.rewriteRows(keep, () => {
      throw new Error(`no row is ${newRow}`)
    })
    handle.close()
    engine = await openTestEngine(path.join(root, 'library'))
    const moved = (await all()).toReversed().map((own) => ({ ...own, id: count + 1 - own.id }))
    expect(moved).toEqual(before)
    await undo()
    expect(await item(count + 1 - ids[1]!)).toMatchObject({ source: 'inferred' })
    expect(await item(count + 1 - ids[0]!)).toMatchObject({ value: 'sky', source: 'person' })
  })
})
