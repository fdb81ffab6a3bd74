// The client of inference servers against a server that is one, and against all that it may do wrong.
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { inspectServer } from '#models/kserve/inspect-server.ts'
import { openServerSession } from '#models/kserve/open-server-session.ts'
import { formatServerCard, serverCardFile } from '#models/kserve/server-card.ts'
import { createServerClient } from '#models/kserve/server-client.ts'
import type { ModelSpec } from '#models/model-spec.ts'
import { openSession } from '#models/open-session.ts'
import { readModel } from '#models/read-model.ts'
import { startPredictor } from '#models/start-predictor.ts'
import {
  type Answer,
  type DoubleOptions,
  type Fault,
  type KserveDouble,
  json,
  openKserveDouble,
} from '../../support/kserve-double.ts'
import { colourModel } from '../../support/colour-folder.ts'
import { colourImages } from '../../support/colour-images.ts'
import { failureOf, makeFolder, projectRoot } from '../../support/test-engine.ts'

const { signal } = new AbortController()
const patience = { attempts: 4, timeoutMs: 30_000, waitMs: () => 5 }
const awkward = (name: string) => path.join(projectRoot, 'test/fixtures/models/awkward', name)
const images = 3
const values = Float32Array.from({ length: images * 3 * 8 * 8 }, (_, i) => Math.sin(i))

let root: string
let remove: () => Promise<void>
let double: KserveDouble
let model: ModelSpec
let expected: Float32Array

beforeAll(async () => {
  ;({ folder: root, remove } = await makeFolder())
  const local = await openSession(await readModel(colourModel, signal), 'cpu', 1)
  expected = (await local.run(values, images)).slice()
  await local.close()
})
afterAll(async () => await remove())
beforeEach(async () => {
  double = await openDouble({ folder: colourModel })
  model = await added(double)
  return double.stop
})

let folders = 0

async function openDouble(options: DoubleOptions): Promise<KserveDouble> {
  return await openKserveDouble(options)
}

/** The model as the library would have it. */
async function added({ url }: KserveDouble, name = 'colours', token: string | null = null): Promise<ModelSpec> {
  const { card } = await inspectServer({ url, model: name, version: null }, token, signal)
  const folder = path.join(root, String(folders++))
  await mkdir(folder)
  await writeFile(path.join(folder, serverCardFile), formatServerCard(card))
  await writeFile(path.join(folder, 'labels.txt'), 'red\ngreen\nblue\ndark\n')
  return await readModel(folder, signal)
}

async function open(spec = model, token?: string) {
  const server = { ...spec.server!, ...(token === undefined ? {} : { token }) }
  return await openServerSession(spec, server, false, patience)
}

describe('a model on a server', () => {
  it('[KS20] is read like a file, and asks nobody for it', async () => {
    await double.stop()
    const [card] = [model]
    expect(card).toMatchObject({
      name: 'colours',
      input: { name: 'pixels', type: 'float32' },
      classes: ['red', 'green', 'blue', 'dark'],
      outputKind: 'logits',
      server: { url: double.url, model: 'colours', versions: ['1'], isBinary: true, maxBatch: null },
    })
    expect((await readModel(path.dirname(card.file), signal)).sha256).toBe(card.sha256)
    await double.start()
  })

  it.each([
    ['bytes', ['binary_tensor_data']],
    ['JSON', []],
  ])('[KS21] answers as the runtime does, over %s', async (_how, extensions) => {
    const other = await openDouble({ folder: colourModel, extensions })
    const session = await open(await added(other))
    expect(await session.run(values, images)).toEqual(expected)
    expect(other.inferences().at(-1)).toMatchObject({
      images,
      isBinary: extensions.length > 0,
      acceptEncoding: 'identity',
    })
    await other.stop()
  })

  it('[KS22] is fed whole batches where its batch is fixed, and other types than float32', async () => {
    const fixed = await openDouble({ folder: awkward('batch-of-four'), name: 'fixed' })
    const session = await open(await added(fixed, 'fixed'))
    const four = Float32Array.from({ length: 4 * session.imageValues }, (_, i) => Math.sin(i))
    expect(await session.run(four, images)).toHaveLength(images * session.outputValues)
    expect(fixed.inferences().map((request) => request.images)).toEqual([4])
    await fixed.stop()
    const bytes = await openDouble({ folder: awkward('byte-input'), name: 'bytes' })
    const spec = await added(bytes, 'bytes')
    const taken = Float32Array.from({ length: 3 * spec.width * spec.height }, (_, i) => i % 256)
    const local = await openSession(await readModel(awkward('byte-input'), signal), 'cpu', 1)
    expect(await (await open(spec)).run(taken, 1)).toEqual(await local.run(taken, 1))
    await bytes.stop()
  })

  it('[KS23] says how many images it takes, where it does', async () => {
    const small = await openDouble({ folder: colourModel, maxBatch: 2 })
    expect((await added(small)).server).toMatchObject({ maxBatch: 2 })
    await small.stop()
  })
})

const status =
  (code: number, headers = {}): Fault =>
  () =>
    json({ error: 'busy' }, code, headers)
const hangUp: Fault = (_honest, response) => {
  response.destroy()
  return null
}
const cut: Fault = (honest, response) => {
  response.writeHead(200, { ...honest.headers, 'content-length': honest.body.length + 100 })
  response.write(honest.body, () => response.destroy())
  return null
}
const withBody =
  (change: (body: Buffer) => Buffer): Fault =>
  (honest: Answer) => ({ ...honest, body: change(honest.body) })

describe('a run on a server', () => {
  it('[KS86] is not given up in a silence that a device would not be allowed', async () => {
    const items = colourImages(images)
    async function* inTurn() {
      yield* items
    }
    const options = { model, provider: 'auto', batchSize: 1, answers: { kind: 'all' }, signal, silenceMs: 1 } as const
    const ids: number[] = []
    for await (const { sampleIds } of startPredictor({ ...options, items: inTurn() })) ids.push(...sampleIds)
    expect(ids).toEqual(items.map(({ sampleId }) => sampleId))
  })
})

describe('requests', () => {
  it.each([
    ['429', status(429)],
    ['429 with a wait', status(429, { 'retry-after': '0' })],
    ['503', status(503)],
    ['502 of a proxy', () => ({ status: 502, headers: {}, body: Buffer.from('<html>') })],
    ['a lost connection', hangUp],
    ['an answer that is cut off', cut],
  ] satisfies [string, Fault][])('[KS24] are sent again after %s, and answered once', async (_what, fault) => {
    const session = await open()
    double.misbehave(fault, fault)
    expect(await session.run(values, images)).toEqual(expected)
    expect(double.inferences()).toHaveLength(3)
  })

  it.each([
    ['429', status(429), 'rate_limited'],
    ['503', status(503), 'network'],
    ['lost connections', hangUp, 'network'],
  ] satisfies [string, Fault, string][])(
    '[KS25] end with an error after too many of %s',
    async (_what, fault, code) => {
      const session = await open()
      double.misbehave(...Array.from({ length: 9 }, () => fault))
      expect(await failureOf(session.run(values, images))).toMatchObject({ code })
      expect(double.inferences()).toHaveLength(patience.attempts)
    },
  )

  const fatal = [
    ['400', status(400), 'predictor_failed', /busy/],
    ['500', status(500), 'predictor_failed', /busy/],
    ['401', status(401), 'auth_required', /token/],
    ['404', status(404), 'not_found', /name/],
    [
      'a redirect',
      () => ({ status: 307, headers: { location: 'http://elsewhere.test/x' }, body: Buffer.alloc(0) }),
      'network',
      /elsewhere\.test/,
    ],
    [
      'scores of another shape',
      () => json({ outputs: [{ name: 'scores', datatype: 'FP32', shape: [1, 4], data: [1, 2, 3, 4] }] }),
      'model_unsupported',
      /shape/,
    ],
    ['bytes that are missing', withBody((body) => body.subarray(0, -4)), 'network', /announces/],
    [
      'NaN',
      withBody((body) => Buffer.concat([body.subarray(0, -4), Buffer.from(Float32Array.of(Number.NaN).buffer)])),
      'predictor_failed',
      /no numbers/,
    ],
    [
      'an endless answer',
      (_honest, response) => {
        response.writeHead(200)
        const more = () => response.write(Buffer.alloc(2 ** 20), (error) => (error ? undefined : more()))
        more()
        return null
      },
      'too_large',
      /more than/,
    ],
    [
      'an answer that says it is endless',
      withBody((body) => Buffer.concat([body, Buffer.alloc(2 ** 22)])),
      'too_large',
      /more than/,
    ],
    [
      'no HTTP',
      (_honest, response) => {
        response.socket?.end('\u0000\u0000\u0012nonsense\r\n\r\n')
        return null
      },
      'network',
      /gRPC/,
    ],
  ] satisfies [string, Fault, string, RegExp][]

  it.each(fatal)('[KS26] end at once with %s', async (_what, fault, code, says) => {
    const session = await open()
    double.misbehave(fault)
    const failure = await failureOf(session.run(values, images))
    expect(failure).toMatchObject({ code })
    expect(failure.message).toMatch(says)
    expect(double.inferences()).toHaveLength(1)
  })

  it('[KS27] are given up where a server takes them and never finishes', async () => {
    const limits: AbortController[] = []
    vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => {
      const limit = new AbortController()
      limits.push(limit)
      return limit.signal
    })
    onTestFinished(() => void vi.restoreAllMocks())
    const session = await open()
    const drip: Fault = (honest, response) => {
      response.writeHead(200, { 'content-length': honest.body.length })
      // Time is up once the beginning is on its way.
      response.write(honest.body.subarray(0, 10), () => limits.forEach((limit) => limit.abort()))
      return null
    }
    double.misbehave(drip, drip, drip)
    expect(await failureOf(session.run(values, images))).toMatchObject({ code: 'network' })
    expect(double.inferences()).toHaveLength(2)
  })

  it('[KS28] carry the token, and no error repeats it', async () => {
    const closed = await openDouble({ folder: colourModel, token: 'sesame-street' })
    expect(await failureOf(added(closed))).toMatchObject({ code: 'auth_required' })
    const spec = await added(closed, 'colours', 'sesame-street')
    expect(await (await open(spec, 'sesame-street')).run(values, images)).toEqual(expected)
    expect(closed.inferences()[0]).toMatchObject({ authorization: 'Bearer sesame-street' })
    const failure = await failureOf(open(spec, 'wrong-secret'))
    expect(failure).toMatchObject({ code: 'auth_required' })
    expect(JSON.stringify([failure.message, failure.details])).not.toContain('wrong-secret')
    await closed.stop()
  })

  it('[KS28] carry no token in the clear to another machine', () => {
    const options = { signal, attempts: 1, timeoutMs: 1000, token: 'sesame' }
    expect(() => createServerClient({ ...options, url: 'http://10.0.0.1:8000' })).toThrow(/https/)
    expect(() => createServerClient({ ...options, url: 'https://10.0.0.1:8000' })).not.toThrow()
    expect(() => createServerClient({ ...options, url: 'http://localhost:8000' })).not.toThrow()
  })
})

describe('another model behind the same address', () => {
  it.each([
    ['another version', { versions: ['1', '2'] }, /version/],
    ['other inputs', { inputs: [{ name: 'pixels', type: 'float32', shape: [null, 3, 9, 9] }] }, /inputs/],
    ['other outputs', { outputs: [{ name: 'scores', type: 'float32', shape: [null, 5] }] }, /outputs/],
    ['another runtime', { platform: 'tensorrt_plan' }, /tensorrt/],
  ])('[KS29] is refused: %s', async (_what, change, says) => {
    double.change(change)
    const failure = await failureOf(open())
    expect(failure).toMatchObject({ code: 'model_unsupported' })
    expect(failure.message).toMatch(says)
  })

  it('[KS30] is refused where it came while the server was away', async () => {
    const session = await open()
    await session.run(values, images)
    double.misbehave((_honest, response) => {
      double.change({ versions: ['2'] })
      response.destroy()
      return null
    })
    expect(await failureOf(session.run(values, images))).toMatchObject({ code: 'model_unsupported' })
    expect(double.inferences()).toHaveLength(2)
  })

  it.each([502, 503, 504])('[KS87] is refused where a proxy answered %i in between', async (code) => {
    const session = await open()
    double.misbehave(() => {
      double.change({ versions: ['2'] })
      return { status: code, headers: {}, body: Buffer.from('<html>') }
    })
    expect(await failureOf(session.run(values, images))).toMatchObject({ code: 'model_unsupported' })
    expect(double.inferences()).toHaveLength(1)
  })

  it('[KS30] is refused where an answer says so itself', async () => {
    const session = await open()
    double.misbehave(withVersion('2'))
    expect(await failureOf(session.run(values, images))).toMatchObject({ code: 'model_unsupported' })
  })
})

function withVersion(version: string): Fault {
  const four = Array.from({ length: images * 4 }, (_, i) => i)
  return () =>
    json({ model_version: version, outputs: [{ name: 'scores', datatype: 'FP32', shape: [images, 4], data: four }] })
}

describe('a server that cannot be added', () => {
  it('[KS31] says why', async () => {
    const address = { url: double.url, model: 'colours', version: null }
    expect(await failureOf(inspectServer({ ...address, model: 'other' }, null, signal))).toMatchObject({
      code: 'not_found',
    })
    expect(await failureOf(inspectServer({ ...address, version: '9' }, null, signal))).toMatchObject({
      code: 'not_found',
    })
    double.change({ inputs: [] })
    expect(await failureOf(inspectServer(address, null, signal))).toMatchObject({
      code: 'model_unsupported',
      details: { part: 'inputs' },
    })
    const silent = createServer((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n<html>'))
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const { port } = silent.address() as { port: number }
    expect(await failureOf(inspectServer({ ...address, url: `http://127.0.0.1:${port}` }, null, signal))).toMatchObject(
      { code: 'network' },
    )
    silent.close()
  })
})
