import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Transformer } from '@napi-rs/image'
import { describe, expect, it } from 'vitest'
import type { ModelSpec } from '#models/model-spec.ts'
import type { PredictBatch, PredictItem, PredictorInfo } from '#models/predictor.ts'
import { createImageDecoder } from '#models/preprocess/decode-image.ts'
import { createPreprocessor } from '#models/preprocess/preprocessor.ts'
import { readModel } from '#models/read-model.ts'
import { startPredictor, type StartPredictorOptions } from '#models/start-predictor.ts'

const fixtures = fileURLToPath(new URL('../../fixtures/models/', import.meta.url))
const embedded = fileURLToPath(new URL('../../../native-models/embedded/', import.meta.url))
const decodeImage = await createImageDecoder()
const never = new AbortController().signal

const colours = { red: [220, 20, 30], green: [10, 200, 40], blue: [30, 20, 230], dark: [5, 5, 5] } as const
const names = ['red', 'green', 'blue', 'dark'] as const

function colourPng(name: keyof typeof colours): Uint8Array {
  const pixels = Buffer.alloc(8 * 8 * 4)
  for (let i = 0; i < 64; i++) pixels.set([...colours[name], 255], i * 4)
  return Transformer.fromRgbaPixels(pixels, 8, 8).pngSync()
}

function colourItem(sampleId: number): PredictItem {
  const name = names[sampleId % 4] ?? 'red'
  return { sampleId, image: { bytes: colourPng(name) }, acceptedIds: [sampleId % 4] }
}

async function* inTurn(items: Iterable<PredictItem>): AsyncGenerator<PredictItem> {
  yield* items
}

async function predict(
  model: ModelSpec,
  items: AsyncIterable<PredictItem> | Iterable<PredictItem>,
  changes: Partial<StartPredictorOptions> = {},
): Promise<PredictBatch[]> {
  const batches: PredictBatch[] = []
  const source = Symbol.asyncIterator in items ? items : inTurn(items)
  const options = {
    model,
    provider: 'cpu',
    batchSize: null,
    answers: { kind: 'all' } as const,
    signal: never,
    items: source,
    ...changes,
  }
  for await (const batch of startPredictor(options)) batches.push(batch)
  return batches
}

const awkward = (name: string) => readModel(join(fixtures, 'awkward', name), never)
const flat = (
  batches: readonly PredictBatch[],
  key: 'sampleIds' | 'topIds' | 'topProbabilities' | 'truthRank' | 'truthConfidence' | 'entropy' | 'sizes',
) => batches.flatMap((batch) => [...batch[key]])
const items = (count: number) => Array.from({ length: count }, (_, i) => colourItem(i))

interface Reference {
  readonly images: readonly {
    readonly file: string
    readonly upright_width_height: readonly [number, number]
    readonly pixels_sha256: string
    readonly tensor: {
      readonly mean: readonly number[]
      readonly std: readonly number[]
      readonly first_8: readonly (readonly number[])[]
      readonly middle_8: readonly (readonly number[])[]
    }
    readonly top5: readonly { readonly id: number; readonly logit: number; readonly probability: number }[]
  }[]
}

describe.each(['efficientnet-lite0', 'efficientnet-lite1', 'efficientnet-lite2'])('parity of %s', (name) => {
  const reference: Reference = JSON.parse(readFileSync(join(fixtures, name, 'reference.json'), 'utf8'))

  it('[PP17] makes the reference’s pixels and tensors: bit for bit, from PNG and JPEG', async () => {
    const model = await readModel(join(embedded, name), never)
    const preprocessor = createPreprocessor(model.preprocessing, model.layout)
    for (const { file, pixels_sha256, tensor } of reference.images) {
      const image = decodeImage(readFileSync(join(fixtures, file)))
      const isExact = file.endsWith('.png')
      if (isExact)
        expect(createHash('sha256').update(preprocessor.pixels(image)).digest('hex'), file).toBe(pixels_sha256)
      const values = new Float32Array(3 * model.width * model.height)
      preprocessor.fill(image, values, 0)
      for (let channel = 0; channel < 3; channel++) {
        const plane = values.subarray(channel * model.width * model.height, (channel + 1) * model.width * model.height)
        const mean = plane.reduce((sum, value) => sum + value, 0) / plane.length
        const std = Math.sqrt(plane.reduce((sum, value) => sum + (value - mean) ** 2, 0) / plane.length)
        const middle = (model.height / 2) * model.width + model.width / 2 - 4
        expect(Math.abs(mean - (tensor.mean[channel] ?? NaN)), file).toBeLessThan(2e-6)
        expect(Math.abs(std - (tensor.std[channel] ?? NaN)), file).toBeLessThan(2e-6)
        for (const [found, expected] of [
          [plane.subarray(0, 8), tensor.first_8[channel]],
          [plane.subarray(middle, middle + 8), tensor.middle_8[channel]],
        ] as const) {
          for (const [i, value] of found.entries())
            expect(Math.abs(value - (expected?.[i] ?? NaN)), file).toBeLessThan(1e-6)
        }
      }
    }
  })

  it('[PR7] predicts the reference’s top five through the prediction process', async () => {
    const model = await readModel(join(embedded, name), never)
    const sources = reference.images.map(({ file, top5 }, sampleId) => ({
      sampleId,
      image: { path: join(fixtures, file) },
      acceptedIds: [top5[1]?.id ?? -1],
    }))
    const batches = await predict(model, sources)
    for (const [row, { file, top5, upright_width_height }] of reference.images.entries()) {
      const probabilities = flat(batches, 'topProbabilities').slice(row * 5, row * 5 + 5)
      const [first] = top5
      expect(flat(batches, 'topIds').slice(row * 5, row * 5 + 5), file).toEqual(top5.map(({ id }) => id))
      for (const [place, { logit, probability }] of top5.entries()) {
        // The logarithm of two probabilities' ratio is the difference of their logits.
        const found = Math.log((probabilities[place] ?? 0) / (probabilities[0] ?? 0))
        expect(Math.abs(found - (logit - (first?.logit ?? NaN))), file).toBeLessThan(0.01)
        expect(Math.abs((probabilities[place] ?? 0) - probability), file).toBeLessThan(0.002)
      }
      expect(flat(batches, 'truthRank')[row]).toBe(2)
      expect(flat(batches, 'sizes').slice(row * 2, row * 2 + 2)).toEqual(upright_width_height)
    }
  })
})

describe('the prediction process', () => {
  it('[PR8] answers in the order of the samples, every one once, at any batch size, with the same results', async () => {
    const model = await awkward('nchw')
    const expected = await predict(model, items(53), { batchSize: 53 })
    expect(flat(expected, 'topIds').filter((_, i) => i % 5 === 0)).toEqual(
      items(53).map(({ sampleId }) => sampleId % 4),
    )
    for (const batchSize of [1, 4, 7, null]) {
      const found = await predict(model, items(53), { batchSize })
      expect(flat(found, 'sampleIds')).toEqual(items(53).map(({ sampleId }) => sampleId))
      expect(flat(found, 'topIds')).toEqual(flat(expected, 'topIds'))
      expect(flat(found, 'truthRank')).toEqual(flat(expected, 'truthRank'))
      for (const [i, p] of flat(found, 'topProbabilities').entries()) {
        const other = flat(expected, 'topProbabilities')[i] ?? 0
        expect(Number.isNaN(p) ? Number.isNaN(other) : Math.abs(p - other) < 1e-6).toBe(true)
      }
    }
  })

  it.each(['nhwc', 'batch-of-one', 'batch-of-four', 'external-data', 'names-in-metadata'])(
    '[PR9] runs %s as it runs the plain model',
    async (name) => {
      const found = await predict(await awkward(name), items(10))
      expect(flat(found, 'truthRank')).toEqual(Array.from({ length: 10 }, () => 1))
    },
  )

  it('[PR10] tells probabilities from logits, also where the softmax is spelled out in other operators', async () => {
    const plain = flat(await predict(await awkward('nchw'), items(8)), 'topProbabilities')
    for (const name of ['softmax', 'spelled-out-softmax']) {
      const found = flat(await predict(await awkward(name), items(8)), 'topProbabilities')
      for (const [i, p] of plain.entries()) {
        if (Number.isNaN(p)) expect(found[i]).toBeNaN()
        else expect(found[i], name).toBeCloseTo(p, 5)
      }
    }
  })

  it('[PR11] notes an image that cannot be predicted, with the reason, and predicts the others of its batch', async () => {
    const model = await awkward('batch-of-four')
    const folder = await mkdtemp(join(tmpdir(), 'foible-images-'))
    await writeFile(join(folder, 'broken.png'), colourPng('red').subarray(0, 60))
    const broken: PredictItem[] = [
      colourItem(0),
      { sampleId: 1, image: { path: join(folder, 'broken.png') }, acceptedIds: [0] },
      { sampleId: 2, image: { path: join(folder, 'missing.png') }, acceptedIds: [0] },
      colourItem(3),
      { sampleId: 4, image: { bytes: new Uint8Array(3) }, acceptedIds: null },
      colourItem(5),
    ]
    const batches = await predict(model, broken)
    expect(flat(batches, 'sampleIds')).toEqual([0, 3, 5])
    expect(flat(batches, 'truthRank')).toEqual([1, 1, 1])
    const failures = batches.flatMap((batch) => [...batch.failures])
    expect(failures.map(({ sampleId }) => sampleId)).toEqual([1, 2, 4])
    expect(failures.map(({ message }) => message).join('\n')).toMatch(
      /cannot be decoded.*\n.*missing\.png is missing.*\n.*no image/,
    )
    expect((await predict(model, [])).length).toBe(0)
  })

  it('[PR12] confines the answers to the allowed ids', async () => {
    const batches = await predict(await awkward('nchw'), items(4), { answers: { kind: 'masked', ids: [1, 3] } })
    expect(flat(batches, 'topIds').filter((id) => id >= 0 && id !== 1 && id !== 3)).toEqual([])
    expect(flat(batches, 'truthRank')).toEqual([0, 1, 0, 1])
  })

  it('[PR13] takes samples only as they are needed', async () => {
    let taken = 0
    const infos: PredictorInfo[] = []
    async function* endless(): AsyncGenerator<PredictItem> {
      for (;;) yield colourItem(taken++)
    }
    let yielded = 0
    const options = {
      model: await awkward('nchw'),
      provider: 'cpu',
      batchSize: 2,
      answers: { kind: 'all' } as const,
      signal: never,
    }
    for await (const batch of startPredictor({ ...options, items: endless(), onInfo: (ready) => infos.push(ready) })) {
      yielded += batch.sampleIds.length
      expect(taken - yielded).toBeLessThanOrEqual(2 * (2 * (infos[0]?.workers ?? 0) + 2))
      if (yielded >= 60) break
    }
    expect(yielded).toBe(60)
  })

  it('[PR19] counts an image that its caller could not fetch as a failure with the caller’s reason', async () => {
    const model = await awkward('batch-of-four')
    const items: PredictItem[] = [
      colourItem(1),
      { sampleId: 2, image: { problem: 'Row 7 of a.parquet holds no image.' }, acceptedIds: [0] },
      colourItem(3),
    ]
    const [batch] = await predict(model, items)
    expect([...batch!.sampleIds]).toEqual([1, 3])
    expect(batch!.failures).toEqual([{ sampleId: 2, message: 'Row 7 of a.parquet holds no image.' }])
  })

  it('[PR14] ends at once when it is aborted, and closes its source', async () => {
    const controller = new AbortController()
    let isClosed = false
    async function* endless(): AsyncGenerator<PredictItem> {
      try {
        for (let i = 0; ; i++) yield colourItem(i)
      } finally {
        isClosed = true
      }
    }
    const run = async () => {
      const options = {
        model: await awkward('nchw'),
        provider: 'cpu',
        batchSize: 4,
        answers: { kind: 'all' } as const,
        signal: controller.signal,
      }
      for await (const batch of startPredictor({ ...options, items: endless() }))
        if (batch.sampleIds.includes(40)) controller.abort()
    }
    await expect(run()).rejects.toMatchObject({ code: 'cancelled' })
    expect(isClosed).toBe(true)
    await expect(predict(await awkward('nchw'), items(1), { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'cancelled',
    })
  })

  it('[PR15] says how the process died, with what it said last', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'foible-entry-'))
    const entry = join(folder, 'dying.mjs')
    await writeFile(
      entry,
      `process.on('message', () => { console.error('out of luck'); process.exitCode = 7; process.disconnect() })`,
    )
    await expect(predict(await awkward('nchw'), items(1), { entry })).rejects.toMatchObject({
      code: 'predictor_failed',
      message: expect.stringMatching(/ended with code 7 \(out of luck\)/),
      details: { exitCode: 7, stderr: ['out of luck'] },
    })
  })

  it('[TS2] says so also where it is written to while it dies', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'foible-entry-'))
    const entry = join(folder, 'dying.mjs')
    const info = { provider: 'cpu', reasons: [], batchSizes: [1], workers: 4, preparers: 0, threadsPerWorker: 1 }
    const ready = JSON.stringify({ type: 'ready', info })
    await writeFile(entry, `process.on('message', () => process.send(${ready}, () => process.exit(7)))`)
    await expect(predict(await awkward('nchw'), items(40), { entry })).rejects.toMatchObject({
      code: 'predictor_failed',
      details: { exitCode: 7 },
    })
  })

  it('[PR16] translates what the runtime cannot load or run', async () => {
    const model = await awkward('nchw')
    await expect(predict({ ...model, file: join(fixtures, 'README.md') }, items(1))).rejects.toMatchObject({
      code: 'model_invalid',
    })
    await expect(predict({ ...model, classes: ['one'] }, items(1))).rejects.toMatchObject({ code: 'model_unsupported' })
    await expect(predict(model, items(1), { provider: 'cuda' })).rejects.toMatchObject({ code: 'model_invalid' })
  })

  it('[PR17] keeps the processor as the floor of auto, and says why', async () => {
    const infos: PredictorInfo[] = []
    const batches = await predict(await awkward('nchw'), items(4), {
      provider: 'auto',
      onInfo: (ready) => infos.push(ready),
    })
    expect(flat(batches, 'truthRank')).toEqual([1, 1, 1, 1])
    expect(infos).toHaveLength(1)
    expect(infos[0]).toMatchObject({
      provider: expect.any(String),
      reasons: expect.arrayContaining([expect.stringMatching(/^\w+: .+\.$/)]),
    })
  })

  it('[PR18] loads no runtime into the engine’s process', () => {
    if (!existsSync('/proc/self/maps')) return
    expect(readFileSync('/proc/self/maps', 'utf8')).not.toContain('onnxruntime')
  })
})
