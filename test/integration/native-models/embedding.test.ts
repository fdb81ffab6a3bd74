// An image's embedding out of real graphs in the real runtime: as an output, or as what an edit of the graph makes one.
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Transformer } from '@napi-rs/image'
import protobuf from 'protobufjs/light.js'
import { describe, expect, it } from 'vitest'
import type { KeptKind } from '#core/sample.ts'
import { checkExposure } from '#models/check-exposure.ts'
import { halfToFloat } from '#models/half-floats.ts'
import type { ModelSpec } from '#models/model-spec.ts'
import { openSession } from '#models/open-session.ts'
import { createBatchPredictor } from '#models/predict-batch.ts'
import { createBatchPreparer, tensorValues } from '#models/prepare-batch.ts'
import type { PredictBatch } from '#models/predictor.ts'
import { readModel } from '#models/read-model.ts'
import { type Head, buildHead, heads } from '../../fixtures/models/build-heads.ts'
import { createTempFolder } from '../../support/temp-folder.ts'
import { projectRoot } from '../../support/test-engine.ts'

const signal = new AbortController().signal
const fixtures = path.join(projectRoot, 'test/fixtures/models')
const lite0 = path.join(projectRoot, 'native-models/embedded/efficientnet-lite0')
const colours = [
  [220, 20, 30],
  [10, 200, 40],
  [30, 20, 230],
  [5, 5, 5],
] as const
/** As the models of the fixtures take them. */
const meanColours = colours.map((colour) => colour.map((level) => level / 127.5 - 1))

const colourImages = colours.map((colour) => {
  const pixels = Buffer.alloc(8 * 8 * 4)
  for (let i = 0; i < 64; i++) pixels.set([...colour, 255], i * 4)
  return new Uint8Array(Transformer.fromRgbaPixels(pixels, 8, 8).pngSync())
})

/** In this process: one takes seconds to start. */
async function predict(
  model: ModelSpec,
  keep: readonly KeptKind[],
  images: readonly Uint8Array[] = colourImages,
): Promise<PredictBatch> {
  const predictBatch = await createBatchPredictor(
    { role: 'run', model, provider: 'cpu', threads: 1, answers: { kind: 'all' }, keep },
    openSession,
  )
  const prepare = await createBatchPreparer(model)
  const values = new Float32Array(tensorValues(model, images.length))
  const items = images.map((bytes, i) => ({ sampleId: i + 1, bytes, acceptedIds: null }))
  return await predictBatch(values, prepare(items, values))
}

async function readHead(head: Head): Promise<ModelSpec> {
  const folder = await createTempFolder()
  const companions =
    head === 'no linear layer' ? ['preprocessor_config.json'] : ['config.json', 'preprocessor_config.json']
  for (const file of companions) cpSync(path.join(fixtures, 'awkward/nchw', file), path.join(folder, file))
  if (head === 'no linear layer') writeFileSync(path.join(folder, 'labels.txt'), 'a\nb\nc\nd\ne\nf\n')
  writeFileSync(path.join(folder, 'model.onnx'), buildHead(head))
  return await readModel(folder, signal)
}

const floats = (halves: Uint16Array | undefined) => Array.from(halves ?? [], halfToFloat)
const hashOf = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex')

describe('the embedding of a model', () => {
  it('[KE1] is its pooled output where it has one', async () => {
    const model = await readModel(lite0, signal)
    expect(model.embedding).toEqual({ output: 'embedding', size: 1280, isEdited: false, made: null })
  })

  it.each([
    ['gemm', 'colour', null],
    ['matmul, add, softmax', 'colour', null],
    ['weights in float16', 'colour', null],
    ['convolution of a pixel', 'pooled', null],
    ['map of scores', 'foible_embedding', 'GlobalAveragePool'],
    ['quantised as it runs', 'colour', null],
    ['quantised and back', 'colour', null],
    ['quantised throughout', 'foible_embedding', 'DequantizeLinear'],
    ['two layers', 'colour', null],
  ] as const)('[KE2] is else what goes into the last linear layer: %s', async (head, output, made) => {
    const model = await readHead(head)
    expect(model.embedding).toMatchObject({ output, size: 3, isEdited: true })
    expect(model.embedding?.made?.opType ?? null).toBe(made)
    const before = hashOf(model.file)
    const [plain, kept] = [await predict(model, []), await predict(model, ['embedding'])]
    const { kept: _, ...answers } = kept
    expect(answers).toEqual({ ...plain, kept: undefined })
    const near = head === 'quantised throughout' ? 1 / 256 : 2 ** -11
    const found = floats(kept.kept.embedding)
    for (const [i, value] of meanColours.flat().entries()) expect(Math.abs(found[i]! - value)).toBeLessThanOrEqual(near)
    expect(hashOf(model.file)).toBe(before)
    expect(model.sha256).toBe(before)
  })

  it('[KE3] is not there where a graph ends in no linear layer', async () => {
    expect(Object.keys(heads)).toContain('no linear layer')
    expect((await readHead('no linear layer')).embedding).toBeNull()
  })

  it('[KE6] is tried before a run relies on it: an edit that changes scores, or gives something else, is refused', async () => {
    const model = await readHead('two layers')
    await checkExposure(model, 1)
    const embedding = { ...model.embedding!, output: 'pooled' }
    await expect(checkExposure({ ...model, embedding: { ...embedding, size: 7 } }, 1)).rejects.toMatchObject({
      code: 'model_unsupported',
      details: { part: 'embedding', found: 3, expected: 7 },
    })
    await expect(checkExposure({ ...model, embedding: { ...embedding, output: 'nowhere' } }, 1)).rejects.toMatchObject({
      code: 'model_invalid',
    })
    // Another graph's output of the same name would give other scores.
    const made = { opType: 'Relu', inputs: ['pixels'] }
    const clashing = { ...model.embedding!, output: 'scores', size: 4, made }
    await expect(checkExposure({ ...model, embedding: clashing }, 1)).rejects.toMatchObject({ code: 'model_invalid' })
  })

  it('[KE4] comes out of a graph whose weights lie outside of it', async () => {
    const model = await readModel(path.join(fixtures, 'awkward/external-data'), signal)
    expect(model.embedding).toMatchObject({ output: 'colour', size: 3, isEdited: true })
    const [plain, kept] = [await predict(model, []), await predict(model, ['embedding'])]
    expect(kept.topProbabilities).toEqual(plain.topProbabilities)
    expect(floats(kept.kept.embedding)).toHaveLength(12)
  })

  it('[KE5] that the graph is edited for is the same as the one that it gives, and the scores too, to the bit', async () => {
    const folder = await createTempFolder()
    mkdirSync(path.join(folder, 'lite0'))
    cpSync(lite0, path.join(folder, 'lite0'), { recursive: true })
    const file = path.join(folder, 'lite0/model.onnx')
    writeFileSync(file, withoutOutput(readFileSync(file), 'embedding'))
    const [whole, stripped] = [await readModel(lite0, signal), await readModel(path.join(folder, 'lite0'), signal)]
    expect(stripped.embedding).toEqual({ output: 'embedding', size: 1280, isEdited: true, made: null })
    expect(stripped.outputs.map(({ name }) => name)).toEqual(['logits'])
    const images = referenceImages()
    const given = await predict(whole, ['logits', 'embedding'], images)
    const edited = await predict(stripped, ['logits', 'embedding'], images)
    expect(edited).toEqual(given)
    expect(given.kept.embedding).toHaveLength(images.length * 1280)
    expect(await predict(stripped, ['logits'], images)).toEqual({ ...given, kept: { logits: given.kept.logits } })
  })
})

function referenceImages(): Uint8Array[] {
  const reference = JSON.parse(readFileSync(path.join(fixtures, 'efficientnet-lite0/reference.json'), 'utf8'))
  return reference.images.map(({ file }: { file: string }) => new Uint8Array(readFileSync(path.join(fixtures, file))))
}

/** The file with one output less, everything else byte for byte as it was. */
function withoutOutput(bytes: Uint8Array, name: string): Uint8Array {
  const graph = fieldsOf(bytes)
  return Buffer.concat(graph.map(({ id, whole, inner }) => (id === 7 ? wrapped(7, stripped(inner)) : whole)))
  function stripped(inner: Uint8Array): Buffer {
    const kept = fieldsOf(inner).filter((field) => field.id !== 12 || nameOf(field.inner) !== name)
    return Buffer.concat(kept.map(({ whole }) => whole))
  }
}

const nameOf = (valueInfo: Uint8Array) =>
  Buffer.from(fieldsOf(valueInfo).find(({ id }) => id === 1)?.inner ?? []).toString()

function wrapped(id: number, inner: Uint8Array): Uint8Array {
  return protobuf.Writer.create()
    .uint32((id << 3) | 2)
    .bytes(inner)
    .finish()
}

function fieldsOf(
  bytes: Uint8Array,
): { readonly id: number; readonly whole: Uint8Array; readonly inner: Uint8Array }[] {
  const reader = protobuf.Reader.create(bytes)
  const fields = []
  while (reader.pos < reader.len) {
    const start = reader.pos
    const tag = reader.uint32()
    const isBytes = (tag & 7) === 2
    const inner = isBytes ? reader.bytes() : new Uint8Array()
    if (!isBytes) reader.skipType(tag & 7)
    fields.push({ id: tag >>> 3, whole: bytes.subarray(start, reader.pos), inner })
  }
  return fields
}
