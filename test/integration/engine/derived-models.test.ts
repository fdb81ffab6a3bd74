// One file under several settings: models beside each other, runs of their own, figures of their own.
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { Transformer } from '@napi-rs/image'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { everything } from '#core/filter/expr.ts'
import { buildOnnx } from '../../fixtures/models/build-onnx.ts'
import { type TestEngine, failureOf, makeFolder, openTestEngine, projectRoot } from '../../support/test-engine.ts'

const awkward = path.join(projectRoot, 'test/fixtures/models/awkward')
const colours = { red: [220, 20, 30], green: [10, 200, 40], blue: [30, 20, 230] } as const

let root: string
let remove: () => Promise<void>
let engine: TestEngine
let dataset: string

beforeAll(async () => {
  ;({ folder: root, remove } = await makeFolder())
  for (const [name, colour] of Object.entries(colours)) {
    const pixels = Buffer.alloc(12 * 12 * 4)
    for (let i = 0; i < 144; i++) pixels.set([...colour, 255], i * 4)
    await mkdir(path.join(root, 'drawn', name), { recursive: true })
    const png = await Transformer.fromRgbaPixels(pixels, 12, 12).png()
    for (const number of [1, 2]) await writeFile(path.join(root, 'drawn', name, `${number}.png`), png)
  }
  engine = await openTestEngine(path.join(root, 'library'))
  dataset = await engine.import(path.join(root, 'drawn'), { name: 'drawn' })
  await engine.addModel(path.join(awkward, 'nchw'), 'tiny')
})
afterAll(async () => {
  await engine.close()
  await remove()
})

const place = (file: string) => engine.engine.places.register(file)
const info = async (model: string) => (await engine.call('models.list', {})).find(({ name }) => name === model)!

async function runOf(model: string) {
  const { runs } = await engine.call('datasets.open', { dataset })
  return runs.filter(({ modelName }) => modelName === model)
}

describe('models of one file', () => {
  it('[ID20] makes another model of the same file under another preprocessing, with runs of its own', async () => {
    const model = 'tiny'
    const { steps, sha256 } = await info(model)
    const derived = await engine.call('models.derive', {
      model,
      settings: { preprocessing: { ...steps, channelOrder: 'bgr' } },
    })
    expect(derived).toMatchObject({
      name: 'tiny-bgr',
      sha256,
      chosen: ['preprocessing'],
      steps: { channelOrder: 'bgr' },
    })
    expect((await info(model)).chosen).toEqual([])

    await engine.predict(dataset, model)
    await engine.predict(dataset, derived.name)
    const [own] = await runOf(model)
    const [other] = await runOf(derived.name)
    expect(own).toMatchObject({ model: 'tiny', right: 6, judged: 6, answers: 4 })
    // Red and blue change places; green stays.
    expect(other).toMatchObject({ model: 'tiny-bgr', right: 2, judged: 6 })
    expect(other!.preprocessing).toMatch(/BGR/)
    expect(own!.preprocessing).toMatch(/RGB/)
  })

  it('[ID21] is the model that is there where nothing differs, and keeps settings over a restart', async () => {
    const tiny = await info('tiny')
    const steps = { ...tiny.steps, channelOrder: 'bgr' } as const
    await engine.call('models.derive', { model: 'tiny', settings: { preprocessing: steps } })
    const again = await engine.call('models.derive', {
      model: 'tiny',
      name: 'twin',
      settings: { preprocessing: steps },
    })
    expect(again.name).toBe('tiny-bgr')
    const back = await engine.call('models.derive', {
      model: 'tiny-bgr',
      settings: { preprocessing: (await info('tiny')).steps },
    })
    expect(back.name).toBe('tiny')
    const other = await openTestEngine(path.join(root, 'second'))
    try {
      const base = await other.addModel(path.join(awkward, 'nchw'))
      const derived = await other.call('models.derive', {
        model: base,
        settings: { preprocessing: { ...steps, resample: 'nearest' } },
      })
      expect(derived.name).toBe('nchw-nearest-bgr')
      await other.close()
      const reopened = await openTestEngine(path.join(root, 'second'))
      expect(
        (await reopened.call('models.list', {})).map(({ name, steps: kept }) => [name, kept.resample]),
      ).toContainEqual(['nchw-nearest-bgr', 'nearest'])
      await reopened.close()
    } finally {
      await other.close()
    }
  })

  it('[ID22] keeps the files as long as a model uses them', async () => {
    const folder = path.join(root, 'counted')
    await mkdir(folder)
    await writeFile(path.join(folder, 'model.onnx'), buildOnnx({ metadata: { made: 'to be counted' } }))
    const model = await engine.addModel(folder)
    const { steps, sha256 } = await info(model)
    const derived = await engine.call('models.derive', {
      model,
      settings: { preprocessing: { ...steps, mean: [0.5, 0.5, 0.5] } },
    })
    const files = path.join(root, 'library', 'models', sha256)
    await engine.call('models.remove', { model })
    expect(existsSync(files)).toBe(true)
    await engine.predict(dataset, derived.name)
    expect((await runOf(derived.name))[0]).toMatchObject({ predicted: 6 })
    await engine.call('models.remove', { model: derived.name })
    expect(existsSync(files)).toBe(false)
  })

  it('[ID23] names the classes of a model without names by a file that is given afterwards', async () => {
    const folder = path.join(root, 'nameless')
    await mkdir(folder)
    await writeFile(path.join(folder, 'model.onnx'), buildOnnx({ metadata: { made: 'without names' } }))
    await writeFile(path.join(root, 'colours.txt'), 'red\ngreen\nblue\ndark\n')
    await writeFile(path.join(root, 'short.txt'), 'red\ngreen\n')
    const model = await engine.addModel(folder)
    expect((await info(model)).notes.join(' ')).toMatch(/names no classes/)
    const named = await engine.call('models.derive', {
      model,
      settings: { labels: place(path.join(root, 'colours.txt')) },
    })
    expect(named).toMatchObject({ chosen: ['classes'], notes: [expect.not.stringMatching(/names no classes/)] })
    await engine.predict(dataset, named.name)
    expect((await runOf(named.name))[0]).toMatchObject({ judged: 6 })
    const failure = await failureOf(
      engine.call('models.derive', { model, settings: { labels: place(path.join(root, 'short.txt')) } }),
    )
    expect(failure).toMatchObject({ code: 'model_unsupported', message: expect.stringMatching(/short\.txt names 2/) })
  })

  it('[ID24] adds models that say too little with what somebody says for them', async () => {
    await writeFile(
      path.join(root, 'card.json'),
      JSON.stringify({ do_resize: true, size: { height: 8, width: 8 }, resample: 2, image_mean: 0.5, image_std: 0.5 }),
    )
    const added = await engine.call('models.add', {
      source: { kind: 'place', place: place(path.join(awkward, 'any-size')) },
      name: null,
      settings: { preprocessingFile: place(path.join(root, 'card.json')) },
    })
    expect(added).toMatchObject({ chosen: ['preprocessing'], preprocessingOrigin: 'card.json' })
    await engine.predict(dataset, added.name)
    expect((await runOf(added.name))[0]).toMatchObject({ predicted: 6 })
  })

  it('[ID25] takes the same file with another card for another model, and without a card for the one that is there', async () => {
    const folder = path.join(root, 'recarded')
    await mkdir(folder)
    const onnx = buildOnnx({ metadata: { made: 'for two cards' } })
    const card = (order: boolean) =>
      JSON.stringify({
        size: { height: 8, width: 8 },
        resample: 2,
        do_flip_channel_order: order,
        image_mean: 0.5,
        image_std: 0.5,
      })
    await writeFile(path.join(folder, 'model.onnx'), onnx)
    await writeFile(path.join(folder, 'preprocessor_config.json'), card(false))
    const first = await engine.addModel(folder)
    expect(await engine.addModel(folder)).toBe(first)
    await writeFile(path.join(folder, 'preprocessor_config.json'), card(true))
    const second = await engine.addModel(folder)
    expect(second).not.toBe(first)
    expect((await info(second)).steps.channelOrder).toBe('bgr')
    expect((await info(first)).steps.channelOrder).toBe('rgb')
    const bare = path.join(root, 'bare.onnx')
    await writeFile(bare, onnx)
    expect(await engine.addModel(bare)).toBe(first)
  })

  it('[ID26] refuses settings that cannot be, and adds nothing', async () => {
    const before = await engine.call('models.list', {})
    const { steps } = await info('tiny')
    const refuse = async (settings: object) => failureOf(engine.call('models.derive', { model: 'tiny', settings }))
    expect(await refuse({ preprocessing: { ...steps, std: [1, 0, 1] } })).toMatchObject({ code: 'usage' })
    expect(await refuse({ preprocessing: { ...steps, crop: { width: 1e9, height: 1 } } })).toMatchObject({
      code: 'usage',
    })
    expect(await refuse({ layout: 'nhwc' })).toMatchObject({
      code: 'model_unsupported',
      message: expect.stringMatching(/NHWC/),
    })
    const size = { kind: 'exact', width: 9, height: 9 } as const
    expect(await refuse({ preprocessing: { ...steps, resize: size } })).toMatchObject({
      code: 'model_unsupported',
      message: expect.stringMatching(/The chosen preprocessing makes images of 9 x 9, but the model takes 8 x 8/),
    })
    const bytes = await engine.addModel(path.join(awkward, 'byte-input'), 'bytes')
    expect(
      await failureOf(engine.call('models.derive', { model: bytes, settings: { preprocessing: steps } })),
    ).toMatchObject({
      code: 'model_unsupported',
      message: expect.stringMatching(/takes bytes/),
    })
    await writeFile(path.join(root, 'prose.json'), 'not at all')
    expect(await refuse({ preprocessingFile: place(path.join(root, 'prose.json')) })).toMatchObject({
      code: 'model_unsupported',
    })
    expect((await engine.call('models.list', {})).length).toBe(before.length + 1)
  })
})

describe('protocols', () => {
  it('[ID27] judges over the 16 categories beside what was judged before, and says so where both are compared', async () => {
    const dogs = path.join(root, 'sixteen')
    const red = await Transformer.fromRgbaPixels(Buffer.alloc(64 * 4, 200), 8, 8).png()
    for (const name of ['dog', 'n02123045', 'violin', 'cello']) {
      await mkdir(path.join(dogs, name), { recursive: true })
      await writeFile(path.join(dogs, name, '1.png'), red)
    }
    const sixteen = await engine.import(dogs, { name: 'sixteen' })
    const model = await engine.addModel(path.join(projectRoot, 'native-models/embedded/efficientnet-lite0'))
    await engine.predict(sixteen, model)
    await engine.predict(sixteen, model, { protocol: '16-class' })
    const { runs } = await engine.call('datasets.open', { dataset: sixteen })
    expect(runs.map(({ model: run, protocol, answers }) => [run, protocol, answers])).toEqual([
      [model, 'unmasked', 1000],
      [`${model} (16-class)`, '16-class', 16],
    ])
    // Violin and cello belong to no category.
    expect(runs[1]).toMatchObject({ judged: 2, unmappedClasses: ['cello', 'violin'] })
    const models = runs.map((run) => run.model)
    const comparison = await engine.call('compare.compute', { dataset: sixteen, filter: everything, models })
    expect(comparison).toMatchObject({
      n: 1,
      protocols: ['unmasked, over 1,000 classes', '16-class'],
      notes: [expect.stringMatching(/not like with like/)],
    })
    const field = { kind: 'field', name: 'label' } as const
    const each = await engine.call('compare.accuracy', { dataset: sixteen, filter: everything, models, field })
    expect(each.notes).toEqual([
      expect.stringMatching(/like with like/),
      expect.stringMatching(/each accuracy is over its own/),
    ])
    const common = await engine.call('compare.accuracy', {
      dataset: sixteen,
      filter: everything,
      models,
      field,
      common: true,
    })
    expect(common).toMatchObject({ judgedByAll: 1, notes: [expect.stringMatching(/like with like/)] })
    expect(common.rows.flatMap(({ cells }) => cells.map(({ n }) => n))).toEqual([1, 1])
  })

  it('[ID28] has 16 categories only for models of ImageNet’s classes, on datasets with one of them', async () => {
    expect(await failureOf(engine.predict(dataset, 'tiny', { protocol: '16-class' }))).toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/tiny answers others/),
    })
    expect(await failureOf(engine.predict(dataset, 'efficientnet-lite0', { protocol: '16-class' }))).toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/None of the dataset’s classes/),
    })
  })
})

describe('runs of a model that was added again', () => {
  it('[ID39] go on where the classes are the same, and are others where they are not', async () => {
    const folder = path.join(root, 'returning')
    await mkdir(folder)
    await writeFile(path.join(folder, 'model.onnx'), buildOnnx({ metadata: { made: 'to come back' } }))
    const add = async (labels: string) => {
      await writeFile(path.join(root, 'returning.txt'), labels)
      await engine.call('models.add', {
        source: { kind: 'place', place: place(folder) },
        name: 'returning',
        settings: { labels: place(path.join(root, 'returning.txt')) },
      })
    }
    const green = await engine.where(dataset, 'label = green')
    await add('red\ngreen\nblue\ndark\n')
    await engine.predict(dataset, 'returning', { filter: green })
    await engine.call('models.remove', { model: 'returning' })
    await add('red\ngreen\nblue\ndark\n')
    await engine.predict(dataset, 'returning')
    expect((await runOf('returning')).map(({ model, judged, right }) => [model, judged, right])).toEqual([
      ['returning', 6, 6],
    ])
    await engine.call('models.remove', { model: 'returning' })
    // The same answers under other names: what was predicted must not be judged by them.
    await add('blue\ngreen\nred\ndark\n')
    await engine.predict(dataset, 'returning')
    expect((await runOf('returning')).map(({ model, judged, right }) => [model, judged, right])).toEqual([
      ['returning', 6, 6],
      ['returning (other classes)', 6, 2],
    ])
  })
})

describe('names of runs', () => {
  it('[ID34] takes saved views along, and refuses names of other runs', async () => {
    const model = await engine.addModel(path.join(awkward, 'softmax'), 'named')
    await engine.predict(dataset, model)
    await engine.predict(dataset, model, { protocol: 'masked' })
    const masked = 'named (masked)'
    await engine.call('views.save', {
      dataset,
      name: 'odd ones',
      filter: await engine.where(dataset, '`named (masked)`.correct = false and not only_wrong(named)'),
      layout: { screen: 'gallery', groupBy: null, sort: '`named (masked)`.confidence', descending: true },
    })
    await engine.call('runs.rename', { dataset, model: masked, name: ' theirs, really ' })
    const { views, runs } = await engine.call('datasets.open', { dataset })
    expect(views[0]).toMatchObject({
      where: '`theirs, really`.correct = false and not only_wrong(named)',
      layout: { sort: '`theirs, really`.confidence' },
    })
    expect(runs.filter(({ modelName }) => modelName === model).map((run) => run.model)).toEqual([
      'named',
      'theirs, really',
    ])
    const where = await engine.where(dataset, 'view("odd ones")')
    const counts = await engine.call('query.counts', { dataset, filter: where, facets: [], top: 1 })
    expect(counts.total).toBeGreaterThanOrEqual(0)
    // Another name makes no other run of it.
    await engine.predict(dataset, model, { protocol: 'masked' })
    expect((await runOf(model)).map((run) => run.model)).toEqual(['named', 'theirs, really'])
    const rename = (name: string) => failureOf(engine.call('runs.rename', { dataset, model: 'theirs, really', name }))
    expect(await rename('named')).toMatchObject({ code: 'already_exists' })
    expect(await rename('  ')).toMatchObject({ code: 'usage' })
    await engine.call('runs.delete', { dataset, model: 'theirs, really' })
    expect((await runOf(model)).map((run) => run.model)).toEqual(['named'])
  })
})
