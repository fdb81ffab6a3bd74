// Two dual encoders that were trained on the sample, against what Python answers with the same files.
import { copyFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { promptNames } from '#core/labels/prompt-names.ts'
import type { ModelSpec } from '#models/model-spec.ts'
import type { PredictBatch } from '#models/predictor.ts'
import { readModel } from '#models/read-model.ts'
import { startPredictor } from '#models/start-predictor.ts'
import { encodeNames, encodeTexts, planZeroShot } from '#models/text/encode-texts.ts'
import { openTokenizer } from '#models/text/open-tokenizer.ts'
import { buildOnnx } from '../../fixtures/models/build-onnx.ts'
import { failureOf, projectRoot, sampleFolder } from '../../support/test-engine.ts'

interface Expected {
  readonly scale?: number
  readonly bias?: number
  readonly tokens: Readonly<Record<string, readonly number[]>>
  readonly textEmbeds: Readonly<Record<string, readonly number[]>>
  readonly files: readonly string[]
  readonly top1: readonly string[]
  readonly top1OfTwoTemplates: readonly string[]
  readonly firstProbabilities: readonly (readonly number[])[]
}

const fixtures = path.join(projectRoot, 'test/fixtures/models')
const names = ['clip', 'siglip'] as const
const folderOf = (name: string) => path.join(fixtures, 'dual-encoders', name)
const never = new AbortController().signal
const templates = ['a photo of a {}', 'this is a photo of a {}.']

let expected: Readonly<Record<(typeof names)[number], Expected>>
let labels: readonly string[]
let scratch: string

beforeAll(async () => {
  expected = JSON.parse(await readFile(path.join(fixtures, 'expected-dual-encoders.json'), 'utf8'))
  const lines = (await readFile(path.join(sampleFolder, 'metadata.jsonl'), 'utf8')).trim().split('\n')
  labels = [...new Set(lines.map((line) => (JSON.parse(line) as { label: string }).label))].sort()
  scratch = await mkdtemp(path.join(tmpdir(), 'foible-dual-'))
})
afterAll(() => rm(scratch, { recursive: true, force: true }))

const read = (name: string) => readModel(folderOf(name), never)
const textsOf = (model: ModelSpec) => {
  if (model.text === undefined) throw new Error('no dual encoder')
  return model.text
}

/** The first answers to the pictures that the model was not trained on, among the sample's classes. */
async function predict(
  model: ModelSpec,
  prompts: readonly string[],
  files: readonly string[],
): Promise<PredictBatch[]> {
  const answers = planZeroShot(textsOf(model), await encodeNames(model, promptNames(labels), prompts, never))
  async function* items() {
    for (const [sampleId, file] of files.entries()) {
      yield { sampleId, image: { path: path.join(sampleFolder, file) }, acceptedIds: null }
    }
  }
  const batches: PredictBatch[] = []
  const options = { model, provider: 'cpu', batchSize: null, answers, signal: never, items: items() }
  for await (const batch of startPredictor(options)) batches.push(batch)
  return batches
}
const firstAnswers = (batches: readonly PredictBatch[]) =>
  batches.flatMap(({ sampleIds, topIds }) => Array.from(sampleIds, (_, i) => labels[topIds[i * 5] ?? -1]))

/** A copy of a fixture, to be spoilt. */
async function copyOf(name: string): Promise<string> {
  const folder = await mkdtemp(path.join(scratch, `${name}-`))
  await cp(folderOf(name), folder, { recursive: true })
  return folder
}
async function spoil(folder: string, file: string, change: (json: Record<string, unknown>) => unknown): Promise<void> {
  const json: Record<string, unknown> = JSON.parse(await readFile(path.join(folder, file), 'utf8'))
  await writeFile(path.join(folder, file), JSON.stringify(change(json)))
}

describe.each(names)('%s', (name) => {
  it('[DE11] has the tokens that Python’s tokenizers give, cut where they are too many with the end kept', async () => {
    const tokenize = await openTokenizer(textsOf(await read(name)))
    for (const [text, ids] of Object.entries(expected[name].tokens)) expect(tokenize(text), text).toEqual(ids)
  })

  it('[DE12] has the text embeddings that Python’s onnxruntime gives, whatever they are encoded with', async () => {
    const model = await read(name)
    const texts = Object.keys(expected[name].textEmbeds)
    const together = await encodeTexts(model, texts, never)
    const alone = await encodeTexts(model, texts.slice(-1), never)
    for (const [row, text] of texts.entries()) {
      for (const [i, value] of expected[name].textEmbeds[text]!.entries()) {
        expect(together.values[row * together.dim + i], text).toBeCloseTo(value, 5)
      }
    }
    for (const [i, value] of alone.values.entries()) {
      expect(value).toBeCloseTo(together.values[(texts.length - 1) * together.dim + i]!, 6)
    }
  })

  it('[DE13] answers as Python does, on every picture that it was not trained on', async () => {
    const { files, top1, firstProbabilities } = expected[name]
    const batches = await predict(await read(name), templates.slice(0, 1), files)
    expect(firstAnswers(batches)).toEqual(top1)
    const [first] = batches
    for (const [row, probabilities] of firstProbabilities.entries()) {
      for (const [place, id] of [...first!.topIds.subarray(row * 5, row * 5 + 5)].entries()) {
        // Python lists the first five classes, not the five best.
        const wanted = probabilities[id]
        if (wanted !== undefined) expect(first!.topProbabilities[row * 5 + place]! / wanted).toBeCloseTo(1, 2)
      }
    }
  })

  it('[DE14] averages several templates', async () => {
    const { files, top1OfTwoTemplates } = expected[name]
    const some = files.slice(0, 100)
    expect(firstAnswers(await predict(await read(name), templates, some))).toEqual(top1OfTwoTemplates.slice(0, 100))
  })
})

describe('files of a dual encoder', () => {
  it('[DE15] of two graphs are read through either, but its text half', async () => {
    const folder = folderOf('clip')
    const ofFolder = await read('clip')
    const ofFile = await readModel(path.join(folder, 'onnx/vision_model.onnx'), never)
    expect(ofFile).toEqual(ofFolder)
    expect(ofFolder).toMatchObject({ name: 'clip', outputKind: 'embedding', classes: [], embedding: { size: 64 } })
    expect(textsOf(ofFolder)).toMatchObject({ maxTokens: 24, padsToMax: false, scale: 100, activation: 'softmax' })
    const failure = await failureOf(readModel(path.join(folder, 'onnx/text_model.onnx'), never))
    expect(failure).toMatchObject({ code: 'model_unsupported', message: expect.stringContaining('vision_model.onnx') })
  })

  it('[DE15] of one graph are read with the scale and bias of that graph', async () => {
    const text = textsOf(await read('siglip'))
    expect(text).toMatchObject({ maxTokens: 16, padId: 1, padsToMax: true, mask: null, activation: 'sigmoid' })
    expect(text.scale).toBeCloseTo(expected.siglip.scale!, 3)
    expect(text.bias).toBeCloseTo(expected.siglip.bias!, 3)
  })

  it('[DE16] name what is missing', async () => {
    const folder = await copyOf('clip')
    await rm(path.join(folder, 'tokenizer.json'))
    expect(await failureOf(readModel(folder, never))).toMatchObject({
      code: 'not_found',
      message: expect.stringContaining('tokenizer.json'),
    })
    await rm(path.join(folder, 'onnx/text_model.onnx'))
    const alone = await readModel(folder, never)
    expect(alone).toMatchObject({ outputKind: 'embedding', embedding: { size: 64 } })
    expect(alone.text).toBeUndefined()
    expect(alone.notes).toEqual([expect.stringContaining('names no classes')])
  })

  it('[DE16] work without a config, as CLIP', async () => {
    const folder = await copyOf('clip')
    await rm(path.join(folder, 'config.json'))
    await rm(path.join(folder, 'tokenizer_config.json'))
    const text = textsOf(await readModel(folder, never))
    expect(text).toMatchObject({ maxTokens: 77, scale: 100, activation: 'softmax', padsToMax: false })
  })

  it('[DE17] must describe images and texts by as many numbers', async () => {
    const folder = await mkdtemp(path.join(scratch, 'mixed-'))
    await cp(folderOf('clip'), folder, { recursive: true })
    await writeFile(path.join(folder, 'onnx/vision_model.onnx'), buildOnnx({ classes: 3 }))
    await rm(path.join(folder, 'preprocessor_config.json'))
    expect(await failureOf(readModel(folder, never))).toMatchObject({
      code: 'model_unsupported',
      details: { part: 'embedding', found: 64, expected: 3 },
    })
  })

  it('[DE18] with a broken tokenizer are refused in words', async () => {
    const refusal = async (change: (json: Record<string, unknown>) => unknown) => {
      const folder = await copyOf('clip')
      await spoil(folder, 'tokenizer.json', change)
      return await failureOf(readModel(folder, never).then((model) => encodeTexts(model, ['a clock'], never)))
    }
    expect(await refusal(() => [])).toMatchObject({ code: 'model_invalid' })
    expect(await refusal(() => ({ model: {} }))).toMatchObject({
      code: 'model_invalid',
      details: { part: 'model.vocab' },
    })
    const nested = { type: 'Sequence', normalizers: [{ type: 'Nothing' }] }
    expect(await refusal((json) => ({ ...json, normalizer: nested }))).toMatchObject({
      code: 'model_unsupported',
      details: { reason: expect.stringContaining('Nothing') },
    })
    const folder = await copyOf('clip')
    await writeFile(path.join(folder, 'tokenizer.json'), '{"model":')
    expect(await failureOf(readModel(folder, never))).toMatchObject({ code: 'model_invalid' })
  })

  it('[DE18] with ids that the graph does not have fail as the runtime does, and the next texts go on', async () => {
    const folder = await copyOf('clip')
    await spoil(folder, 'tokenizer.json', (json) => ({
      ...json,
      added_tokens: [
        ...(json['added_tokens'] as object[]),
        { ...(json['added_tokens'] as object[])[0], id: 99_999, content: 'clock' },
      ],
    }))
    const model = await readModel(folder, never)
    expect(await failureOf(encodeTexts(model, ['a clock'], never))).toMatchObject({ code: 'predictor_failed' })
    expect((await encodeTexts(model, ['a teapot'], never)).dim).toBe(64)
  })

  it('[DE19] take the text half of another precision where their own has none', async () => {
    const folder = await copyOf('clip')
    await copyFile(path.join(folder, 'onnx/vision_model.onnx'), path.join(folder, 'onnx/vision_model_fp16.onnx'))
    const model = await readModel(folder, never, 'fp16')
    expect(path.basename(textsOf(model).file)).toBe('text_model.onnx')
    expect(model.name).toMatch(/-fp16$/)
  })
})

describe('texts', () => {
  it('[DE20] are encoded in one process for thousands of them, in their order', async () => {
    const model = await read('clip')
    const texts = Array.from({ length: 2500 }, (_, i) => `${i} ${labels[i % labels.length]}`)
    const { values, dim } = await encodeTexts(model, texts, never)
    expect(values).toHaveLength(2500 * dim)
    const some = [0, 1023, 1024, 2499]
    const again = await encodeTexts(
      model,
      some.map((i) => texts[i]!),
      never,
    )
    for (const [row, i] of some.entries()) {
      for (let k = 0; k < dim; k++) expect(again.values[row * dim + k]).toBeCloseTo(values[i * dim + k]!, 5)
    }
  })

  it('[DE20] stop when they are cancelled', async () => {
    const controller = new AbortController()
    const model = await read('clip')
    const texts = Array.from({ length: 20_000 }, (_, i) => `text ${i}`)
    const failure = failureOf(encodeTexts(model, texts, controller.signal))
    controller.abort()
    expect(await failure).toMatchObject({ code: 'cancelled' })
    expect(await failureOf(encodeTexts(model, texts, controller.signal))).toMatchObject({ code: 'cancelled' })
  })

  it('[DE21] are refused where there are none, or nothing takes them', async () => {
    expect(await failureOf(encodeTexts(await read('clip'), [], never))).toMatchObject({ code: 'usage' })
    const folder = await mkdtemp(path.join(scratch, 'classifier-'))
    await mkdir(folder, { recursive: true })
    await writeFile(path.join(folder, 'model.onnx'), buildOnnx())
    expect(await failureOf(encodeTexts(await readModel(folder, never), ['a'], never))).toMatchObject({ code: 'usage' })
  })
})
