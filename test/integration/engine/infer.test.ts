// Fields that are inferred from examples: values, certainty, where they came from, and what is refused.
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { everything } from '#core/filter/expr.ts'
import type { CallInput } from '#contract/contract.ts'
import { DatasetHandle } from '#engine/dataset-handle.ts'
import { FoundValues } from '#engine/infer/found-values.ts'
import {
  embeddingRun,
  isOddGroup,
  numberInName,
  objectRun,
  openScenes,
  placeOf,
  places,
} from '../../support/embedded-scenes.ts'
import { type TestEngine, failureOf, makeFolder, openTestEngine } from '../../support/test-engine.ts'

const count = 48
let engine: TestEngine
let dataset: string
let root: string
let remove: () => Promise<void>
/** By row: the image's place in the drawing. */
let numbers: number[] = []

beforeAll(async () => {
  const made = await makeFolder()
  root = made.folder
  remove = made.remove
  const opened = await openScenes(root, count)
  engine = opened.engine
  dataset = opened.dataset
})
afterAll(async () => {
  await engine.close()
  await remove()
})

const byExamples = { kind: 'examples', run: embeddingRun, examples: 'background', neighbours: 5 } as const
type Start = CallInput<'inferred.start'>

async function infer(field: string, more: Partial<Start> = {}) {
  const { job } = await engine.call('inferred.start', { dataset, field, by: byExamples, ...more })
  return await engine.engine.jobs.wait(job.id)
}

async function values(field: string) {
  const { columns, fileNames } = await engine.call('query.page', {
    dataset,
    filter: everything,
    order: { groupBy: null, sort: null },
    offset: 0,
    limit: 1000,
    columns: [
      { kind: 'field', name: field },
      { kind: 'source', field },
      { kind: 'score', field },
      { kind: 'margin', field },
    ],
  })
  numbers = fileNames.map(numberInName)
  return columns.map((column) => column.values)
}

const count2 = async (text: string) =>
  (await engine.call('query.counts', { dataset, filter: await engine.where(dataset, text), facets: [], top: 1 })).total

describe('a field inferred from examples', () => {
  beforeAll(async () => {
    await infer('where')
  })

  it('[BG30] has a value, a score, a margin and the source for every image, also those without a value before', async () => {
    const [found, sources, scores, margins] = await values('where')
    expect(found!.filter((value, i) => value === placeOf(numbers[i]!)).length).toBe(count)
    expect(new Set(sources)).toEqual(new Set([`inferred:${embeddingRun}`]))
    for (const [i, score] of scores!.entries()) {
      expect(score).toBeGreaterThan(0)
      expect(score).toBeLessThanOrEqual(1)
      expect(margins![i]).toBeLessThanOrEqual(score as number)
      expect(margins![i]).toBeGreaterThanOrEqual(0)
    }
    const { job } = await engine.call('inferred.start', { dataset, field: 'where', by: byExamples })
    const ended = await engine.engine.jobs.wait(job.id)
    expect(ended.result).toEqual({ dataset, field: 'where', samples: count, done: count, failed: 0 })
  })

  it('[BG31] is least sure of the images between two values', async () => {
    const [, , , margins] = await values('where')
    const between = margins!.filter((_, i) => numbers[i]! % 6 === 5) as number[]
    const clear = margins!.filter((_, i) => numbers[i]! % 6 !== 5) as number[]
    expect(Math.max(...between)).toBeLessThan(Math.min(...clear) + 1e-6)
  })

  it('[BG32] is told as inferred, with what it can be compared with, and is filtered by source, score and margin', async () => {
    const described = await engine.call('inferred.describe', { dataset, field: 'where' })
    expect(described).toMatchObject({
      model: embeddingRun,
      words: expect.arrayContaining([...places]),
      samples: count,
      inferred: count,
      reviewed: 0,
      open: 0,
      knownFields: ['background'],
    })
    expect(described.how).toMatch(/5 nearest images with a value in background/)
    const { fields } = await engine.call('datasets.open', { dataset })
    expect(fields.find(({ name }) => name === 'where')).toMatchObject({
      inferredBy: embeddingRun,
      role: 'nuisance',
      values: 4,
      missing: 0,
    })
    expect(await count2(`source.where = "inferred:${embeddingRun}" and score.where > 0 and margin.where >= 0`)).toBe(
      count,
    )
    expect(await count2('score.background > 0')).toBe(0)
    expect(await count2('margin.background is missing')).toBe(count)
    const { facets } = await engine.call('query.counts', { dataset, filter: everything, facets: null, top: 5 })
    expect(facets.map(({ name }) => name)).toEqual(expect.arrayContaining(['where', 'score.where', 'margin.where']))
    const sample = await engine.call('samples.get', { dataset, id: 3 })
    expect(sample.fields.find(({ name }) => name === 'where')).toMatchObject({
      source: `inferred:${embeddingRun}`,
      score: expect.any(Number),
    })
  })

  it('[BG33] is compared with the known values, an image never with itself', async () => {
    const accuracy = await engine.call('inferred.accuracy', {
      dataset,
      field: 'where',
      known: 'background',
      filter: everything,
    })
    const known = Array.from({ length: count }, (_, i) => i).filter((i) => i % 7 !== 0).length
    expect(accuracy).toMatchObject({ n: known, right: known, accuracy: 1, outside: 0, open: 0, confused: [] })
    // Every image has a note of its own, which only the image itself could vote for.
    await infer('by-note', { by: { ...byExamples, examples: 'note', neighbours: 1 } })
    const lonely = await engine.call('inferred.accuracy', {
      dataset,
      field: 'by-note',
      known: 'note',
      filter: everything,
    })
    expect(lonely).toMatchObject({ n: count, right: 0 })
    expect(
      (
        await failureOf(
          engine.call('inferred.accuracy', { dataset, field: 'where', known: 'shade', filter: everything }),
        )
      ).code,
    ).toBe('usage')
  })

  it('[BG34] finds only what is missing, under a filter too, and goes on in a field that was begun the same way', async () => {
    const half = await engine.where(dataset, 'id <= 20')
    expect((await infer('part', { filter: half })).result).toMatchObject({ samples: 20, done: 20 })
    expect(await count2('part is missing')).toBe(count - 20)
    await engine.call('review.answer', { dataset, field: 'part', id: 1, answer: { kind: 'clear' } })
    await engine.call('review.answer', { dataset, field: 'part', id: 40, answer: { kind: 'value', value: 'sky' } })
    expect((await infer('part')).result).toMatchObject({ samples: count, done: count })
    const [found, sources] = await values('part')
    expect([found![0], sources![0]]).toEqual([null, 'person'])
    expect([found![39], sources![39]]).toEqual(['sky', 'person'])
    expect(await count2('part is missing')).toBe(1)
  })

  it('[BG38] compares images by how they differ from their class where that is right more often, and says so', async () => {
    const describe = async (field: string) => (await engine.call('inferred.describe', { dataset, field })).how
    // Class and place go together here: without the class nothing would be left of the place.
    expect(await describe('where')).not.toMatch(/mean of its class/)
    await infer('mood')
    await values('mood')
    const answers = new Map(
      numbers.flatMap((number, row) => (number < 8 ? [[row + 1, isOddGroup(number)] as const] : [])),
    )
    for (const [id, odd] of answers) {
      const answer = { kind: 'value', value: odd ? 'sky' : 'wall' } as const
      await engine.call('review.answer', { dataset, field: 'mood', id, answer })
    }
    const by = { ...byExamples, examples: 'mood', run: objectRun, neighbours: 1 }
    await infer('by class', { by })
    expect(await describe('by class')).toMatch(/mean of its class/)
    const [within] = await values('by class')
    expect(within).toEqual(numbers.map((number) => (isOddGroup(number) ? 'sky' : 'wall')))
    await infer('as they are', { by: { ...by, withinClass: 'off' } })
    expect(await describe('as they are')).not.toMatch(/mean of its class/)
    expect((await failureOf(infer('by class', { by: { ...by, withinClass: 'off' } }))).code).toBe('already_exists')
    expect((await infer('by class', { by })).result).toMatchObject({ done: count })
  })

  it('[BG35] is refused under a name that is taken, and where it was begun in another way', async () => {
    expect(await failureOf(infer('background'))).toMatchObject({
      code: 'already_exists',
      message: expect.stringMatching(/background_inferred/),
    })
    expect((await failureOf(infer('id'))).code).toBe('already_exists')
    expect(await failureOf(infer('where', { by: { ...byExamples, neighbours: 7 } }))).toMatchObject({
      code: 'already_exists',
      message: expect.stringMatching(/another way/),
    })
    expect((await failureOf(infer('x', { by: { ...byExamples, run: 'nobody' } }))).code).toBe('unknown_name')
    expect((await failureOf(infer('x', { by: { ...byExamples, examples: 'shade' } }))).code).toBe('usage')
    expect((await failureOf(infer('x', { by: { ...byExamples, examples: 'nothing' } }))).code).toBe('unknown_name')
    expect((await engine.call('datasets.open', { dataset })).fields.map(({ name }) => name)).not.toContain('x')
    expect((await failureOf(engine.call('inferred.describe', { dataset, field: 'background' }))).code).toBe('usage')
  })

  it('[BG36] needs a dual encoder for words, and words that can be told apart', async () => {
    await engine.addModel(path.join(import.meta.dirname, '../../fixtures/models/awkward/nchw'), 'colours')
    const byText = (
      vocabulary: Extract<Start['by'], { kind: 'text' }>['vocabulary'],
      templates: string[] | null = null,
    ) => failureOf(infer('x', { by: { kind: 'text', model: 'colours', vocabulary, templates } }))
    expect(await byText({ kind: 'named', name: 'scenes' })).toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/takes no texts.*dual encoder/),
    })
    expect((await byText({ kind: 'words', words: ['one', 'One'] })).code).toBe('usage')
    expect((await byText({ kind: 'field', field: 'shade' })).code).toBe('usage')
    expect((await byText({ kind: 'named', name: 'scenes' }, ['a photo'])).code).toBe('usage')
    const unknown = infer('x', {
      by: { kind: 'text', model: 'nobody', vocabulary: { kind: 'named', name: 'scenes' }, templates: null },
    })
    expect((await failureOf(unknown)).code).toMatch(/not_found|unknown_name/)
  })

  it('[BG82] keeps nothing of what was taken back but what a person said, also after a restart, and infers it anew', async () => {
    await infer('dropped')
    const before = await values('dropped')
    await engine.call('review.answer', { dataset, field: 'dropped', id: 2, answer: { kind: 'confirm' } })
    await engine.close()
    const handle = new DatasetHandle('scenes', path.join(root, 'library', 'datasets', dataset))
    new FoundValues(handle, 'dropped').drop([1, 2, 3])
    handle.close()
    engine = await openTestEngine(path.join(root, 'library'))
    const [found, sources, scores, margins] = (await values('dropped')).map((column) => column.slice(0, 4))
    expect(found).toEqual([null, before[0]![1], null, before[0]![3]])
    expect(sources).toEqual([null, 'person', null, before[1]![3]])
    expect(scores).toEqual([null, null, null, before[2]![3]])
    expect(margins).toEqual([null, null, null, before[3]![3]])
    const described = await engine.call('inferred.describe', { dataset, field: 'dropped' })
    expect(described).toMatchObject({ inferred: count - 3, reviewed: 1, open: 2 })
    await infer('dropped')
    expect((await values('dropped'))[0]).toEqual(before[0])
  })

  it('[BG83] is compared anew once more is inferred, by the model’s values whatever a person said', async () => {
    const ask = async () => {
      const asked = { dataset, field: 'growing', known: 'background', filter: everything }
      const { n, right, open } = await engine.call('inferred.accuracy', asked)
      return { n, right, known: n + open }
    }
    await infer('growing', { filter: await engine.where(dataset, 'id <= 20') })
    const part = await ask()
    expect(part).toMatchObject({ right: part.n })
    expect(part.n).toBeLessThan(part.known)
    await engine.call('review.answer', { dataset, field: 'growing', id: 1, answer: { kind: 'clear' } })
    expect(await ask()).toEqual(part)
    await infer('growing')
    expect(await ask()).toEqual({ n: part.known, right: part.known, known: part.known })
  })

  it('[BG37] is taken away and brought back with every value, and the same after a restart', async () => {
    await infer('gone')
    const before = await values('gone')
    await engine.call('inferred.delete', { dataset, field: 'gone' })
    expect((await failureOf(values('gone'))).code).toBe('unknown_name')
    expect((await engine.call('history.undo', { dataset })).undone).toMatch(/Deleted the inferred field gone/)
    expect(await values('gone')).toEqual(before)
    expect((await engine.call('history.undo', { dataset })).undone).toMatch(/Inferred gone by looks/)
    expect((await failureOf(values('gone'))).code).toBe('unknown_name')
    await engine.call('history.redo', { dataset })
    expect(await values('gone')).toEqual(before)
    await engine.close()
    engine = await openTestEngine(path.join(root, 'library'))
    expect(await values('gone')).toEqual(before)
  })
})
