// Runs under names with blanks, brackets, commas and other letters: in filters, exports, prediction files, and back again.
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { Transformer } from '@napi-rs/image'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { everything } from '#core/filter/expr.ts'
import { formatFilter } from '#core/filter/format.ts'
import { type TestEngine, makeFolder, openTestEngine, projectRoot } from '../../support/test-engine.ts'

const colours = { red: [220, 20, 30], green: [10, 200, 40], blue: [30, 20, 230] } as const
const odd = 'Straße, `a` "b" (ß), é'

let root: string
let remove: () => Promise<void>
let engine: TestEngine
let dataset: string
let names: readonly string[]

beforeAll(async () => {
  ;({ folder: root, remove } = await makeFolder())
  for (const [name, colour] of Object.entries(colours)) {
    const pixels = Buffer.alloc(12 * 12 * 4)
    for (let i = 0; i < 144; i++) pixels.set([...colour, 255], i * 4)
    await mkdir(path.join(root, 'drawn', name), { recursive: true })
    const png = await Transformer.fromRgbaPixels(pixels, 12, 12).png()
    for (const number of [1, 2]) await writeFile(path.join(root, 'drawn', name, `${name}${number}.png`), png)
  }
  engine = await openTestEngine(path.join(root, 'library'))
  dataset = await engine.import(path.join(root, 'drawn'), { name: 'drawn' })
  const model = await engine.addModel(path.join(projectRoot, 'test/fixtures/models/awkward/nchw'), 'tiny')
  await engine.predict(dataset, model)
  await engine.predict(dataset, model, { protocol: 'masked' })
  const derived = await engine.call('models.derive', {
    model,
    name: odd,
    settings: {
      preprocessing: {
        ...(await engine.call('models.list', {})).find(({ name }) => name === model)!.steps,
        channelOrder: 'bgr',
      },
    },
  })
  await engine.predict(dataset, derived.name)
  names = (await engine.call('datasets.open', { dataset })).runs.map((run) => run.model)
})
afterAll(async () => {
  await engine.close()
  await remove()
})

describe('names of runs', () => {
  it('[ID35] stand in filters in backticks, and read back as they were', async () => {
    expect(names).toEqual(['tiny', 'tiny (masked)', odd])
    for (const model of names) {
      const filter = {
        kind: 'and',
        items: [
          { kind: 'only_wrong', model },
          { kind: 'has_prediction', model },
        ],
      } as const
      expect(formatFilter(await engine.where(dataset, formatFilter(filter)))).toBe(formatFilter(filter))
    }
    const wrong = await engine.where(dataset, 'only_wrong(`Straße, \\`a\\` "b" (ß), é`)')
    const counts = await engine.call('query.counts', { dataset, filter: wrong, facets: [], top: 1 })
    // Red and blue change places in BGR.
    expect(counts.total).toBe(4)
  })

  it('[ID46] give the same label where the names are the same, wherever these stand in a model’s own list', async () => {
    await writeFile(path.join(root, 'other-order.txt'), 'blue\ngreen\nred\ndark\n')
    const derived = await engine.call('models.derive', {
      model: 'tiny',
      name: 'other order',
      settings: { labels: engine.engine.places.register(path.join(root, 'other-order.txt')) },
    })
    await engine.predict(dataset, derived.name)
    // Both take red for blue, one as its third class and one as its first.
    const filter = { kind: 'same_wrong_label', models: [odd, derived.name] } as const
    expect((await engine.call('query.counts', { dataset, filter, facets: [], top: 1 })).total).toBe(4)
    await engine.call('runs.delete', { dataset, model: derived.name })
  })

  it.each(['imagefolder', 'fiftyone', 'parquet', 'webdataset', 'csv'] as const)(
    '[ID36] come back from an export as they were, with their protocol: %s',
    async (format) => {
      const folder = path.join(root, `out-${format}`)
      await engine.export(dataset, folder, { format, media: format === 'csv' ? 'none' : 'copy' })
      const back = await engine.import(folder, { name: `back ${format}` })
      const { runs } = await engine.call('datasets.open', { dataset: back })
      expect(runs.map(({ model, right, judged }) => [model, right, judged]).toSorted()).toEqual(
        [
          ['tiny', 6, 6],
          ['tiny (masked)', 6, 6],
          [odd, 2, 6],
        ].toSorted(),
      )
      if (format !== 'csv') expect(runs.find(({ model }) => model === 'tiny (masked)')?.protocol).toBe('masked')
    },
  )

  it('[ID37] are fields in FiftyOne that an attribute can be called', async () => {
    const folder = path.join(root, 'for-fiftyone')
    await engine.export(dataset, folder, { format: 'fiftyone' })
    const { samples } = JSON.parse(await readFile(path.join(folder, 'samples.json'), 'utf8'))
    const fields = Object.keys(samples[0])
    expect(fields).toEqual(expect.arrayContaining(['tiny', 'tiny_masked']))
    for (const field of fields) expect(field).toMatch(/^[\p{L}\p{M}\p{N}_-]+$/u)
    const metadata = JSON.parse(await readFile(path.join(folder, 'metadata.json'), 'utf8'))
    expect(metadata.sample_fields.map(({ name }: { name: string }) => name)).toContain('tiny_masked')
    expect((await readdir(folder)).toSorted()).toContain('data')
  })

  it('[ID38] lead predictions out to a file and in again', async () => {
    const place = engine.engine.places.register(root)
    const out = await engine.call('predictions.export', {
      dataset,
      model: odd,
      filter: everything,
      place,
      name: 'theirs.csv',
    })
    await engine.engine.jobs.wait(out.job.id)
    const file = engine.engine.places.register(path.join(root, 'theirs.csv'))
    const name = 'tiny (theirs)'
    const { job } = await engine.call('predictions.import', { dataset, place: file, model: name, joinBy: null })
    await engine.engine.jobs.wait(job.id)
    const { runs } = await engine.call('datasets.open', { dataset })
    expect(runs.find(({ model }) => model === name)).toMatchObject({
      modelName: null,
      right: 2,
      judged: 6,
      answers: null,
    })
    const agree = await engine.where(dataset, `disagree(\`${name}\`, tiny)`)
    expect((await engine.call('query.counts', { dataset, filter: agree, facets: [], top: 1 })).total).toBe(4)
    await engine.call('runs.delete', { dataset, model: name })
  })
})
