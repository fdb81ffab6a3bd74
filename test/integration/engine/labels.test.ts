// What a dataset's classes mean to a model: decided, judged again, taken back.
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { CallInput } from '#contract/contract.ts'
import { everything } from '#core/filter/expr.ts'
import { colourModel, drawColours } from '../../support/colour-folder.ts'
import { type TestEngine, failureOf, makeFolder, openTestEngine } from '../../support/test-engine.ts'

const model = 'colours'
const images = 40
let folder: string
let source: string
let engine: TestEngine
let remove: () => Promise<void>
let dataset: string
let number = 0

beforeAll(async () => {
  ;({ folder, remove } = await makeFolder())
  source = path.join(folder, 'drawn')
  await drawColours(source, images)
  engine = await openTestEngine(path.join(folder, 'library'))
  await engine.addModel(colourModel, model)
})
beforeEach(async () => {
  dataset = await engine.import(source, { name: `labels ${++number}` })
})
afterAll(async () => {
  await engine.close()
  await remove()
})

const place = (file: string) => engine.engine.places.register(file)
const map = () => engine.call('labels.map', { dataset, model })
const rowOf = async (name: string) => (await map()).classes.find((row) => row.class === name)!
const set = (decisions: CallInput<'labels.set'>['decisions']) =>
  engine.call('labels.set', { dataset, model, decisions })
const runOf = async () => (await engine.call('datasets.open', { dataset })).runs.find((run) => run.model === model)!
const undo = async () => (await engine.call('history.undo', { dataset })).undone
const redo = async () => (await engine.call('history.redo', { dataset })).redone

/** Everything that judging may change, by sample. */
async function judgements(from = engine) {
  const page = await from.call('query.page', {
    dataset,
    filter: everything,
    order: { groupBy: null, sort: null },
    offset: 0,
    limit: 1000,
    columns: [
      { kind: 'field', name: 'label' },
      ...(['correct', 'top5_correct', 'truth_rank', 'truth_confidence', 'predicted', 'confidence'] as const).map(
        (property) => ({ kind: 'run' as const, model, property }),
      ),
    ],
  })
  return Array.from(page.ids, (_, row) => page.columns.map(({ values }) => values[row]))
}

async function write(name: string, text: string): Promise<string> {
  const file = path.join(folder, name)
  await writeFile(file, text)
  return place(file)
}

describe('labels.map', () => {
  it('[LS20] lists every class with its samples, what it is taken for and why, and counts what has no answer', async () => {
    const { classes, unmapped } = await map()
    expect(classes.map((row) => [row.class, row.samples, row.how, row.accepted.map(({ name }) => name)])).toEqual(
      expect.arrayContaining([
        ['red', 10, 'exact', ['red']],
        ['purple', 10, 'none', []],
      ]),
    )
    expect(unmapped).toEqual({ classes: 1, samples: 10 })
    expect(await failureOf(engine.call('labels.map', { dataset, model: 'colour' }))).toMatchObject({
      code: 'not_found',
    })
  })

  it('[LS21] is there before the model has predicted and after it is removed', async () => {
    const before = await map()
    await engine.addModel(colourModel, 'gone')
    await engine.predict(dataset, model)
    expect(await map()).toEqual(before)
  })
})

describe('labels.set', () => {
  it('[LS22] judges the runs of the label space again, and leaves what it does not concern as it was', async () => {
    await engine.predict(dataset, model)
    const before = await judgements()
    const blue = (await engine.call('labels.find', { dataset, model, text: 'blue', limit: 5 }))[0]!
    expect(blue.name).toBe('blue')
    expect(await set([{ class: 'purple', ids: [blue.id] }])).toEqual({ changed: 1, judgedAgain: [model] })
    const after = await judgements()
    for (const [row, [label, correct, , rank, , predicted, confidence]] of after.entries()) {
      expect([predicted, confidence]).toEqual(before[row]!.slice(5))
      if (label !== 'purple') expect(after[row]).toEqual(before[row])
      else {
        expect(correct).toBe(predicted === 'blue')
        expect(rank === 1).toBe(correct)
      }
    }
    expect(await runOf()).toMatchObject({ judged: images, unmappedClasses: [] })
    expect(await rowOf('purple')).toMatchObject({ how: 'person', accepted: [{ name: 'blue' }] })
    expect(await set([{ class: 'purple', ids: [blue.id] }])).toEqual({ changed: 0, judgedAgain: [] })
  })

  it('[LS23] gives the same as predicting with the decision made before', async () => {
    await engine.predict(dataset, model)
    await set([
      { class: 'purple', ids: [2, 0] },
      { class: 'red', ids: [1] },
      { class: 'green', ids: [] },
    ])
    const again = await judgements()
    const unmapped = (await runOf()).unmappedClasses
    await engine.call('runs.delete', { dataset, model })
    await engine.predict(dataset, model)
    expect((await runOf()).unmappedClasses).toEqual(unmapped)
    expect(await judgements()).toEqual(again)
    expect(unmapped).toEqual(['green'])
  })

  it('[LS24] is undone and redone, with every rank as it was, and outlives the program', async () => {
    await engine.predict(dataset, model)
    const before = await judgements()
    await set([{ class: 'red', ids: [2] }])
    await set([
      { class: 'purple', ids: [0] },
      { class: 'blue', ids: [] },
    ])
    const after = await judgements()
    expect(await undo()).toBe('Mapped 2 classes')
    expect(await undo()).toBe('Mapped “red” to blue')
    expect(await judgements()).toEqual(before)
    expect((await rowOf('red')).how).toBe('exact')
    expect(await redo()).toBe('Mapped “red” to blue')
    await redo()
    expect(await judgements()).toEqual(after)
    await engine.close()
    engine = await openTestEngine(path.join(folder, 'library'))
    expect(await judgements()).toEqual(after)
    await undo()
    await undo()
    expect(await judgements()).toEqual(before)
    expect(await runOf()).toMatchObject({ judged: 30, unmappedClasses: ['purple'] })
  })

  it('[LS25] refuses classes and ids that are not there, and changes nothing then', async () => {
    const before = await map()
    expect(
      await failureOf(
        set([
          { class: 'red', ids: [1] },
          { class: 'purpel', ids: [1] },
        ]),
      ),
    ).toMatchObject({ code: 'unknown_name', details: { nearest: ['purple'] } })
    expect(await failureOf(set([{ class: 'red', ids: [4000] }]))).toMatchObject({ code: 'unknown_name' })
    expect(await map()).toEqual(before)
    expect(await undo()).toBeNull()
  })

  it('[LS26] takes decisions back', async () => {
    await engine.predict(dataset, model)
    const before = await judgements()
    await set([{ class: 'purple', ids: [0] }])
    expect(await set([{ class: 'purple', ids: null }])).toEqual({ changed: 1, judgedAgain: [model] })
    expect(await judgements()).toEqual(before)
    expect((await rowOf('purple')).how).toBe('none')
  })

  it('[LS27] refuses while a run of the label space is predicting, and where a masked run could not have answered', async () => {
    const { job } = await engine.call('runs.start', {
      dataset,
      model,
      provider: 'cpu',
      batch: 1,
      protocol: 'unmasked',
      filter: null,
    })
    await engine.until('job.changed', ({ job: told }) => told.id === job.id && told.done > 0)
    const refused = await failureOf(set([{ class: 'purple', ids: [0] }]))
    await engine.engine.jobs.wait(job.id)
    expect(refused).toMatchObject({ code: 'usage', message: expect.stringContaining('predicting right now') })
    await engine.predict(dataset, model, { protocol: 'masked' })
    const before = await judgements()
    expect(await failureOf(set([{ class: 'purple', ids: [3] }]))).toMatchObject({
      code: 'usage',
      message: expect.stringContaining('masked'),
    })
    expect(await judgements()).toEqual(before)
    expect((await rowOf('purple')).how).toBe('none')
    // The same answers remain possible.
    expect(await set([{ class: 'purple', ids: [0] }])).toMatchObject({ changed: 1 })
  })

  it('[LS28] shows the same in confusion and beside a sample’s answers', async () => {
    await engine.predict(dataset, model)
    const names = ['red', 'green', 'blue', 'dark']
    const row = (await judgements()).findIndex(([label]) => label === 'purple')
    const answer = String((await judgements())[row]![5])
    await set([{ class: 'purple', ids: [names.indexOf(answer)] }])
    const confusion = await engine.call('confusion.compute', {
      dataset,
      filter: everything,
      model,
      by: null,
      value: null,
    })
    expect(confusion.classes.find(({ name }) => name === 'purple')).toMatchObject({ ids: [names.indexOf(answer)] })
    const { predictions } = await engine.call('samples.get', { dataset, id: row + 1 })
    expect(predictions[0]).toMatchObject({ correct: true, truthRank: 1 })
    expect(predictions[0]!.answers.filter(({ accepted }) => accepted).map(({ name }) => name)).toEqual([answer])
  })

  it('[LS32] brings back ranks below the kept answers, and knows no rank there that was never computed', async () => {
    const imagenet = 'efficientnet-lite0'
    const decide = (ids: number[]) =>
      engine.call('labels.set', { dataset, model: imagenet, decisions: [{ class: 'red', ids }] })
    const reds = async () => {
      const page = await engine.call('query.page', {
        dataset,
        filter: await engine.where(dataset, 'label = red'),
        order: { groupBy: null, sort: null },
        offset: 0,
        limit: 100,
        columns: (['truth_rank', 'truth_confidence', 'correct'] as const).map((property) => ({
          kind: 'run',
          model: imagenet,
          property,
        })),
      })
      return page.columns.map(({ values }) => values)
    }
    await decide([7])
    await engine.predict(dataset, imagenet, { filter: await engine.where(dataset, 'label = red') })
    const exact = await reds()
    expect(Math.max(...(exact[0] as number[]))).toBeGreaterThan(6)
    await decide([8])
    const [ranks, confidences, correct] = await reds()
    for (const [i, rank] of ranks!.entries()) {
      expect(rank).toBeLessThanOrEqual(6)
      expect(confidences![i] === null).toBe(rank === 6)
      expect(correct![i]).toBe(rank === 1)
    }
    await undo()
    expect(await reds()).toEqual(exact)
  })
})

describe('label maps', () => {
  it('[LS29] are read from CSV and JSON, with ids or names, and replace what was decided', async () => {
    const csv = await write('map.csv', 'class,ids\npurple,0;2\nred,\n')
    expect(await engine.call('labels.read', { dataset, model, place: csv })).toEqual({ changed: 2, judgedAgain: [] })
    expect(await rowOf('purple')).toMatchObject({ how: 'file', accepted: [{ id: 0 }, { id: 2 }] })
    expect(await rowOf('red')).toMatchObject({ how: 'file', accepted: [] })
    const named = await write('named.csv', '\uFEFFlabel;class\nGREEN;purple\n')
    await engine.call('labels.read', { dataset, model, place: named })
    expect(await rowOf('purple')).toMatchObject({ accepted: [{ name: 'green' }] })
    const json = await write('map.json', '{"purple": ["red", 1], "red": 0, "green": null, "blue": "blue"}')
    expect(await engine.call('labels.read', { dataset, model, place: json })).toMatchObject({ changed: 4 })
    expect((await map()).classes.map((row) => [row.class, row.accepted.map(({ id }) => id)])).toEqual(
      expect.arrayContaining([
        ['purple', [0, 1]],
        ['red', [0]],
        ['green', []],
      ]),
    )
  })

  it('[LS30] that cannot be read, or name what is not there, are typed errors and change nothing', async () => {
    const before = await map()
    const bad = {
      'empty.csv': ['', 'broken_file'],
      'headless.csv': ['purple,1\n', 'broken_file'],
      'twice.csv': ['class,ids\nred,1\nred,2\n', 'broken_file'],
      'quote.csv': ['class,ids\n"red,1\n', 'broken_file'],
      'broken.json': ['{"red": ', 'broken_file'],
      'deep.json': ['{"red": [[1]]}', 'broken_file'],
      'list.json': ['[1, 2]', 'broken_file'],
      'class.csv': ['class,ids\nredd,1\n', 'unknown_name'],
      'name.csv': ['class,label\nred,gren\n', 'unknown_name'],
      'range.csv': ['class,ids\nred,99\n', 'unknown_name'],
    } as const
    for (const [name, [text, code]] of Object.entries(bad)) {
      const failure = await failureOf(engine.call('labels.read', { dataset, model, place: await write(name, text) }))
      expect([name, failure.code]).toEqual([name, code])
    }
    expect(await failureOf(engine.call('labels.read', { dataset, model, place: place(folder) }))).toMatchObject({
      code: 'broken_file',
    })
    expect(
      await failureOf(engine.call('labels.read', { dataset, model, place: place(path.join(folder, 'gone.csv')) })),
    ).toMatchObject({ code: 'not_found' })
    expect(await map()).toEqual(before)
  })

  it('[LS31] come with an import for ImageNet models; classes that the dataset does not have are noted', async () => {
    const labelMap = await write('imagenet.json', '{"purple": "n07718472", "red": [1, "hen"], "orange": 950}')
    dataset = await engine.import(source, { name: 'mapped', labelMap })
    const { findings } = await engine.call('datasets.open', { dataset })
    expect(findings.find(({ rule }) => rule === 'label_map_leftover')).toMatchObject({ count: 1, examples: ['orange'] })
    const { classes } = await engine.call('labels.map', { dataset, model: 'efficientnet-lite0' })
    expect(classes.map((row) => [row.class, row.how, row.accepted.map(({ id }) => id)])).toEqual(
      expect.arrayContaining([
        ['purple', 'file', [943]],
        ['red', 'file', [1, 8]],
        ['blue', 'none', []],
      ]),
    )
    expect((await rowOf('purple')).how).toBe('none')
    const broken = await write('imagenet-broken.json', '{"purple": "no such thing"}')
    expect(await failureOf(engine.import(source, { name: 'refused', labelMap: broken }))).toMatchObject({
      code: 'unknown_name',
    })
    expect(await readFile(path.join(source, 'metadata.csv'), 'utf8')).toContain('purple')
  })
})
