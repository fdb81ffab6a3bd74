// Exports with and without their images, through the engine: what comes back is the same but for the pixels.
import { readFile, readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { exportFormats } from '#contract/work.ts'
import type { SampleDetail } from '#contract/query.ts'
import { startHubServer } from '../../hub/hub-server.ts'
import { colourModel, drawColours } from '../../support/colour-folder.ts'
import { neverAborted } from '../../support/open-dataset.ts'
import { type TestEngine, failureOf, makeFolder, openTestEngine } from '../../support/test-engine.ts'

const model = 'colours'
const count = 24
let root: string
let engine: TestEngine
let remove: () => Promise<void>
let dataset: string

beforeAll(async () => {
  const made = await makeFolder()
  ;({ folder: root, remove } = made)
  await drawColours(path.join(root, 'drawn'), count)
  engine = await openTestEngine(path.join(root, 'library'))
  await engine.addModel(colourModel, model)
  dataset = await engine.import(path.join(root, 'drawn'))
  await engine.predict(dataset, model)
})
afterAll(async () => {
  await engine.close()
  await remove()
})

async function details(id: string): Promise<SampleDetail[]> {
  const { samples } = await engine.call('datasets.open', { dataset: id })
  const all = await Promise.all(
    Array.from({ length: samples }, (_, i) => engine.call('samples.get', { dataset: id, id: i + 1 })),
  )
  return all.sort((a, b) => (a.fileName < b.fileName ? -1 : 1))
}

/** What an export without images must keep. */
function withoutPixels({ fileName, label, accepted, split, tags, fields, predictions }: SampleDetail) {
  return {
    fileName,
    label,
    accepted,
    split,
    tags,
    fields: fields
      .filter(({ name }) => !['width', 'height', 'size_bytes'].includes(name))
      .map(({ name, value }) => ({ name, value }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    predictions: predictions.map(({ answers, correct }) => ({ answers, correct })),
  }
}

async function manifestOf(folder: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(path.join(folder, 'manifest.json'), 'utf8')) as Record<string, unknown>
}

describe('an export without images', () => {
  it.each(exportFormats)('[EX11] comes back without pixels, which predictions count as failed: %s', async (format) => {
    const folder = path.join(root, `none-${format}`)
    await engine.export(dataset, folder, { format, media: 'none' })
    expect(await manifestOf(folder)).toMatchObject({ media: 'none', images: { copied: 0, linked: 0 } })
    const again = await engine.import(folder)
    const samples = await details(again)
    expect(samples.map(withoutPixels)).toEqual((await details(dataset)).map(withoutPixels))
    for (const sample of samples) expect(sample.problem).toMatch(/^The image is not here: /)
    const missing = async () =>
      (await engine.call('datasets.open', { dataset: again })).findings.filter(({ rule }) => rule.endsWith('_image'))
    expect(await missing()).toMatchObject([{ rule: 'missing_image', count }])
    expect(await engine.engine.image(again, 1, 'thumb', neverAborted)).toBeNull()

    const job = await engine.predict(again, model)
    expect(job).toMatchObject({ state: 'done', result: { failed: count } })
    for (const { problem } of await details(again)) expect(problem).toMatch(/^The image is not here: /)
    expect(await missing()).toMatchObject([{ rule: 'missing_image', count }])
  })

  it('[EX13] can be copied, exported and imported again', async () => {
    const folder = path.join(root, 'bare')
    await engine.export(dataset, folder, { format: 'csv', media: 'none' })
    const bare = await engine.import(folder, { copy: true })
    const failure = await failureOf(engine.export(bare, path.join(root, 'bare-copy'), { format: 'imagefolder' }))
    expect(failure.code).toBe('not_found')
    expect(failure.message).toContain('export without images')
    await engine.export(bare, path.join(root, 'bare-none'), { format: 'fiftyone', media: 'none' })
    const again = await engine.import(path.join(root, 'bare-none'))
    expect((await details(again)).map(withoutPixels)).toEqual((await details(dataset)).map(withoutPixels))
  })

  it('[EX11] comes back from the Hub, which is not asked for its images', async () => {
    const folder = path.join(root, 'for-the-hub')
    await engine.export(dataset, folder, { format: 'fiftyone', media: 'none' })
    const server = await startHubServer({ repos: [{ type: 'dataset', name: 'foible/bare', folder }] })
    const { HF_ENDPOINT: before } = process.env
    process.env['HF_ENDPOINT'] = server.endpoint
    const hubEngine = await openTestEngine(path.join(root, 'hub-library'))
    onTestFinished(async () => {
      await hubEngine.close()
      await server.close()
      if (before === undefined) delete process.env['HF_ENDPOINT']
      else process.env['HF_ENDPOINT'] = before
    })
    await hubEngine.addModel(colourModel, model)
    const bare = await hubEngine.import({ kind: 'hub', repo: 'foible/bare', revision: null })
    expect(await hubEngine.predict(bare, model)).toMatchObject({ state: 'done', result: { failed: count } })
    expect(await hubEngine.engine.image(bare, 1, 'thumb', neverAborted)).toBeNull()
    expect(server.requests.filter(({ path: file }) => file.endsWith('.png'))).toEqual([])
  })

  it('[EX11] predicts those of its images that are there', async () => {
    const folder = path.join(root, 'partly')
    await engine.export(dataset, folder, { format: 'csv', media: 'copy' })
    await rm(path.join(folder, 'red'), { recursive: true })
    const partly = await engine.import(folder)
    const missing = (await details(partly)).filter(({ problem }) => problem !== null)
    expect(missing).toHaveLength(count / 4)
    const job = await engine.predict(partly, model)
    expect(job.result).toMatchObject({ failed: count / 4 })
  })
})

describe('predictions in an export', () => {
  it.each(exportFormats)('[EX14] keep their protocol and the meaning of their ids: %s', async (format) => {
    await engine.predict(dataset, model, { protocol: 'masked' })
    const folder = path.join(root, `masked-${format}`)
    await engine.export(dataset, folder, { format, media: 'none' })
    const again = await engine.import(folder)
    const { runs } = await engine.call('datasets.open', { dataset: again })
    expect(runs.map((run) => [run.model, run.protocol])).toEqual([
      [model, 'unmasked'],
      [`${model} (masked)`, 'masked'],
    ])
    expect((await details(again)).map(withoutPixels)).toEqual((await details(dataset)).map(withoutPixels))
  })
})

describe('the manifest of an export', () => {
  it.each([
    ['imagefolder', 'copy', 'copy'],
    ['imagefolder', 'link', 'link'],
    ['csv', 'copy', 'copy'],
    ['csv', 'link', 'link'],
    ['fiftyone', 'link', 'link'],
    ['parquet', 'link', 'copy'],
  ] as const)('[EX12] of %s with %s says %s', async (format, media, done) => {
    const folder = path.join(root, `${format}-${media}`)
    await engine.export(dataset, folder, { format, media })
    const images = done === 'link' ? { copied: 0, linked: count } : { copied: count, linked: 0 }
    expect(await manifestOf(folder)).toMatchObject({ format, media: done, images })
    const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.png'))
    expect(files).toHaveLength(format === 'parquet' ? 0 : count)
    for (const file of files) expect((await stat(path.join(folder, file))).nlink > 1).toBe(done === 'link')
    const again = await engine.import(folder)
    expect((await details(again)).map(withoutPixels)).toEqual((await details(dataset)).map(withoutPixels))
  })
})
