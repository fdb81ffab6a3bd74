// Models of every awkward kind, dropped into the engine without a word, against what their few numbers say by hand.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { Transformer } from '@napi-rs/image'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { everything } from '#core/filter/expr.ts'
import { imagenet1kClasses } from '#core/facts/imagenet-1k.ts'
import { buildOnnx, elemTypes, weightsOf } from '../../fixtures/models/build-onnx.ts'
import { type TestEngine, failureOf, makeFolder, openTestEngine, projectRoot } from '../../support/test-engine.ts'

const awkward = path.join(projectRoot, 'test/fixtures/models/awkward')
const colours = { red: [220, 20, 30], green: [10, 200, 40], blue: [30, 20, 230], dark: [5, 5, 5] } as const
const names = ['red', 'green', 'blue', 'dark'] as const
/** Class 0 is ImageNet's first, and the tiny models like the first four classes for their colours. */
const firstImagenet = imagenet1kClasses.slice(0, 4).map((known) => known.names[0]!)

let root: string
let remove: () => Promise<void>
let engine: TestEngine
let dataset: string
let added = 0

beforeAll(async () => {
  ;({ folder: root, remove } = await makeFolder())
  for (const [name, colour] of Object.entries(colours)) {
    const pixels = Buffer.alloc(12 * 12 * 4)
    for (let i = 0; i < 144; i++) pixels.set([...colour, 255], i * 4)
    await mkdir(path.join(root, 'drawn', name), { recursive: true })
    const png = await Transformer.fromRgbaPixels(pixels, 12, 12).png()
    for (const number of [1, 2, 3]) await writeFile(path.join(root, 'drawn', name, `${number}.png`), png)
  }
  engine = await openTestEngine(path.join(root, 'library'))
  dataset = await engine.import(path.join(root, 'drawn'), { name: 'drawn' })
})
afterAll(async () => {
  await engine.close()
  await remove()
})

/** Writes a model into a folder of its own and drops it. */
async function drop(files: Readonly<Record<string, Uint8Array | string>>): Promise<string> {
  const folder = path.join(root, `model-${added++}`)
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true })
    await writeFile(path.join(folder, name), content)
  }
  return engine.addModel(folder)
}

/** The best answer and its probability for each of the four colours. */
async function predict(model: string): Promise<{ answer: string; probability: number }[]> {
  await engine.predict(dataset, model)
  const page = await engine.call('query.page', {
    dataset,
    filter: everything,
    order: { groupBy: null, sort: null },
    offset: 0,
    limit: 100,
    columns: [],
  })
  const samples = await Promise.all(Array.from(page.ids, (id) => engine.call('samples.get', { dataset, id })))
  return names.map((name) => {
    const answers = samples
      .filter(({ fileName }) => fileName.includes(`${name}/`))
      .map(({ predictions }) => predictions.find((run) => run.model === model)?.answers[0])
    expect(answers).toHaveLength(3)
    expect(new Set(answers.map((top) => top?.name)).size, name).toBe(1)
    return { answer: answers[0]?.name ?? '', probability: answers[0]?.probability ?? Number.NaN }
  })
}

const half = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] } as const
const imagenet = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const

/** The probability of the model's best class, from its matrix and the colour of the image. */
function byHand(classes: number, { mean, std }: typeof half | typeof imagenet, background = false): number[] {
  const weights = weightsOf(classes)
  return names.map((name) => {
    const colour = colours[name].map((value, i) => (value / 255 - mean[i]!) / std[i]!)
    const scores = Array.from({ length: classes }, (_, id) =>
      colour.reduce((sum, value, channel) => sum + value * weights[channel * classes + id]!, 0),
    )
    if (background) scores.push(colour.reduce((sum, value) => sum - 3 * value, 0))
    const best = Math.max(...scores)
    return 1 / scores.reduce((sum, score) => sum + Math.exp(score - best), 0)
  })
}

function expectAnswers(
  found: readonly { answer: string; probability: number }[],
  answers: readonly string[],
  probabilities: readonly number[],
  digits = 5,
) {
  expect(found.map(({ answer }) => answer)).toEqual(answers)
  for (const [i, { probability }] of found.entries())
    expect(probability, names[i]).toBeCloseTo(probabilities[i]!, digits)
}

describe('a model dropped without a word', () => {
  it.each([
    ['nhwc', 5],
    ['batch-of-one', 5],
    ['batch-of-eight', 5],
    ['softmax', 5],
    ['external-data', 5],
    ['two-outputs', 5],
    ['byte-input', 5],
    ['byte-nhwc', 5],
    ['half', 2],
    ['double', 5],
    ['normalises-bytes', 5],
    ['normalises-unit', 5],
  ])('[RM1] answers as its numbers say: %s', async (folder, digits) => {
    const model = await engine.addModel(path.join(awkward, folder))
    expectAnswers(await predict(model), names, byHand(4, half), digits)
  })

  it('[RM2] has ImageNet’s ids where a background class comes first, and the background as its last class', async () => {
    const model = await engine.addModel(path.join(awkward, 'background'))
    const found = await predict(model)
    expect(found.slice(0, 3).map(({ answer }) => answer)).toEqual(firstImagenet.slice(0, 3))
    expect(found[3]!.answer).toBe('background')
    byHand(1000, imagenet, true).forEach((probability, i) => {
      const { probability: own } = found[i]!
      if (i < 3) expect(own).toBeCloseTo(probability, 4)
    })
    const info = (await engine.call('models.list', {})).find(({ name }) => name === model)!
    expect(info).toMatchObject({ classes: 1001, labelSpace: 'imagenet-1k' })
    expect(info.notes.join(' ')).toMatch(/background class/)
    const confusion = await engine.call('confusion.compute', {
      dataset,
      filter: everything,
      model,
      by: null,
      value: null,
    })
    expect(JSON.stringify(confusion)).toContain('background')
  })

  it('[RM3] says what it took for granted where a model says nothing at all', async () => {
    const model = await drop({ 'model.onnx': buildOnnx({ metadata: { made: 'for nothing' } }) })
    expectAnswers(await predict(model), ['class 0', 'class 1', 'class 2', 'class 3'], byHand(4, imagenet))
    const { notes } = (await engine.call('models.list', {})).find(({ name }) => name === model)!
    expect(notes).toEqual([
      expect.stringMatching(/names no classes.*labels\.txt/),
      expect.stringMatching(/preprocessing/),
    ])
  })

  it('[RM4] names the classes by a list beside it, also of a file dropped among others', async () => {
    const folder = path.join(root, 'among-others')
    await mkdir(folder)
    const onnx = buildOnnx({ metadata: { made: 'for a list' } })
    await writeFile(path.join(folder, 'mine.onnx'), onnx)
    await writeFile(path.join(folder, 'other.onnx'), onnx)
    await writeFile(path.join(folder, 'classes.txt'), '0: Rot\n1: Grün\n2: Blau\n3: Dunkel\n')
    await writeFile(path.join(folder, 'diary.txt'), 'nobody’s business')
    const model = await engine.addModel(path.join(folder, 'mine.onnx'))
    expect((await predict(model)).map(({ answer }) => answer)).toEqual(['Rot', 'Grün', 'Blau', 'Dunkel'])
    const { sha256 } = (await engine.call('models.list', {})).find(({ name }) => name === model)!
    const stored = path.join(root, 'library', 'models', sha256)
    expect(await readFile(path.join(stored, 'classes.txt'), 'utf8')).toContain('Grün')
    await expect(readFile(path.join(stored, 'diary.txt'))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('[RM5] numbers the classes of heads whose names Foible does not have, and says whose they may be', async () => {
    for (const [classes, whose] of [
      [21_841, /ImageNet-21k/],
      [11_821, /ImageNet-12k/],
    ] as const) {
      const model = await drop({ 'model.onnx': buildOnnx({ classes }) })
      expect((await predict(model)).slice(0, 3).map(({ answer }) => answer)).toEqual(['class 0', 'class 1', 'class 2'])
      const { notes } = (await engine.call('models.list', {})).find(({ name }) => name === model)!
      expect(notes[0]).toMatch(whose)
    }
  })

  it('[RM6] keeps weights in folders below the model’s', async () => {
    const model = await drop({
      'model.onnx': buildOnnx({ external: 'parts/a.bin' }),
      'parts/a.bin': new Uint8Array(weightsOf(4).buffer),
      'labels.txt': names.join('\n'),
    })
    expect((await predict(model)).map(({ answer }) => answer)).toEqual([...names])
  })

  it.each([
    ['opset-too-new', 'model_unsupported', /opset 99.*up to 26/],
    ['format-too-new', 'model_unsupported', /version 99/],
    ['foreign-operator', 'model_unsupported', /Sharpen of acme\.vision/],
    ['huge-input', 'too_large', /100000 x 100000/],
    ['huge-batch', 'too_large', /100000000 x 3/],
    ['external-hidden', 'unsafe_path', /\/etc\/passwd/],
    ['labels-short', 'model_unsupported', /4 classes, but labels\.txt names 3/],
    ['whole-number-input', 'model_unsupported', /int64/],
    ['any-size', 'model_unsupported', /any size/],
  ])('[RM7] says in one sentence what is missing: %s', async (folder, code, message) => {
    const failure = await failureOf(engine.addModel(path.join(awkward, folder)))
    expect(failure).toMatchObject({ code, message: expect.stringMatching(message) })
  })

  it('[RM8] is tried before it is added: what only the runtime sees leaves nothing behind', async () => {
    const before = await engine.call('models.list', {})
    // Says [batch, 5] and scores 4: only running it tells.
    const lying = buildOnnx({ declaredClasses: 5 })
    const failure = await failureOf(drop({ 'model.onnx': lying }))
    expect(failure).toMatchObject({ code: expect.stringMatching(/^model_/) })
    expect(await engine.call('models.list', {})).toEqual(before)
  })
})

describe('a model in several precisions', () => {
  const folder = path.join(awkward, 'variants')

  it('[RM9] is listed with sizes, full precision first', async () => {
    const found = await engine.call('models.inspect', {
      source: { kind: 'place', place: engine.engine.places.register(folder) },
    })
    expect(found.chosen).toBe('fp32')
    expect(found.variants.map(({ name, file }) => [name, file])).toEqual([
      ['fp32', 'onnx/model.onnx'],
      ['fp16', 'onnx/model_fp16.onnx'],
      ['quantized', 'onnx/model_quantized.onnx'],
    ])
    for (const { sizeBytes } of found.variants) expect(sizeBytes).toBeGreaterThan(200)
  })

  it('[RM10] is added in the precision that was chosen, under a name that says so', async () => {
    const add = (variant: string | null) =>
      engine.call('models.add', {
        source: { kind: 'place', place: engine.engine.places.register(folder) },
        name: null,
        variant,
      })
    const whole = await add('fp16')
    expect(whole).toMatchObject({ name: 'variants-fp16', input: expect.stringMatching(/float16/) })
    expectAnswers(await predict(whole.name), names, byHand(4, half), 2)
    expect(await failureOf(add('q4'))).toMatchObject({
      code: 'not_found',
      message: expect.stringMatching(/fp32, fp16/),
    })
  })

  it('[RM11] asks where a folder holds several models', async () => {
    const several = path.join(root, 'several')
    await mkdir(several)
    await writeFile(path.join(several, 'cats.onnx'), buildOnnx({ metadata: { of: 'cats' } }))
    await writeFile(path.join(several, 'dogs.onnx'), buildOnnx({ metadata: { of: 'dogs' } }))
    const source = { kind: 'place', place: engine.engine.places.register(several) } as const
    expect(await engine.call('models.inspect', { source })).toMatchObject({ chosen: null })
    expect(await failureOf(engine.call('models.add', { source, name: null, variant: null }))).toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/cats, dogs/),
    })
    expect(await engine.call('models.add', { source, name: null, variant: 'dogs' })).toMatchObject({ name: 'dogs' })
  })
})

it('[RM12] rounds scores of float16 models to nothing worse than float16', async () => {
  const onnx = buildOnnx({ outputElemType: elemTypes.float16, ending: 'softmax' })
  const model = await drop({ 'model.onnx': onnx, 'labels.txt': names.join('\n') })
  expectAnswers(await predict(model), names, byHand(4, imagenet), 3)
})
