// Fields that a dual encoder infers: the tiny one that was trained on the sample names the backgrounds of its images.
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { everything } from '#core/filter/expr.ts'
import type { CallInput } from '#contract/contract.ts'
import { drawColours } from '../../support/colour-folder.ts'
import { openRevisionScene } from '../../support/revision-scene.ts'
import {
  type TestEngine,
  makeFolder,
  openTestEngine,
  projectRoot,
  readSamples,
  sampleFolder,
} from '../../support/test-engine.ts'

const encoder = path.join(projectRoot, 'test/fixtures/models/dual-encoders/clip')
const count = 40
let engine: TestEngine
let dataset: string
let remove: () => Promise<void>

/** Images of the sample with a known background, and one that no one can read. */
async function pickImages(folder: string): Promise<void> {
  const lines = (await readFile(path.join(sampleFolder, 'metadata.jsonl'), 'utf8')).trim().split('\n')
  const rows = lines.map((line) => JSON.parse(line) as { file_name: string; background: string | null })
  const picked = rows
    .filter(({ background }) => background !== null)
    .filter((_, i) => i % 20 === 0)
    .slice(0, count)
  await mkdir(path.join(folder, 'data/background'), { recursive: true })
  for (const { file_name: file } of picked) await cp(path.join(sampleFolder, file), path.join(folder, file))
  await writeFile(path.join(folder, 'data/background/broken.jpg'), 'no image')
  const broken = { ...picked[0], file_name: 'data/background/broken.jpg' }
  await writeFile(path.join(folder, 'metadata.jsonl'), [...picked, broken].map((row) => JSON.stringify(row)).join('\n'))
}

beforeAll(async () => {
  const made = await makeFolder()
  remove = made.remove
  await pickImages(path.join(made.folder, 'picked'))
  engine = await openTestEngine(path.join(made.folder, 'library'))
  dataset = await engine.import(path.join(made.folder, 'picked'))
  await engine.addModel(encoder, 'clip')
})
afterAll(async () => {
  await engine.close()
  await remove()
})

type ByText = Extract<CallInput<'inferred.start'>['by'], { kind: 'text' }>
const byText = (vocabulary: ByText['vocabulary'], templates: string[] | null = null): ByText => ({
  kind: 'text',
  model: 'clip',
  vocabulary,
  templates,
  provider: 'cpu',
})

async function infer(own: TestEngine, id: string, field: string, by: ByText) {
  const { job } = await own.call('inferred.start', { dataset: id, field, by })
  return (await own.engine.jobs.wait(job.id)).result
}

it('[BG60] finds the background of nearly every image by words, and counts what it cannot read', async () => {
  const by = byText({ kind: 'field', field: 'background' }, ['a photo taken in a {}', 'the background is a {}'])
  expect(await infer(engine, dataset, 'place', by)).toMatchObject({ samples: count + 1, done: count, failed: 1 })
  const accuracy = await engine.call('inferred.accuracy', {
    dataset,
    field: 'place',
    known: 'background',
    filter: everything,
  })
  expect(accuracy).toMatchObject({ n: count, open: 1, outside: 0 })
  expect(accuracy.accuracy).toBeGreaterThan(0.9)
  const described = await engine.call('inferred.describe', { dataset, field: 'place' })
  expect(described.how).toMatch(/^By clip among the \d+ values of background, put as “a photo taken in a {}”, “the/)
  expect(described).toMatchObject({ open: 1, knownFields: ['background'] })
})

it('[BG61] takes a list, shares all of the probability among its values, and leaves the rest to the model’s templates', async () => {
  const words = ['forest', 'lab', 'sky', 'Forest']
  await infer(engine, dataset, 'few', byText({ kind: 'words', words }))
  const described = await engine.call('inferred.describe', { dataset, field: 'few' })
  expect(described.words).toEqual(['forest', 'lab', 'sky'])
  expect(described.how).toBe('By clip among 3 values, put as “a photo of a {}”')
  const ids = Array.from({ length: count }, (_, row) => row + 1)
  const items = await engine.call('review.items', { dataset, field: 'few', ids })
  const found = items.filter(({ source }) => source === 'inferred')
  expect(found.length).toBeGreaterThanOrEqual(count - 1)
  for (const { score, candidates } of found) {
    expect(score).toBeGreaterThanOrEqual(1 / 3)
    expect(candidates).toHaveLength(3)
  }
})

it('[BG62] keeps what was found when it is cancelled, and goes on with the rest', async () => {
  const by = byText({ kind: 'named', name: 'scenes' })
  const { job } = await engine.call('inferred.start', { dataset, field: 'scene', by })
  await engine.until('job.changed', ({ job: { id, done } }) => id === job.id && done > 0)
  await engine.call('jobs.cancel', { job: job.id })
  await engine.engine.jobs.wait(job.id).catch(() => undefined)
  const before = await engine.call('inferred.describe', { dataset, field: 'scene' })
  expect(before.words).toHaveLength(468)
  const [first] = (await readSamples(engine, dataset)).map((sample) => sample['scene'])
  const after = await infer(engine, dataset, 'scene', by)
  expect(after).toMatchObject({ done: count, failed: 1 })
  if (before.inferred > 0 && first !== null) {
    expect((await readSamples(engine, dataset))[0]!['scene']).toBe(first)
  }
  expect((await engine.call('inferred.describe', { dataset, field: 'scene' })).inferred).toBe(count)
})

it('[BG63] goes along to a newer revision with what people decided', async () => {
  const scene = await openRevisionScene((folder) => drawColours(folder, 12))
  await scene.engine.addModel(encoder, 'clip')
  await infer(scene.engine, scene.dataset, 'place', byText({ kind: 'words', words: ['forest', 'lab', 'sky'] }))
  await scene.engine.call('review.answer', {
    dataset: scene.dataset,
    field: 'place',
    id: 3,
    answer: { kind: 'value', value: 'lab' },
  })
  const look = async () => {
    const ids = Array.from({ length: 12 }, (_, row) => row + 1)
    const items = await scene.engine.call('review.items', { dataset: scene.dataset, field: 'place', ids })
    return new Map(items.map(({ id: _id, ...item }) => [item.fileName, item]))
  }
  const before = await look()
  const file = path.join(scene.next, 'metadata.csv')
  await writeFile(file, (await readFile(file, 'utf8')).replace('no. 5', 'number 5'))
  scene.move()
  await scene.take()
  expect(await look()).toEqual(before)
  expect([...before.values()].filter(({ source }) => source === 'person')).toHaveLength(1)
  const described = await scene.engine.call('inferred.describe', { dataset: scene.dataset, field: 'place' })
  expect(described).toMatchObject({ model: 'clip', reviewed: 1, open: 0 })
})
