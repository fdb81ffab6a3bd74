// What the linter finds in folders with everything wrong in them, and what its repairs leave.
import { copyFile, mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { Transformer } from '@napi-rs/image'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { everything } from '#core/filter/expr.ts'
import { DatasetHandle } from '#engine/dataset-handle.ts'
import { noteCardCount, noteMovedRevision } from '#engine/lint/note-source.ts'
import { listFindings } from '#store/finding-table.ts'
import { neverAborted } from '../../support/open-dataset.ts'
import { drawPattern, toPng } from '../../support/patterns.ts'
import { createTempFolder } from '../../support/temp-folder.ts'
import { colourModel, drawColours } from '../../support/colour-folder.ts'
import { type TestEngine, failureOf, makeFolder, openTestEngine, projectRoot } from '../../support/test-engine.ts'

const decodeFolder = path.join(projectRoot, 'test/fixtures/models/decode')

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

const summary = (dataset: string) => engine.call('datasets.open', { dataset })
const findings = async (dataset: string) =>
  new Map((await summary(dataset)).findings.map((finding) => [finding.rule, finding]))
const lint = async (dataset: string) => {
  await engine.engine.jobs.wait((await engine.call('lint.run', { dataset })).job.id)
  return await findings(dataset)
}
const repair = (dataset: string, rule: string) => engine.call('lint.repair', { dataset, rule })
const undo = async (dataset: string) => (await engine.call('history.undo', { dataset })).undone
const redo = async (dataset: string) => (await engine.call('history.redo', { dataset })).redone

/** File names under a filter. */
async function filesUnder(dataset: string, where: string): Promise<string[]> {
  const filter = await engine.where(dataset, where)
  const order = { groupBy: null, sort: null }
  const page = await engine.call('query.page', { dataset, filter, order, offset: 0, limit: 1000, columns: [] })
  return page.fileNames
}
const filesOf = (dataset: string, rule: string) => filesUnder(dataset, `finding("${rule}")`)

const rulesOf = (handle: DatasetHandle) => listFindings(handle.db).map(({ rule }) => rule)

/** `count` different pictures in `folder`, named by their number. */
async function draw(folder: string, count: number, seed: number): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (let i = 0; i < count; i++) {
    await writeFile(path.join(folder, `${seed + i}.png`), await toPng(drawPattern(seed + i, 48, 40)))
  }
}

/** A class tree in which each kind of picture occurs. */
async function drawOddFolder(): Promise<string> {
  const root = await createTempFolder()
  const file = (name: string) => path.join(root, name)
  await draw(file('cat'), 11, 100)
  await draw(file('dog'), 10, 200)
  await copyFile(file('cat/100.png'), file('dog/100.png'))
  await copyFile(file('cat/101.png'), file('cat/copy.png'))
  await writeFile(file('dog/smaller.jpg'), await new Transformer(await toPng(drawPattern(102, 120, 100))).jpeg(80))
  for (const name of ['cmyk.jpg', 'exif-6.jpg', 'grey.png'])
    await copyFile(path.join(decodeFolder, name), file(`cat/${name}`))
  const clear = drawPattern(300, 48, 40)
  clear.data.fill(0, clear.data.length / 2)
  await writeFile(file('dog/clear.png'), await toPng(clear))
  await writeFile(file('dog/tiny.png'), await toPng(drawPattern(301, 31, 40)))
  const whole = await toPng(drawPattern(302, 48, 40))
  await writeFile(file('dog/cut.png'), whole.subarray(0, whole.length / 2))
  const broken = Buffer.from(whole)
  broken.fill(7, 60, whole.length - 30)
  await writeFile(file('dog/broken.png'), broken)
  await writeFile(file('dog/text.jpg'), 'not a picture')
  return root
}

describe('the linter', () => {
  it('[LI10] finds each thing by its samples, which the filter finds', async () => {
    const dataset = await engine.import(await drawOddFolder())
    expect(await filesOf(dataset, 'sample_not_image')).toEqual(['dog/text.jpg'])
    // Only decoding tells what is wrong within.
    expect(await filesOf(dataset, 'unreadable_image')).toEqual(['dog/cut.png'])
    const found = await lint(dataset)
    const files = async (rule: string) => (await filesOf(dataset, rule)).toSorted()
    expect(await files('unreadable_image')).toEqual(['dog/broken.png', 'dog/cut.png'])
    expect(await files('sample_not_image')).toEqual(['dog/text.jpg'])
    expect(await files('duplicate_name')).toEqual(['cat/100.png', 'dog/100.png'])
    expect(await files('exact_duplicates')).toEqual(['cat/100.png', 'cat/101.png', 'cat/copy.png', 'dog/100.png'])
    expect(await files('conflicting_labels')).toEqual(['cat/100.png', 'dog/100.png'])
    expect(await files('near_duplicates')).toEqual(['cat/102.png', 'dog/smaller.jpg'])
    expect(await files('cmyk_image')).toEqual(['cat/cmyk.jpg'])
    expect(await files('turned_image')).toEqual(['cat/exif-6.jpg'])
    expect(await files('grey_image')).toEqual(['cat/grey.png'])
    expect(await files('transparent_image')).toEqual(['dog/clear.png'])
    expect(await files('tiny_image')).toContain('dog/tiny.png')
    expect(await files('tiny_image')).not.toContain('dog/clear.png')
    expect(found.get('unmapped_class')).toMatchObject({ count: 2, samples: 32 })
    for (const [rule, finding] of found) {
      expect(finding.message, rule).toMatch(/^\S.*\.$/)
      expect(finding.examples.length, rule).toBeLessThanOrEqual(20)
      if (finding.samples === null) continue
      expect((await files(rule)).length, rule).toBe(finding.samples)
      if (!/class/.test(rule)) expect(finding.count, rule).toBe(finding.samples)
    }
    expect((await failureOf(filesOf(dataset, 'grey_images'))).details['nearest']).toEqual(['grey_image'])
  })

  it('[LI11] looks a second time only at what is new or was a problem, and forgets what was mended', async () => {
    const folder = await drawOddFolder()
    const dataset = await engine.import(folder)
    const first = await engine.engine.jobs.wait((await engine.call('lint.run', { dataset })).job.id)
    expect(first.result).toMatchObject({ looked: 29, failed: 3 })
    await writeFile(path.join(folder, 'dog/cut.png'), await toPng(drawPattern(302, 48, 40)))
    const second = await engine.engine.jobs.wait((await engine.call('lint.run', { dataset })).job.id)
    expect(second.result).toMatchObject({ looked: 1, failed: 2 })
    expect(await filesOf(dataset, 'unreadable_image')).toEqual(['dog/broken.png'])
  })

  it('[LI12] says of classes which are small, spelt twice, missing or numbered folders', async () => {
    const folder = await createTempFolder()
    await draw(path.join(folder, 'images'), 14, 400)
    const labels = ['Cat', 'cat', 'cat', 'cat', 'dog', '', ...Array.from({ length: 8 }, () => 'dog')]
    const rows = labels.map((label, i) => `images/${400 + i}.png,${label},${i < 3 ? '' : 'x'},${i < 9 ? '' : 'y'}`)
    await writeFile(path.join(folder, 'metadata.csv'), ['file_name,label,place,rare', ...rows].join('\n'))
    const dataset = await engine.import(folder)
    const found = await findings(dataset)
    expect(found.get('small_class')).toMatchObject({ count: 3, examples: ['Cat: 1', 'cat: 3', 'dog: 9'] })
    expect(found.get('class_name_collision')).toMatchObject({
      count: 2,
      repair: { name: 'merge_names', removes: false },
    })
    expect(await filesOf(dataset, 'class_name_collision')).toHaveLength(4)
    expect(await filesOf(dataset, 'missing_label')).toEqual(['images/405.png'])
    // A field that most samples lack was meant for some of them only.
    expect(found.get('missing_values')).toMatchObject({ count: 3, examples: ['place: 3 of 14'] })

    const chunks = await createTempFolder()
    for (const i of [0, 1, 2]) await draw(path.join(chunks, `data_${i}`), 1, 500 + i)
    const chunked = await findings(await engine.import(chunks))
    expect(chunked.get('chunk_labels')).toMatchObject({ count: 3, repair: { name: 'drop_label' } })
    // Nothing else is said of classes that are none.
    expect([...chunked.keys()].filter((rule) => /class/.test(rule))).toEqual([])
  })

  it('[LI13] tells images that are in two splits', async () => {
    const folder = await createTempFolder()
    for (const split of ['train', 'test']) {
      for (const name of ['a', 'b']) await draw(path.join(folder, split, name), 2, split === 'train' ? 600 : 610)
    }
    await copyFile(path.join(folder, 'train/a/600.png'), path.join(folder, 'test/a/leak.png'))
    const dataset = await engine.import(folder)
    await lint(dataset)
    expect((await filesOf(dataset, 'split_leak')).toSorted()).toEqual([
      'test/a/leak.png',
      'train/a/600.png',
      'train/b/600.png',
    ])
  })
})

/** The runs' figures, the class and the values of the label, as they can be seen. */
async function classOf(dataset: string) {
  const { classField, fields, runs } = await summary(dataset)
  const label = fields.find((field) => field.name === 'label')!
  const counts = await engine.call('query.counts', {
    dataset,
    filter: everything,
    facets: [{ kind: 'field', name: 'label' }],
    top: 20,
  })
  return {
    classField,
    role: label.role,
    values: counts.facets.flatMap((facet) => (facet.kind === 'values' ? facet.values : [])),
    runs: runs.map(({ judged, right, unmappedClasses }) => ({ judged, right, unmappedClasses })),
  }
}

async function importColours(change: (metadata: string) => string): Promise<string> {
  const folder = await createTempFolder()
  await drawColours(folder, 24)
  const metadata = path.join(folder, 'metadata.csv')
  await writeFile(metadata, change(await readFile(metadata, 'utf8')))
  const dataset = await engine.import(folder)
  const model = await engine.addModel(colourModel)
  await engine.predict(dataset, model)
  return dataset
}

describe('repairs', () => {
  it('[LI14] merge names into the commonest, and come and go with undo and redo', async () => {
    const spelt = (text: string) => text.replace('000.png,red', '000.png,Red').replace('004.png,red', '004.png,_red_')
    const dataset = await importColours(spelt)
    const before = await classOf(dataset)
    expect(await repair(dataset, 'class_name_collision')).toEqual({
      done: 'Merged 3 class names into 1.',
      changed: 2,
    })
    const after = await classOf(dataset)
    expect(after.values).toContainEqual({ value: 'red', count: 6 })
    expect(after.values).toHaveLength(4)
    expect((await findings(dataset)).get('class_name_collision')?.repaired).toBe('Merged 3 class names into 1.')
    expect((await failureOf(repair(dataset, 'class_name_collision'))).code).toBe('usage')
    expect(await undo(dataset)).toBe('Merged 3 class names into 1.')
    expect(await classOf(dataset)).toEqual(before)
    expect((await findings(dataset)).get('class_name_collision')).toMatchObject({ count: 3, repaired: null })
    await redo(dataset)
    expect(await classOf(dataset)).toEqual(after)
    expect((await findings(dataset)).get('class_name_collision')?.repaired).not.toBeNull()
  })

  it('[LI15] make a label that names nuisances a nuisance, by which nothing is judged any more', async () => {
    const kinds = { red: 'background', green: 'texture', blue: 'material', purple: 'lighting' }
    const dataset = await importColours((text) =>
      text.replaceAll(/,(red|green|blue|purple),/g, (_, name: keyof typeof kinds) => `,${kinds[name]},`),
    )
    const model = (await summary(dataset)).runs[0]!.model
    await engine.call('labels.set', { dataset, model, decisions: [{ class: 'background', ids: [0] }] })
    const before = await classOf(dataset)
    expect(before.runs[0]!.judged).toBe(6)
    expect(await repair(dataset, 'nuisance_labels')).toMatchObject({ changed: 24 })
    expect(await classOf(dataset)).toMatchObject({ classField: null, role: 'nuisance', runs: [{ judged: 0 }] })
    await undo(dataset)
    expect(await classOf(dataset)).toEqual(before)
  })

  it('[LI15] take away the class that is folders of chunks', async () => {
    const folder = await createTempFolder()
    for (const i of [0, 1]) await draw(path.join(folder, `data_${i}`), 2, 700 + 2 * i)
    const chunked = await engine.import(folder)
    await repair(chunked, 'chunk_labels')
    expect(await classOf(chunked)).toMatchObject({ classField: null, role: 'plain' })
    await undo(chunked)
    expect(await classOf(chunked)).toMatchObject({ classField: 'label', role: 'class' })
  })

  it('[LI16] tag copies but the first, until that is undone', async () => {
    const dataset = await engine.import(await drawOddFolder())
    await lint(dataset)
    expect(await repair(dataset, 'exact_duplicates')).toEqual({ done: 'Tagged 2 copies “duplicate”.', changed: 2 })
    const copies = await filesUnder(dataset, 'tagged("duplicate")')
    expect(copies.toSorted()).toEqual(['cat/copy.png', 'dog/100.png'])
    // Linting again finds the same, which is repaired.
    expect((await lint(dataset)).get('exact_duplicates')?.repaired).toBe('Tagged 2 copies “duplicate”.')
    await undo(dataset)
    expect((await summary(dataset)).tags).toEqual([])
    expect((await findings(dataset)).get('exact_duplicates')?.repaired).toBeNull()
  })

  it('[LI17] remove samples from the dataset and touch no file', async () => {
    const folder = await drawOddFolder()
    const dataset = await engine.import(folder)
    await lint(dataset)
    const files = (await readdir(folder, { recursive: true })).toSorted()
    const target = { kind: 'filter', filter: await engine.where(dataset, 'label = dog') } as const
    await engine.call('tags.apply', { dataset, tag: 'mine', target, on: true })
    const tagged = (await filesUnder(dataset, 'tagged("mine")')).filter((name) => !/broken|cut/.test(name))
    const pictures = new Map<string, string>()
    const look = async () => {
      for (const [index, name] of (await filesUnder(dataset, '')).entries()) {
        const image = await engine.engine.image(dataset, index + 1, 'thumb', neverAborted)
        if (image !== null)
          pictures.set(`${pictures.has(name) ? 'again ' : ''}${name}`, Buffer.from(image.bytes).toString('base64'))
      }
    }
    await look()
    const etag = (await engine.engine.image(dataset, 1, 'thumb', neverAborted))?.etag
    expect(await repair(dataset, 'unreadable_image')).toEqual({
      done: 'Removed 2 samples from the dataset; the files are untouched.',
      changed: 2,
    })
    expect(await filesUnder(dataset, '')).toHaveLength(30)
    expect((await summary(dataset)).samples).toBe(30)
    expect(await filesUnder(dataset, 'tagged("mine")')).toEqual(tagged)
    expect(await filesOf(dataset, 'sample_not_image')).toEqual(['dog/text.jpg'])
    expect((await findings(dataset)).get('unreadable_image')?.repaired).toMatch(/^Removed 2/)
    expect(await filesOf(dataset, 'unreadable_image')).toEqual([])
    await look()
    for (const [name, picture] of pictures) {
      if (!name.startsWith('again ')) expect(pictures.get(`again ${name}`) ?? picture, name).toBe(picture)
    }
    // Whoever kept a picture under its id must not take it for the new one's.
    expect((await engine.engine.image(dataset, 1, 'thumb', neverAborted))?.etag).not.toBe(etag)
    expect((await readdir(folder, { recursive: true })).toSorted()).toEqual(files)
    // What was tagged before can still be taken back.
    await undo(dataset)
    expect((await summary(dataset)).tags).toEqual([])
  })

  it('[LI18] are refused where there is none, where nothing was found, and where nothing would be left', async () => {
    const folder = await createTempFolder()
    await writeFile(path.join(folder, 'a.jpg'), 'no picture')
    await writeFile(path.join(folder, 'b.jpg'), 'no picture either')
    const dataset = await engine.import(folder)
    expect(await failureOf(repair(dataset, 'sample_not_image'))).toMatchObject({ code: 'usage' })
    expect(await failureOf(repair(dataset, 'sample_not_images'))).toMatchObject({
      code: 'not_found',
      details: { nearest: ['sample_not_image'] },
    })
    const sampler = await engine.import(await drawOddFolder())
    expect(await failureOf(repair(sampler, 'duplicate_name'))).toMatchObject({ code: 'usage' })
    expect((await summary(dataset)).samples).toBe(2)
  })
})

describe('what is known of the source', () => {
  it('[LI19] is a finding while the branch has moved on', async () => {
    const dataset = await engine.import(await drawOddFolder())
    const handle = new DatasetHandle(dataset, path.join(engine.library, 'datasets', dataset))
    try {
      noteMovedRevision(handle, 'b'.repeat(40))
      expect(rulesOf(handle)).not.toContain('moved_revision')
      handle.changeMeta({ source: { kind: 'hub', repo: 'a/b', revision: 'main', sha: 'a'.repeat(40) } })
      noteMovedRevision(handle, 'b'.repeat(40))
      expect(rulesOf(handle)).toContain('moved_revision')
      noteMovedRevision(handle, 'a'.repeat(40))
      expect(rulesOf(handle)).not.toContain('moved_revision')
      noteCardCount(handle, handle.rowCount)
      expect(rulesOf(handle)).not.toContain('card_count')
      noteCardCount(handle, 40)
      expect(listFindings(handle.db).find(({ rule }) => rule === 'card_count')).toMatchObject({ count: 8 })
    } finally {
      handle.close()
    }
  })
})

describe('the thumbnails of a dataset', () => {
  it('[LI20] are made and looked at in one go, in the background', async () => {
    const busy = await openTestEngine(path.join(await createTempFolder(), 'library'), true)
    try {
      const dataset = await busy.import(await drawOddFolder())
      await busy.call('datasets.open', { dataset })
      await busy.until('job.changed', ({ job }) => job.kind === 'thumbnails' && job.state === 'done')
      const found = (await busy.call('datasets.open', { dataset })).findings.map(({ rule }) => rule)
      expect(found).toEqual(expect.arrayContaining(['exact_duplicates', 'near_duplicates', 'turned_image']))
      const { job } = await busy.call('lint.run', { dataset })
      expect((await busy.engine.jobs.wait(job.id)).result).toMatchObject({ looked: 0, failed: 3 })
    } finally {
      await busy.close()
    }
  })
})
