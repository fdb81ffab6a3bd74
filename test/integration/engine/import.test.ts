// Imports through the engine: what comes out of a dataset is what its writers put in, whichever layout they chose.
import { cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { SampleDetail } from '#contract/query.ts'
import { everything } from '#core/filter/expr.ts'
import { type ExpectedRow, expected, exportsFolder } from '../formats/expected.ts'
import { type TestEngine, failureOf, makeFolder, openTestEngine } from '../../support/test-engine.ts'
import { neverAborted } from '../../support/open-dataset.ts'
import { createTempFolder } from '../../support/temp-folder.ts'

let engine: TestEngine
let remove: () => Promise<void>

beforeAll(async () => {
  const made = await makeFolder()
  remove = made.remove
  engine = await openTestEngine(path.join(made.folder, 'library'))
})
afterAll(async () => {
  await engine.close()
  await remove()
})

async function details(dataset: string): Promise<SampleDetail[]> {
  const { samples } = await engine.call('datasets.open', { dataset })
  return await Promise.all(
    Array.from({ length: samples }, (_, i) => engine.call('samples.get', { dataset, id: i + 1 })),
  )
}

const baseName = (file: string) => file.split('/').at(-1)!
const fieldOf = (sample: SampleDetail, name: string) => sample.fields.find((field) => field.name === name)?.value
const rowOf = (sample: SampleDetail): ExpectedRow =>
  expected.rows.find((row) => baseName(row.file_name) === baseName(sample.fileName))!

const rich = ['imagefolder', 'fiftyone-dataset', 'fiftyone-dataset-dirs', 'fiftyone-dataset-pushed', 'parquet-hf']

describe('importing', () => {
  it.each(rich)('[IM1] gives the samples, labels, fields and predictions of %s', async (layout) => {
    const dataset = await engine.import(path.join(exportsFolder, layout))
    const samples = await details(dataset)
    expect(samples.map((sample) => baseName(sample.fileName)).sort()).toEqual(
      expected.rows.map((row) => baseName(row.file_name)).sort(),
    )
    for (const sample of samples) {
      const row = rowOf(sample)
      const isUnlabelled = layout === 'parquet-hf' && row.label_in_parquet === -1
      expect(sample.label).toBe(isUnlabelled ? null : row.label)
      expect(sample.accepted.map(({ id }) => id)).toEqual([...row.accepted_ids].sort((a, b) => a - b))
      expect(fieldOf(sample, 'background')).toBe(row.background)
      const split = sample.split ?? sample.tags.find((tag) => tag === 'train' || tag === 'test')
      expect(split).toBe(row.split)
      for (const model of ['model_a', 'model_b'] as const) {
        const given = row[model]
        const prediction = sample.predictions.find((entry) => entry.model === model)
        if (layout === 'imagefolder' || (layout === 'parquet-hf' && prediction === undefined)) continue
        if (given === null) expect(prediction).toBeUndefined()
        else {
          expect(prediction?.answers[0]?.name).toBe(given[0])
          expect(prediction?.confidence).toBeCloseTo(given[1], 5)
          if (!isUnlabelled) expect(prediction?.correct).toBe(given[0] === row.label)
        }
      }
    }
  })

  it('[IM2] counts who is right as the fixtures say, in all and by background', async () => {
    for (const layout of ['fiftyone-dataset', 'fiftyone-dataset-dirs', 'fiftyone-dataset-pushed']) {
      const { runs, tags } = await engine.call('datasets.open', { dataset: layout })
      expect(runs.map((run) => ({ model: run.model, correct: run.right, of: run.judged }))).toEqual([
        { model: 'model_a', ...expected.model_a },
        { model: 'model_b', ...expected.model_b },
      ])
      expect(tags).toEqual([
        { name: 'mined', count: expected.rows.filter((row) => row.tags.includes('mined')).length },
        { name: 'test', count: 6 },
        { name: 'train', count: 18 },
      ])
      for (const model of ['model_a', 'model_b'] as const) {
        const table = await engine.call('slices.compute', {
          dataset: layout,
          filter: everything,
          field: { kind: 'field', name: 'background' },
          cross: null,
          models: [model],
          adjust: 'auto',
        })
        for (const [background, failures] of Object.entries(expected.failures_by_background)) {
          expect(table.slices.find((slice) => slice.value === background)?.failures).toBe(failures[model])
        }
      }
    }
  })

  it('[IM3] takes the folders of a class tree as labels', async () => {
    const dataset = await engine.import(path.join(exportsFolder, 'fiftyone-tree'))
    const samples = await details(dataset)
    expect(samples).toHaveLength(24)
    for (const sample of samples) expect(sample.label).toBe(rowOf(sample).label)
  })

  it('[IM4] keeps a broken image as a sample with a finding', async () => {
    const folder = await drawFolder({ a: ['one.png', 'two.png'], b: ['three.png'] })
    await writeFile(path.join(folder, 'b/empty.png'), '')
    await writeFile(path.join(folder, 'b/text.jpg'), 'this is no image')
    const whole = await readFile(path.join(folder, 'a/one.png'))
    await writeFile(path.join(folder, 'b/cut.png'), whole.subarray(0, whole.length / 2))
    const dataset = await engine.import(folder)
    const { findings } = await engine.call('datasets.open', { dataset })
    const samples = await details(dataset)
    expect(samples).toHaveLength(6)
    expect(samples.filter((sample) => sample.problem !== null).map((sample) => sample.fileName)).toEqual([
      'b/cut.png',
      'b/empty.png',
      'b/text.jpg',
    ])
    const unreadable = findings.find((finding) => finding.rule === 'unreadable_image')
    expect(unreadable).toMatchObject({ count: 2 })
    expect(unreadable?.examples[0]).toMatch(/^b\/cut\.png: /)
    expect(findings.find((finding) => finding.rule === 'sample_not_image')).toMatchObject({ examples: ['b/text.jpg'] })
  })

  it('[IM5] reports rows without files, files without rows and images that have two rows', async () => {
    const folder = await drawFolder({ x: ['one.png', 'two.png', 'three.png'] })
    await writeFile(
      path.join(folder, 'metadata.csv'),
      'file_name,label\nx/one.png,a\nx/one.png,b\nx/two.png,b\nx/gone.png,a\n',
    )
    const dataset = await engine.import(folder)
    const { findings } = await engine.call('datasets.open', { dataset })
    const samples = await details(dataset)
    expect(samples.map(({ fileName, label }) => [fileName, label])).toEqual([
      ['x/one.png', 'a'],
      ['x/three.png', null],
      ['x/two.png', 'b'],
    ])
    const ofReader = findings.filter(({ rule }) => /row/.test(rule))
    expect(ofReader.map(({ rule, count }) => [rule, count])).toEqual([
      ['duplicate_row', 1],
      ['file_without_row', 1],
      ['row_without_file', 1],
    ])
  })

  it('[IM6] refuses a folder without images, by name, and leaves nothing', async () => {
    const folder = await createTempFolder()
    await writeFile(path.join(folder, 'notes.txt'), 'nothing here')
    const before = await readdir(path.join(engine.library, 'datasets'))
    const failure = await failureOf(engine.import(folder))
    expect(failure.code).toBe('empty_source')
    expect(failure.message).toContain(path.basename(folder))
    expect(await readdir(path.join(engine.library, 'datasets'))).toEqual(before)
  })

  it('[IM7] gives two imports of one source at once a dataset each', async () => {
    const background = await openTestEngine(path.join(await createTempFolder(), 'library'), true)
    onTestFinished(() => background.close())
    const source = path.join(exportsFolder, 'imagefolder')
    const ids = await Promise.all([background.import(source), background.import(source), background.import(source)])
    expect(ids.toSorted()).toEqual(['imagefolder', 'imagefolder-2', 'imagefolder-3'])
    const list = await background.call('datasets.list', {})
    expect(list.map(({ samples }) => samples)).toEqual([24, 24, 24])
  })

  it('[IM8] needs the source no more where it copied the images, and never changes it', async () => {
    const folder = await drawFolder({ a: ['one.png'], b: ['two.png'] })
    const before = await readdir(folder, { recursive: true })
    const dataset = await engine.import(folder, { copy: true })
    expect(await readdir(folder, { recursive: true })).toEqual(before)
    await rm(folder, { recursive: true })
    const image = await engine.engine.image(dataset, 1, 'thumb', neverAborted)
    expect(image?.type).toBe('image/webp')
    await engine.call('datasets.delete', { dataset })
    expect((await engine.call('datasets.list', {})).map(({ id }) => id)).not.toContain(dataset)
  })

  it('[IM9] leaves the user’s folder alone when its dataset is deleted', async () => {
    const folder = await drawFolder({ a: ['one.png'], b: ['two.png'] })
    const dataset = await engine.import(folder)
    await engine.call('datasets.delete', { dataset })
    expect(await readdir(folder, { recursive: true })).toHaveLength(4)
    expect((await failureOf(engine.call('datasets.open', { dataset }))).code).toBe('not_found')
  })

  it('[IM10] knows the size of every local image without decoding it', async () => {
    const samples = await details('imagefolder')
    for (const sample of samples) {
      const isTurned = sample.fileName.endsWith('circle-stripes-1.jpg')
      if (isTurned) expect([sample.width, sample.height]).toEqual([64, 96])
      expect(sample.width).toBeGreaterThan(0)
    }
  })
})

/** Folders of small images whose bytes are those of a fixture. */
async function drawFolder(folders: Readonly<Record<string, readonly string[]>>): Promise<string> {
  const root = path.join(await createTempFolder(), `drawn-${++drawn}`)
  for (const [folder, files] of Object.entries(folders)) {
    await mkdir(path.join(root, folder), { recursive: true })
    for (const file of files) {
      await cp(path.join(exportsFolder, 'imagefolder/train/plain/n-plain-0.png'), path.join(root, folder, file))
    }
  }
  return root
}
let drawn = 0
