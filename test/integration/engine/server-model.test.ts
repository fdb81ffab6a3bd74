// Models on an inference server, from adding one to runs that outlive the server.
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ServerSource } from '#contract/work.ts'
import { everything } from '#core/filter/expr.ts'
import { colourModel, drawColours } from '../../support/colour-folder.ts'
import { type DoubleOptions, type KserveDouble, json, openKserveDouble } from '../../support/kserve-double.ts'
import { type TestEngine, failureOf, makeFolder, openTestEngine, projectRoot } from '../../support/test-engine.ts'

const images = 40
let root: string
let remove: () => Promise<void>
let engine: TestEngine
let reference: unknown
const doubles: KserveDouble[] = []

beforeAll(async () => {
  ;({ folder: root, remove } = await makeFolder())
  await drawColours(path.join(root, 'drawn'), images)
  engine = await openTestEngine(path.join(root, 'library'))
  await engine.addModel(colourModel, 'local')
  await engine.import(path.join(root, 'drawn'), { name: 'reference' })
  await engine.predict('reference', 'local', { batch: 1 })
  reference = await readRun('reference', 'local')
})
afterAll(async () => {
  await engine.close()
  await remove()
})
beforeEach(() => async () => {
  await Promise.all(doubles.splice(0).map((double) => double.stop()))
})

async function openDouble(options: Partial<DoubleOptions> = {}): Promise<KserveDouble> {
  const double = await openKserveDouble({ folder: colourModel, ...options })
  doubles.push(double)
  return double
}

async function addServed({ url }: KserveDouble, name: string, more: Partial<ServerSource> = {}, from = engine) {
  const like = { kind: 'model', model: 'local' } as const
  const source = {
    kind: 'server',
    url,
    model: 'colours',
    version: null,
    like,
    token: null,
    tokenEnv: null,
    ...more,
  } as const
  return await from.call('models.add', { source, name })
}

async function readRun(dataset: string, model: string) {
  const properties = ['predicted', 'correct', 'top5_correct', 'confidence', 'truth_rank', 'entropy', 'margin'] as const
  const page = await engine.call('query.page', {
    dataset,
    filter: everything,
    order: { groupBy: null, sort: null },
    offset: 0,
    limit: 1000,
    columns: properties.map((property) => ({ kind: 'run', model, property })),
  })
  return page.columns.map(({ values }) => Array.from(values as ArrayLike<unknown>))
}

const same = (honest: ReturnType<typeof json>) => honest

async function runOf(dataset: string, model: string) {
  return (await engine.call('datasets.open', { dataset })).runs.find((run) => run.model === model)
}

describe('a model on a server', () => {
  it('[KS40] predicts what it predicts here', async () => {
    const double = await openDouble({ maxBatch: 6 })
    const info = await addServed(double, 'served')
    expect(info).toMatchObject({
      name: 'served',
      origin: `kserve:${double.url}/colours`,
      classes: 4,
      preprocessingOrigin: 'preprocessor_config.json, as local',
      outputs: 'logits scores: float32 [?, 4]',
    })
    const dataset = await engine.import(path.join(root, 'drawn'), { name: 'served' })
    await engine.predict(dataset, 'served')
    expect(await readRun(dataset, 'served')).toEqual(reference)
    expect(await runOf(dataset, 'served')).toMatchObject({
      provider: `kserve:${new URL(double.url).host}`,
      predicted: images,
      state: 'done',
      modelSha256: info.sha256,
    })
    // The image that it was tried with, and the run's: each image went once.
    expect(double.inferences().reduce((sum, request) => sum + request.images, 0)).toBe(1 + images)
    expect(double.inferences().every((request) => request.images <= 6)).toBe(true)
    expect(double.mostAtOnce()).toBeLessThanOrEqual(4)
  })

  it('[KS41] goes on when its server comes back, and stores every batch once', async () => {
    const double = await openDouble()
    await addServed(double, 'restarting')
    const dataset = await engine.import(path.join(root, 'drawn'), { name: 'restarting' })
    let restarted = Promise.resolve()
    double.misbehave(same, () => {
      restarted = double.stop().then(() => double.start())
      return null
    })
    const job = await engine.predict(dataset, 'restarting', { batch: 4 })
    await restarted
    expect(job.result).toMatchObject({ failed: 0 })
    expect(await readRun(dataset, 'restarting')).toEqual(reference)
    expect(await runOf(dataset, 'restarting')).toMatchObject({ predicted: images, state: 'done' })
  })

  it('[KS42] keeps what was answered when the server fails, and goes on from there', async () => {
    const double = await openDouble()
    await addServed(double, 'failing')
    const dataset = await engine.import(path.join(root, 'drawn'), { name: 'failing' })
    double.misbehave(same, same, same, same, same, same, () => json({ error: 'out of memory' }, 500))
    const failure = await failureOf(engine.predict(dataset, 'failing', { batch: 4 }))
    expect(failure).toMatchObject({ code: 'predictor_failed' })
    expect(failure.message).toContain('out of memory')
    const half = await runOf(dataset, 'failing')
    expect(half).toMatchObject({ state: 'partial' })
    expect(half!.predicted).toBeLessThan(images)
    await engine.predict(dataset, 'failing', { batch: 4 })
    expect(await readRun(dataset, 'failing')).toEqual(reference)
  })

  it('[KS43] is refused once the server serves another one, with what was predicted kept', async () => {
    const double = await openDouble()
    await addServed(double, 'changing')
    const dataset = await engine.import(path.join(root, 'drawn'), { name: 'changing' })
    const filter = await engine.where(dataset, 'label = "red"')
    await engine.predict(dataset, 'changing', { filter })
    double.change({ versions: ['2'] })
    expect(await failureOf(engine.predict(dataset, 'changing'))).toMatchObject({ code: 'model_unsupported' })
    expect(await runOf(dataset, 'changing')).toMatchObject({ predicted: images / 4, state: 'partial' })
    // Added again it is another model, with a run of its own.
    const again = await addServed(double, 'changed')
    expect(again.sha256).not.toBe((await runOf(dataset, 'changing'))!.modelSha256)
    await engine.predict(dataset, 'changed')
    expect(await runOf(dataset, 'changed')).toMatchObject({ predicted: images })
    expect(await runOf(dataset, 'changing')).toMatchObject({ predicted: images / 4 })
  })
})

describe('adding a model on a server', () => {
  it('[KS44] takes the preprocessing and classes of a card in a folder', async () => {
    const double = await openDouble()
    const card = path.join(root, 'card')
    await mkdir(card)
    for (const file of ['config.json', 'preprocessor_config.json']) {
      await writeFile(path.join(card, file), await readFile(path.join(colourModel, file)))
    }
    const place = engine.engine.places.register(card)
    const info = await addServed(double, 'carded', { like: { kind: 'place', place } })
    expect(info).toMatchObject({ classes: 4, preprocessingOrigin: 'preprocessor_config.json', chosen: [] })
    const empty = engine.engine.places.register(path.join(root, 'drawn'))
    expect(await failureOf(addServed(double, 'uncarded', { like: { kind: 'place', place: empty } }))).toMatchObject({
      code: 'empty_source',
    })
  })

  it('[KS89] takes the preprocessing alone of a model that has no classes', async () => {
    const clip = path.join(projectRoot, 'test/fixtures/models/dual-encoders/clip')
    await engine.addModel(clip, 'clip')
    const double = await openDouble({ folder: clip })
    const info = await addServed(double, 'like-clip', { like: { kind: 'model', model: 'clip' } })
    expect(info).toMatchObject({ classes: 0, chosen: ['preprocessing'] })
    expect(info.preprocessingOrigin).toContain('as clip')
    expect(info.embedding).not.toBeNull()
  })

  it('[KS45] is refused for a folder that names a server: nobody chose to send images there', async () => {
    const double = await openDouble()
    const { sha256 } = await addServed(double, 'copied')
    const folder = path.join(engine.library, 'models', sha256)
    expect(await failureOf(engine.addModel(folder))).toMatchObject({ code: 'usage' })
  })

  it('[KS46] finds the model that is there already, and leaves nothing of one that cannot be added', async () => {
    const double = await openDouble()
    const first = await addServed(double, 'once')
    expect(await addServed(double, 'twice')).toEqual(first)
    const before = await readdir(path.join(engine.library, 'models'))
    double.change({ outputs: [{ name: 'boxes', type: 'float32', shape: [null, 4, 100] }], versions: ['3'] })
    expect(await failureOf(addServed(double, 'boxes'))).toMatchObject({ code: 'model_unsupported' })
    expect(await readdir(path.join(engine.library, 'models'))).toEqual(before)
  })
})

describe('the token of a server', () => {
  const token = 'a-token-that-nobody-may-see'

  function openKeychain() {
    const kept = new Map<string, string>()
    const secrets = {
      get: (name: string) => Promise.resolve(kept.get(name) ?? null),
      set: (name: string, value: string | null) =>
        Promise.resolve(void (value === null ? kept.delete(name) : kept.set(name, value))),
    }
    return { kept, secrets }
  }

  it('[KS47] is kept in the keychain and lies nowhere in the library', async () => {
    const double = await openDouble({ token })
    const { kept, secrets } = openKeychain()
    const library = path.join(root, 'secretive')
    const first = await openTestEngine(library, false, { secrets })
    await first.addModel(colourModel, 'local')
    expect(await failureOf(addServed(double, 'closed', {}, first))).toMatchObject({ code: 'auth_required' })
    expect(await failureOf(addServed(double, 'closed', { token: 'wrong' }, first))).toMatchObject({
      code: 'auth_required',
    })
    expect(kept.size).toBe(0)
    await addServed(double, 'closed', { token }, first)
    expect([...kept.values()]).toEqual([token])
    await first.close()
    // Another start of the program has only the keychain.
    const second = await openTestEngine(library, false, { secrets })
    const dataset = await second.import(path.join(root, 'drawn'), { name: 'closed' })
    expect((await second.predict(dataset, 'closed')).result).toMatchObject({ failed: 0 })
    await second.close()
    for (const entry of await readdir(library, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      const bytes = await readFile(path.join(entry.parentPath, entry.name))
      expect(bytes.includes(token), entry.name).toBe(false)
    }
  })

  it.each(['two\nlines-nobody-may-see', 'a blank-nobody-may-see', 'nobody-may-see-\u2013', '  ', ''])(
    '[KS85] goes nowhere where no header can carry it: %j',
    async (pasted) => {
      const double = await openDouble()
      const failure = await failureOf(addServed(double, 'pasted', { token: pasted }))
      expect(failure).toMatchObject({ code: 'usage' })
      expect(JSON.stringify([failure.message, failure.details])).not.toContain('nobody-may-see')
      expect(double.seen).toEqual([])
    },
  )

  it('[KS85] is taken without the blanks that were copied with it', async () => {
    const double = await openDouble({ token })
    await addServed(double, 'copied', { token: `  ${token}\n` })
    expect(double.inferences().at(-1)).toMatchObject({ authorization: `Bearer ${token}` })
  })

  it('[KS88] is forgotten with the last model of its server', async () => {
    const double = await openDouble({ token })
    const { kept, secrets } = openKeychain()
    const own = await openTestEngine(path.join(root, 'forgetful'), false, { secrets })
    await own.addModel(colourModel, 'local')
    const { steps } = await addServed(double, 'first', { token }, own)
    const settings = { preprocessing: { ...steps, resample: 'nearest' as const } }
    const derived = await own.call('models.derive', { model: 'first', settings })
    await own.call('models.remove', { model: 'first' })
    await own.call('models.remove', { model: 'local' })
    expect([...kept.values()]).toEqual([token])
    await own.call('models.remove', { model: derived.name })
    expect(kept.size).toBe(0)
    await own.addModel(colourModel, 'local')
    expect(await failureOf(addServed(double, 'again', {}, own))).toMatchObject({ code: 'auth_required' })
    await own.close()
  })

  it('[KS48] comes from a variable only where a shell named it', async () => {
    const double = await openDouble({ token })
    process.env['KSERVE_TEST_TOKEN'] = token
    expect(await failureOf(addServed(double, 'variable', { tokenEnv: 'KSERVE_TEST_TOKEN' }))).toMatchObject({
      code: 'usage',
    })
    engine.engine.serverTokens.allowVariable('KSERVE_TEST_TOKEN')
    const { steps } = await addServed(double, 'variable', { tokenEnv: 'KSERVE_TEST_TOKEN' })
    const dataset = await engine.import(path.join(root, 'drawn'), { name: 'variable' })
    await engine.predict(dataset, 'variable')
    expect(await readRun(dataset, 'variable')).toEqual(reference)
    const settings = { preprocessing: { ...steps, resample: 'nearest' as const } }
    const derived = await engine.call('models.derive', { model: 'variable', settings })
    await engine.predict(dataset, derived.name)
    expect(await runOf(dataset, derived.name)).toMatchObject({ predicted: images })
    delete process.env['KSERVE_TEST_TOKEN']
    await engine.import(path.join(root, 'drawn'), { name: 'unset' })
    const failure = await failureOf(engine.predict('unset', 'variable'))
    expect(failure).toMatchObject({ code: 'auth_required' })
    expect(failure.message).toContain('KSERVE_TEST_TOKEN')
  })
})
