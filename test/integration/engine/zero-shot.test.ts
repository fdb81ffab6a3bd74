// Zero-shot predictions from the file to the figures: adding a dual encoder, predicting over class names, going on with it.
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildOnnx } from '../../fixtures/models/build-onnx.ts'
import { startHubServer } from '../../hub/hub-server.ts'
import { runJson } from '../../support/run-command.ts'
import {
  type TestEngine,
  failureOf,
  makeFolder,
  openTestEngine,
  projectRoot,
  sampleFolder,
} from '../../support/test-engine.ts'

const fixtures = path.join(projectRoot, 'test/fixtures/models')
const clip = path.join(fixtures, 'dual-encoders/clip')
const siglip = path.join(fixtures, 'dual-encoders/siglip')
const environment = { ...process.env }

let root: string
let remove: () => Promise<void>
let engine: TestEngine
let dataset: string
/** Right answers of the fixture's own figures among the imported pictures. */
let pictures: number

beforeAll(async () => {
  ;({ folder: root, remove } = await makeFolder())
  pictures = await copyPictures(path.join(root, 'pictures'))
  engine = await openTestEngine(path.join(root, 'library'))
  dataset = await engine.import(path.join(root, 'pictures'), { name: 'pictures' })
  await engine.addModel(clip, 'clip')
})
afterAll(async () => {
  await engine.close()
  await remove()
  process.env = environment
})

/** Pictures that the fixtures were not trained on, in a folder a class, with underscores as folders have them. */
async function copyPictures(folder: string): Promise<number> {
  const text = await readFile(path.join(fixtures, 'expected-dual-encoders.json'), 'utf8')
  const { clip: known } = JSON.parse(text) as { clip: { files: string[]; top1: string[] } }
  const lines = (await readFile(path.join(sampleFolder, 'metadata.jsonl'), 'utf8')).trim().split('\n')
  const rows = lines.map((line) => JSON.parse(line) as { file_name: string; label: string })
  const labelOf = new Map(rows.map(({ file_name: file, label }) => [file, label]))
  const chosen = known.files.slice(0, 120)
  for (const file of chosen) {
    const target = path.join(folder, labelOf.get(file)!.replaceAll(' ', '_'), path.basename(file))
    await mkdir(path.dirname(target), { recursive: true })
    await cp(path.join(sampleFolder, file), target)
  }
  return chosen.length
}

const runs = async () => (await engine.call('datasets.open', { dataset })).runs
const run = async (name: string) => (await runs()).find(({ model }) => model === name)!

describe('a dual encoder', () => {
  it('[DE22] lies in the library with both halves and its tokenizer', async () => {
    const models = await engine.call('models.list', {})
    const model = models.find(({ name }) => name === 'clip')!
    expect((await readdir(path.join(engine.library, 'models', model.sha256))).sort()).toEqual([
      'config.json',
      'preprocessor_config.json',
      'text_model.onnx',
      'tokenizer.json',
      'tokenizer_config.json',
      'vision_model.onnx',
    ])
    expect(model).toMatchObject({ classes: 0, notes: [expect.stringContaining('scale of 100')] })
    expect(model.outputs).toBe(
      'embedding image_embeds: float32 [?, 64], zero-shot over texts (softmax of 100 x cosine)',
    )
  })

  it('[DE33] knows every class of the dataset, before it has predicted as after', async () => {
    const before = await engine.call('labels.map', { dataset, model: 'clip' })
    expect(before.classes.length).toBeGreaterThan(30)
    expect(before.classes.map(({ how }) => how)).toEqual(before.classes.map(() => 'exact'))
  })

  it('[DE23] predicts zero-shot over the dataset’s class names where nobody says how', async () => {
    await engine.predict(dataset, 'clip', { protocol: null })
    const found = await run('clip')
    expect(found).toMatchObject({
      protocol: 'zero-shot',
      state: 'done',
      predicted: pictures,
      judged: pictures,
      unmappedClasses: [],
    })
    // Chance among these classes is some 2 %.
    expect(found.accuracy).toBeGreaterThan(0.8)
    const page = await engine.call('samples.get', { dataset, id: 1 })
    const [first] = page.predictions[0]!.answers
    expect(first!.name).toMatch(/^[\w'-]+$/)
  })

  it('[DE24] goes on with the same prompts, and makes another run of others', async () => {
    const before = await runs()
    const again = await engine.predict(dataset, 'clip', { protocol: 'zero-shot', templates: ['a photo of a {}'] })
    expect(again.result).toMatchObject({ run: before[0]!.id })
    expect(await runs()).toEqual(before)
    const job = await engine.predict(dataset, 'clip', {
      protocol: null,
      templates: ['something {}', ' this is a photo of a {}. '],
    })
    expect(job.result).toMatchObject({ model: 'clip (other prompts)' })
    expect((await runs()).map(({ model }) => model)).toEqual(['clip', 'clip (other prompts)'])
    expect(await run('clip')).toEqual(before[0])
  })

  it('[DE24] makes another run where the dataset has other classes since', async () => {
    const folder = path.join(root, 'spelt')
    const [one, other] = await readdir(path.join(root, 'pictures'))
    for (const [from, to] of [
      [one!, one!],
      [other!, 'alarm clock'],
      [other!, 'alarm_clock'],
    ] as const) {
      const [first] = await readdir(path.join(root, 'pictures', from))
      await mkdir(path.join(folder, to), { recursive: true })
      await cp(path.join(root, 'pictures', from, first!), path.join(folder, to, first!))
    }
    const id = await engine.import(folder, { name: 'spelt' })
    await engine.predict(id, 'clip', { protocol: null })
    await engine.call('lint.repair', { dataset: id, rule: 'class_name_collision' })
    await engine.predict(id, 'clip', { protocol: null })
    const found = (await engine.call('datasets.open', { dataset: id })).runs
    expect(found.map(({ model, predicted }) => [model, predicted])).toEqual([
      ['clip', 3],
      ['clip (other classes)', 3],
    ])
  })

  it('[DE25] with a sigmoid has probabilities that stand for themselves', async () => {
    await engine.addModel(siglip, 'siglip')
    await engine.predict(dataset, 'siglip', { protocol: null })
    expect((await run('siglip')).accuracy).toBeGreaterThan(0.8)
    const samples = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map((id) => engine.call('samples.get', { dataset, id })))
    const sums = samples.map(({ predictions }) =>
      predictions
        .find(({ model }) => model === 'siglip')!
        .answers.reduce((sum, { probability }) => sum + (probability ?? 0), 0),
    )
    expect(sums.some((sum) => Math.abs(sum - 1) > 0.05)).toBe(true)
  })
})

describe('what cannot be predicted', () => {
  const refusal = (model: string, options: object) => failureOf(engine.predict(dataset, model, options))

  it('[DE26] is refused before a job begins', async () => {
    const jobs = (await engine.call('jobs.list', {})).length
    expect(await refusal('clip', { protocol: 'unmasked' })).toMatchObject({ code: 'usage' })
    expect(await refusal('clip', { protocol: '16-class' })).toMatchObject({ code: 'usage' })
    expect(await refusal('efficientnet-lite0', { protocol: 'zero-shot' })).toMatchObject({ code: 'usage' })
    expect(await refusal('efficientnet-lite0', { protocol: null, templates: ['a {}'] })).toMatchObject({
      code: 'usage',
    })
    expect((await engine.call('jobs.list', {})).length).toBe(jobs)
  })

  it.each([[['a photo']], [[]], [['{}', '{}']], [[`{}${'a'.repeat(500)}`]]])(
    '[DE26] with the templates %j',
    async (templates) => {
      expect(await refusal('clip', { protocol: null, templates })).toMatchObject({ code: 'usage' })
    },
  )

  it('[DE27] is a model that describes images only, which is added all the same', async () => {
    const folder = await mkdtemp(path.join(root, 'half-'))
    await cp(clip, folder, { recursive: true })
    await rm(path.join(folder, 'onnx/text_model.onnx'))
    const other = await openTestEngine(path.join(root, 'library of a half'))
    try {
      const id = await other.import(path.join(root, 'pictures'), { name: 'pictures' })
      const model = await other.addModel(folder, 'half')
      expect(await failureOf(other.predict(id, model, { protocol: null }))).toMatchObject({
        code: 'usage',
        message: expect.stringContaining('text half'),
      })
      // The same image weights, now with a text half, would not be found under the hash of these.
      expect(await failureOf(other.addModel(clip))).toMatchObject({ code: 'already_exists' })
    } finally {
      await other.close()
    }
  })

  it('[RN47] has runs of its own for each text half, score rule and order of its input', async () => {
    const louder = await mkdtemp(path.join(root, 'louder-'))
    await cp(clip, louder, { recursive: true })
    const config = JSON.parse(await readFile(path.join(clip, 'config.json'), 'utf8')) as object
    await writeFile(path.join(louder, 'config.json'), JSON.stringify({ ...config, logit_scale: 1 }))
    const other = await openTestEngine(path.join(root, 'library of two scales'))
    try {
      const id = await other.import(path.join(root, 'pictures'), { name: 'pictures' })
      const options = { protocol: null, filter: await other.where(id, 'id <= 2') }
      for (const folder of [clip, louder, clip]) {
        const model = await other.addModel(folder, 'clip')
        await other.predict(id, model, options)
        await other.call('models.remove', { model })
      }
      const names = (await other.call('datasets.open', { dataset: id })).runs.map(({ model }) => model)
      expect(names).toEqual(['clip', 'clip (other text encoder)'])
    } finally {
      await other.close()
    }
  })

  it('[DE28] is a dataset without class names', async () => {
    const folder = path.join(root, 'flat')
    await mkdir(folder)
    const [first] = await readdir(path.join(root, 'pictures'))
    for (const file of await readdir(path.join(root, 'pictures', first!))) {
      await cp(path.join(root, 'pictures', first!, file), path.join(folder, file))
    }
    const id = await engine.import(folder, { name: 'flat' })
    expect(await failureOf(engine.predict(id, 'clip', { protocol: null }))).toMatchObject({ code: 'usage' })
  })

  it('[DE22] is not added where its text half does not run', async () => {
    const folder = await mkdtemp(path.join(root, 'broken-'))
    await cp(clip, folder, { recursive: true })
    await writeFile(path.join(folder, 'onnx/text_model.onnx'), buildOnnx({ classes: 64 }))
    const models = await engine.call('models.list', {})
    expect(await failureOf(engine.addModel(folder))).toMatchObject({ code: 'model_unsupported' })
    expect(await engine.call('models.list', {})).toEqual(models)
  })
})

it('[DE29] comes from the Hub with both halves, the tokenizer and nothing else', async () => {
  const repo = path.join(root, 'repo')
  await cp(clip, repo, { recursive: true })
  await cp(path.join(clip, 'onnx/vision_model.onnx'), path.join(repo, 'onnx/vision_model_q4.onnx'))
  await writeFile(path.join(repo, 'pytorch_model.bin'), new Uint8Array(1000))
  await writeFile(path.join(repo, 'vocab.json'), '{}')
  const server = await startHubServer({ repos: [{ type: 'model', name: 'o/clip', folder: repo }] })
  process.env['HF_ENDPOINT'] = server.endpoint
  const other = await openTestEngine(path.join(root, 'library of the Hub'))
  try {
    const source = { kind: 'hub', repo: 'o/clip', revision: null } as const
    expect(await other.call('models.inspect', { source })).toMatchObject({
      chosen: 'fp32',
      variants: [{ name: 'fp32' }, { name: 'q4' }],
    })
    await other.call('models.add', { source, name: null })
    const fetched = server.requests.flatMap((request) => /\/resolve\/[0-9a-f]+\/(.*)$/.exec(request.path)?.[1] ?? [])
    expect([...new Set(fetched)].sort()).toEqual([
      'config.json',
      'onnx/text_model.onnx',
      'onnx/vision_model.onnx',
      'preprocessor_config.json',
      'tokenizer.json',
      'tokenizer_config.json',
    ])
  } finally {
    await other.close()
    await server.close()
  }
})

it('[DE30] is predicted with from the command line, with prompts of one’s own', async () => {
  const library = path.join(root, 'library of the command line')
  await runJson(['import', path.join(root, 'pictures'), '--name', 'pictures', '--library', library])
  await runJson(['models', 'add', clip, '--name', 'clip', '--library', library])
  const prompts = ['--template', 'a photo of a {}', '--template', 'a picture of the {}']
  const found = await runJson([
    'predict',
    'pictures',
    'clip',
    '--ep',
    'cpu',
    '--protocol',
    'zero-shot',
    ...prompts,
    '--library',
    library,
  ])
  expect(found).toMatchObject({ model: 'clip', protocol: 'zero-shot', done: pictures, judged: pictures })
})
