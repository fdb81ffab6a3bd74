// Models from a Hub in miniature: the graph that was chosen with everything that belongs to it, and nothing else.
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { buildOnnx, weightsOf } from '../../fixtures/models/build-onnx.ts'
import { type HubServer, startHubServer } from '../../hub/hub-server.ts'
import { type TestEngine, failureOf, makeFolder, openTestEngine } from '../../support/test-engine.ts'

let server: HubServer
let engine: TestEngine
let remove: () => Promise<void>
const environment = { ...process.env }
const source = { kind: 'hub', repo: 'o/tiny', revision: null } as const

beforeAll(async () => {
  const made = await makeFolder()
  remove = made.remove
  const repo = path.join(made.folder, 'repo')
  const files: Record<string, string | Uint8Array> = {
    'README.md': '---\nlicense: mit\n---\n',
    'config.json': JSON.stringify({ id2label: { 0: 'red', 1: 'green', 2: 'blue', 3: 'dark' } }),
    'pytorch_model.bin': new Uint8Array(1000),
    'onnx/model.onnx': buildOnnx(),
    'onnx/model_int8.onnx': buildOnnx({ external: 'parts/weights' }),
    'onnx/parts/weights': new Uint8Array(weightsOf(4).buffer),
    'onnx/parts/others': new Uint8Array(100),
  }
  for (const [file, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(repo, file)), { recursive: true })
    await writeFile(path.join(repo, file), content)
  }
  server = await startHubServer({ repos: [{ type: 'model', name: 'o/tiny', folder: repo }] })
  process.env['HF_ENDPOINT'] = server.endpoint
  engine = await openTestEngine(path.join(made.folder, 'library'))
})
afterAll(async () => {
  await engine.close()
  await server.close()
  await remove()
  process.env = environment
})

it('[RM9] lists a repository’s graphs without fetching one', async () => {
  const found = await engine.call('models.inspect', { source })
  expect(found).toMatchObject({ chosen: 'fp32', variants: [{ name: 'fp32' }, { name: 'int8' }] })
  expect(server.requests.some((request) => request.path.endsWith('.onnx'))).toBe(false)
})

it('[RM23] fetches the chosen graph with its own weights and what describes it, and nothing else', async () => {
  const before = server.requests.length
  const model = await engine.call('models.add', { source, name: null, variant: 'int8' })
  expect(model).toMatchObject({
    name: 'tiny-int8',
    classes: 4,
    license: 'mit',
    origin: expect.stringMatching(/^hub:o/),
  })
  const fetched = server.requests
    .slice(before)
    .flatMap((request) => /\/resolve\/[0-9a-f]+\/(.*)$/.exec(request.path)?.[1] ?? [])
  expect([...new Set(fetched)].sort()).toEqual([
    'README.md',
    'config.json',
    'onnx/model_int8.onnx',
    'onnx/parts/weights',
  ])
  const stored = path.join(engine.library, 'models', model.sha256)
  expect((await readdir(stored)).sort()).toEqual(['README.md', 'config.json', 'model_int8.onnx', 'parts'])
  expect(await readdir(path.join(stored, 'parts'))).toEqual(['weights'])
})

it('[RM23] takes full precision where nobody chooses, and refuses a variant that is not there', async () => {
  expect(await engine.call('models.add', { source, name: null })).toMatchObject({ name: 'tiny' })
  const failure = await failureOf(engine.call('models.add', { source, name: null, variant: 'q4' }))
  expect(failure).toMatchObject({ code: 'not_found', message: expect.stringMatching(/fp32, int8/) })
})
