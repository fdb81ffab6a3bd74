// Taking a subset out and bringing it in again: nothing that was known of its samples may be lost on the way.
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exportFormats } from '#contract/work.ts'
import { everything } from '#core/filter/expr.ts'
import { colourModel, drawColours } from '../../support/colour-folder.ts'
import { neverAborted } from '../../support/open-dataset.ts'
import { type TestEngine, failureOf, makeFolder, openTestEngine } from '../../support/test-engine.ts'

const model = 'colours'
const where = 'background in (wall, floor) and shade > 0.1'
let root: string
let engine: TestEngine
let remove: () => Promise<void>
let dataset: string

beforeAll(async () => {
  const made = await makeFolder()
  ;({ folder: root, remove } = made)
  await drawColours(path.join(root, 'drawn'), 60)
  engine = await openTestEngine(path.join(root, 'library'))
  await engine.addModel(colourModel, model)
  dataset = await engine.import(path.join(root, 'drawn'))
  await engine.predict(dataset, model)
  await engine.call('tags.apply', {
    dataset,
    tag: 'look; here',
    target: { kind: 'filter', filter: await engine.where(dataset, 'label = red') },
    on: true,
  })
})
afterAll(async () => {
  await engine.close()
  await remove()
})

/** Everything known of every sample under a filter, by file name; sizes of files that an export may drop are left out. */
async function known(id: string, text: string | null) {
  const filter = text === null ? everything : await engine.where(id, text)
  const page = await engine.call('query.page', {
    dataset: id,
    filter,
    order: { groupBy: null, sort: null },
    offset: 0,
    limit: 1000,
    columns: [],
  })
  const samples = await Promise.all(
    Array.from(page.ids, (sample) => engine.call('samples.get', { dataset: id, id: sample })),
  )
  return Object.fromEntries(
    samples.map((sample) => [
      path.posix.basename(sample.fileName),
      {
        label: sample.label,
        split: sample.split,
        accepted: sample.accepted,
        tags: sample.tags,
        fields: Object.fromEntries(sample.fields.map(({ name, value }) => [name, value])),
        predictions: sample.predictions.map(({ model: name, correct, answers }) => ({
          name,
          correct,
          answers: answers.map(({ name: answer, probability }) => ({ answer, probability })),
        })),
      },
    ]),
  )
}

async function slicesOf(id: string, text: string | null) {
  const filter = text === null ? everything : await engine.where(id, text)
  const table = await engine.call('slices.compute', {
    dataset: id,
    filter,
    field: { kind: 'field', name: 'background' },
    cross: null,
    models: [model],
    adjust: 'auto',
  })
  const { overall, power, slices, rho, leftOut } = table
  return { overall, power, rho, leftOut, slices: slices.map(({ strip: _strip, ...slice }) => slice) }
}

async function exported(
  format: (typeof exportFormats)[number],
  name: string,
  media: 'copy' | 'none' | 'link' = 'copy',
) {
  const folder = path.join(root, name)
  const filter = await engine.where(dataset, where)
  const job = await engine.export(dataset, folder, { format, filter, media })
  return { folder, job }
}

describe('an export', () => {
  it.each(exportFormats)('[XP1] comes back as it was: %s', async (format) => {
    const { folder, job } = await exported(format, `out-${format}`)
    const before = await known(dataset, where)
    expect(Object.keys(before).length).toBeGreaterThan(20)
    expect(job.result).toMatchObject({ samples: Object.keys(before).length })
    const again = await engine.import(folder)
    expect(await known(again, null)).toEqual(before)
    expect(await slicesOf(again, null)).toEqual(await slicesOf(dataset, where))
    const [a, b] = await Promise.all([dataset, again].map((id) => engine.call('datasets.open', { dataset: id })))
    const fields = ({ fields }: typeof a & {}) =>
      fields.filter((field) => !field.builtIn).map(({ name, kind, role }) => ({ name, kind, role }))
    expect(fields(b!).toSorted((x, y) => x.name.localeCompare(y.name))).toEqual(
      fields(a!).toSorted((x, y) => x.name.localeCompare(y.name)),
    )
    expect(b!.classField).toBe(a!.classField)
    // What the linter says of the images was true before.
    const ofImages = /^(tiny_image|unmapped_class|small_class|missing_values|missing_label)$/
    expect(b!.findings.filter(({ rule }) => !ofImages.test(rule))).toEqual([])
    expect((await engine.engine.image(again, 1, 'thumb', neverAborted))?.type).toBe('image/webp')
  })

  it('[XP2] as CSV has a row a sample with its predictions', async () => {
    const { folder, job } = await exported('csv', 'out-table', 'none')
    const text = await readFile(path.join(folder, 'metadata.csv'), 'utf8')
    expect(job.result).toMatchObject({ samples: Object.keys(await known(dataset, where)).length })
    expect(text.split('\r\n')[0]).toBe(
      `file_name,label,label_ids,split,background,shade,note,tags,${['predicted_class', 'predicted_probability', 'correct', 'top_classes', 'top_ids', 'top_probabilities'].map((part) => `${model}:${part}`).join(',')}`,
    )
    expect(await readdir(folder)).not.toContain('red')
  })

  it('[XP3] has a manifest that says what it is, from what, and by which rule', async () => {
    const { folder } = await exported('imagefolder', 'out-manifest')
    const manifest = JSON.parse(await readFile(path.join(folder, 'manifest.json'), 'utf8')) as Record<string, unknown>
    const { runs } = await engine.call('datasets.open', { dataset })
    const page = await engine.call('query.page', {
      dataset,
      filter: await engine.where(dataset, where),
      order: { groupBy: null, sort: null },
      offset: 0,
      limit: 1000,
      columns: [],
    })
    expect(manifest).toMatchObject({
      dataset: 'drawn',
      source: { kind: 'folder', id: dataset },
      query: where,
      format: 'imagefolder',
      models: [
        {
          name: model,
          sha256: runs[0]!.modelSha256,
          preprocessing: runs[0]!.preprocessing,
          protocol: 'unmasked',
          provider: 'cpu',
        },
      ],
      samples: Array.from(page.ids),
      sample_count: page.total,
    })
  })

  it('[XP4] goes into a new folder only, and never changes one that is there', async () => {
    const { folder } = await exported('parquet', 'out-twice')
    const before = await readdir(folder, { recursive: true })
    expect((await failureOf(exported('parquet', 'out-twice'))).code).toBe('already_exists')
    expect(await readdir(folder, { recursive: true })).toEqual(before)
    await mkdir(path.join(root, 'out-empty'))
    await exported('imagefolder', 'out-empty')
    await writeFile(path.join(root, 'out-file'), 'mine')
    expect((await failureOf(exported('csv', 'out-file'))).code).toBe('already_exists')
    for (const name of ['..', 'a/b', 'a\\b', '.']) {
      const place = engine.engine.places.register(root)
      const work = engine.call('exports.start', {
        dataset,
        filter: everything,
        format: 'csv',
        place,
        name,
        media: 'none',
      })
      expect((await failureOf(work)).code).toBe('unsafe_path')
    }
    expect((await readdir(root)).filter((name) => name.endsWith('.part'))).toEqual([])
  })

  it.each(['imagefolder', 'fiftyone', 'parquet', 'csv'] as const)(
    '[XP5] without images says so when it is imported: %s',
    async (format) => {
      const { folder, job } = await exported(format, `out-none-${format}`, 'none')
      const files = await readdir(folder, { recursive: true })
      expect(files.filter((file) => file.endsWith('.png'))).toEqual([])
      const outcome = await engine.import(folder).then(
        async (id) => await engine.call('datasets.open', { dataset: id }),
        (error: { code: string }) => error.code,
      )
      if (typeof outcome === 'string') expect(outcome).toBe('empty_source')
      else {
        expect(outcome.samples).toBe(job.result?.['samples'])
        expect(outcome.findings.length).toBeGreaterThan(0)
        expect(await engine.engine.image(outcome.id, 1, 'thumb', neverAborted)).toBeNull()
      }
    },
  )

  it('[XP6] of nothing, and one that is cancelled, leave nothing half done', async () => {
    const filter = await engine.where(dataset, 'label = red and label = blue')
    const outcome = await engine.export(dataset, path.join(root, 'out-nothing'), { filter }).then(
      (job) => job.result?.['samples'],
      (error: { code: string }) => error.code,
    )
    expect([0, 'usage']).toContain(outcome)
    const place = engine.engine.places.register(root)
    const { job } = await engine.call('exports.start', {
      dataset,
      filter: everything,
      format: 'imagefolder',
      place,
      name: 'out-stopped',
      media: 'copy',
    })
    await engine.call('jobs.cancel', { job: job.id })
    expect((await failureOf(engine.engine.jobs.wait(job.id))).code).toBe('cancelled')
    expect((await readdir(root)).filter((name) => name.includes('out-stopped'))).toEqual([])
  })

  it('[XP7] of an export is the same again', async () => {
    const { folder } = await exported('fiftyone', 'out-first')
    const again = await engine.import(folder, { name: 'second hand' })
    await engine.export(again, path.join(root, 'out-second'), { format: 'parquet' })
    const third = await engine.import(path.join(root, 'out-second'))
    expect(await known(third, null)).toEqual(await known(dataset, where))
  })
})
