// Providers that fail in every way that drivers do, in the real prediction process; and WebGPU itself where a software driver is at hand.
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { missingLibrary } from '#models/missing-library.ts'
import type { PredictItem, PredictorInfo } from '#models/predictor.ts'
import { readModel } from '#models/read-model.ts'
import { type ProviderDrop, type StartPredictorOptions, startPredictor } from '#models/start-predictor.ts'
import { colourImages } from '../../support/colour-images.ts'
import { softwareVulkan } from '../../support/software-vulkan.ts'

const entry = fileURLToPath(new URL('../../support/doubles/faulty-predict-process.ts', import.meta.url))
const ownEntry = fileURLToPath(new URL('../../../native-models/predict-process.ts', import.meta.url))
const colours = fileURLToPath(new URL('../../fixtures/models/awkward/nchw', import.meta.url))
const never = new AbortController().signal
const count = 60
const images = colourImages(count)
/** Whatever the order in which threads prepare batches: after so many a provider has answered the first one too. */
const sureToAnswer = 20

async function* inTurn(items: readonly PredictItem[]): AsyncGenerator<PredictItem> {
  yield* items
}

interface Outcome {
  /** Sample ids as they were yielded, and the first answer of each. */
  readonly ids: readonly number[]
  readonly answers: ReadonlyMap<number, number>
  readonly providers: readonly string[]
  readonly drops: readonly ProviderDrop[]
  readonly infos: readonly PredictorInfo[]
}

/** A model of its own each time: choices are remembered by its hash. */
let models = 0

async function predict(options: Partial<StartPredictorOptions> = {}, onBatch = () => {}): Promise<Outcome> {
  const model = { ...(await readModel(colours, never)), sha256: `model ${models++}` }
  const ids: number[] = []
  const answers = new Map<number, number>()
  const providers: string[] = []
  const drops: ProviderDrop[] = []
  const infos: PredictorInfo[] = []
  const batches = startPredictor({
    model,
    provider: 'auto',
    batchSize: 2,
    answers: { kind: 'all' },
    signal: never,
    items: inTurn(images),
    entry,
    onInfo: (info) => infos.push(info),
    onDrop(drop) {
      drops.push(drop)
      return inTurn([])
    },
    ...options,
  })
  for await (const batch of batches) {
    for (const [i, id] of batch.sampleIds.entries()) {
      ids.push(id)
      answers.set(id, batch.topIds[i * 5] ?? -1)
      providers.push(infos.at(-1)?.provider ?? '')
    }
    onBatch()
  }
  return { ids, answers, providers, drops, infos }
}

const all = images.map(({ sampleId }) => sampleId)

describe('providers', () => {
  it('[RN10] goes on with the next provider where one breaks, crashes or falls silent, with every image once', async () => {
    const expected = await predict({ provider: 'cpu' })
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    for (const fault of ['breaking', 'crashing', 'hanging'].map((name) => `${name}-${sureToAnswer}`)) {
      let batches = 0
      const { ids, answers, providers, drops, infos } = await predict({ provider: fault }, () => {
        // The next batch is waited for by then: as long as one waits for a driver.
        if (++batches === 1 && fault.startsWith('hanging')) setImmediate(() => vi.runOnlyPendingTimers())
      })
      expect(ids, fault).toEqual(all)
      expect(answers, fault).toEqual(expected.answers)
      expect([...new Set(providers)], fault).toEqual([fault, 'cpu'])
      expect(drops, fault).toMatchObject([{ provider: fault, suspects: [] }])
      expect(infos.at(-1)?.reasons[0], fault).toBe(`cpu: goes on where ${fault} failed.`)
    }
  })

  it('[RN11] drops a provider that ceases to agree with the processor, and names what it made since it last did', async () => {
    const drifting = `drifting-${sureToAnswer}`
    const { ids, answers, providers, drops } = await predict({ provider: drifting, batchSize: 1 })
    const [drop] = drops
    expect(drop?.reason).toMatch(/^drifting-20: dropped, as .* does not agree with the processor: its scores differ/)
    // Of 0, 1, 2, 4 and so on: the next one that is checked is not good any more.
    const made = providers.filter((provider) => provider === drifting).length
    const lastChecked = [0, 1, 2, 4, 8, 16].findLast((batch) => batch < made) ?? Number.NaN
    expect(drop?.suspects).toEqual(all.slice(lastChecked + 1, made))
    expect(ids).toEqual(all)
    expect([...new Set(providers)]).toEqual([drifting, 'cpu'])
    const expected = await predict({ provider: 'cpu' })
    for (const id of all) if (!drop!.suspects.includes(id)) expect(answers.get(id)).toBe(expected.answers.get(id))
  })

  it('[RN12] lets a provider that disagrees from the start answer nothing', async () => {
    for (const fault of ['drifting-0', 'confusing-0']) {
      const { ids, providers, drops } = await predict({ provider: fault })
      expect(ids).toEqual(all)
      expect([...new Set(providers)]).toEqual(['cpu'])
      expect(drops).toMatchObject([{ provider: fault, suspects: [] }])
    }
  })

  it('[RN13] takes what is asked for by name or says why it does not start', async () => {
    await expect(predict({ provider: 'missing' })).rejects.toMatchObject({ code: 'model_invalid' })
    await expect(predict({ provider: 'cuda', entry: ownEntry })).rejects.toMatchObject({ code: 'model_invalid' })
    await expect(predict({ provider: 'gpu', entry: ownEntry })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('no provider “gpu” on this platform'),
    })
  })

  it('[RN14] tries each provider on the first images, and says why others do not run', async () => {
    const candidates = ['missing', 'crashing-0', 'drifting-0', 'confusing-0']
    const { ids, infos, drops } = await predict({ candidates })
    expect(ids).toEqual(all)
    expect(drops).toEqual([])
    expect(infos).toMatchObject([
      {
        provider: 'cpu',
        reasons: [
          'cpu: nothing faster works here.',
          'missing: no such device.',
          expect.stringMatching(/^crashing-0: the trial broke off: .*SIGKILL/),
          expect.stringMatching(/^drifting-0: its scores differ from the processor’s by up to 10 % of their range\.$/),
          expect.stringMatching(/^confusing-0: its scores differ/),
        ],
      },
    ])
  })

  it('[RN15] takes the fastest that agrees, and does not try one again that was dropped', async () => {
    const model = { ...(await readModel(colours, never)), sha256: 'dropped once' }
    const candidates = ['drifting-0', 'breaking-4']
    const first = await predict({ model, candidates })
    expect(first.ids).toEqual(all)
    expect(first.infos.map(({ provider }) => provider)).toEqual(['breaking-4', 'cpu'])
    expect(first.infos[0]?.reasons).toEqual([
      expect.stringMatching(/^breaking-4: agrees with the processor and is .* times as fast on this model\.$/),
      expect.stringMatching(/^drifting-0: its scores differ/),
    ])
    const second = await predict({ model, candidates })
    expect(second.infos).toMatchObject([
      {
        provider: 'cpu',
        reasons: [
          'cpu: goes on where breaking-4 failed.',
          'breaking-4: dropped, as onnxruntime broke off: device lost.',
          expect.stringMatching(/^drifting-0: its scores differ/),
        ],
      },
    ])
  })

  it('[RN45] tries a provider another time where none of the first images can be read', async () => {
    const model = { ...(await readModel(colours, never)), sha256: 'untried' }
    const candidates = ['steady']
    const lost = images.slice(0, 4).map((item) => ({ ...item, image: { path: `${colours}/lost.png` } }))
    const first = await predict({ model, candidates, items: inTurn([...lost, ...images.slice(4)]) })
    expect(first.infos).toMatchObject([
      {
        provider: 'cpu',
        reasons: [expect.anything(), 'steady: not tried, as none of the first images can be read.'],
      },
    ])
    expect((await predict({ model, candidates })).infos).toMatchObject([{ provider: 'steady' }])
  })

  it('[RN46] ends with what the model is at fault for, and holds it against no provider', async () => {
    const model = { ...(await readModel(colours, never)), sha256: 'refused' }
    const candidates = ['refusing-4']
    const infos: PredictorInfo[] = []
    for (const _time of [1, 2]) {
      const run = predict({ model, candidates, onInfo: (info) => infos.push(info) })
      await expect(run).rejects.toMatchObject({ code: 'model_unsupported' })
    }
    expect(infos.map(({ provider }) => provider)).toEqual(['refusing-4', 'refusing-4'])
  })

  it('[RN16] predicts with WebGPU on a software driver as the processor does', async ({ skip }) => {
    const vulkan = softwareVulkan()
    if (vulkan === null) return skip('no Electron for Linux is at hand, whose software driver it runs on')
    for (const [name, value] of Object.entries(vulkan)) vi.stubEnv(name, value)
    const expected = await predict({ provider: 'cpu', entry: ownEntry })
    const found = await predict({ provider: 'webgpu', entry: ownEntry, batchSize: null })
    vi.unstubAllEnvs()
    expect(found.drops).toEqual([])
    expect([...new Set(found.providers)]).toEqual(['webgpu'])
    expect(found.ids).toEqual(all)
    expect(found.answers).toEqual(expected.answers)
    expect(found.infos[0]?.batchSizes).toEqual([8, 16, 32, 64])
  })

  it('[RN17] says what a provider lacks, and what to install', async ({ skip }) => {
    skip(missingLibrary('cuda') === null, 'CUDA is installed here')
    const { infos } = await predict({ candidates: ['cuda', 'tensorrt'] })
    expect(infos[0]?.reasons).toEqual([
      'cpu: nothing faster works here.',
      expect.stringMatching(/^cuda: lib\S+ is missing.*: (install|run) /),
      expect.stringMatching(/^tensorrt: lib\S+ is missing.*: (install|run) /),
    ])
  })
})
