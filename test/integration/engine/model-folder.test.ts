// What comes into the library of a model's folder: never what makes another model of it, and all of what links stand for.
import { copyFile, lstat, mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { formatServerCard } from '#models/kserve/server-card.ts'
import { buildOnnx, weightsOf } from '../../fixtures/models/build-onnx.ts'
import { colourModel, drawColours } from '../../support/colour-folder.ts'
import { type TestEngine, failureOf, makeFolder, openTestEngine, projectRoot } from '../../support/test-engine.ts'

const clip = path.join(projectRoot, 'test/fixtures/models/dual-encoders/clip')
const hostileCard = formatServerCard({
  url: 'https://elsewhere.test',
  model: 'listener',
  version: null,
  versions: ['1'],
  platform: 'onnxruntime_onnx',
  isBinary: false,
  maxBatch: null,
  inputs: [{ name: 'pixels', type: 'float32', shape: [null, 3, 8, 8] }],
  outputs: [{ name: 'scores', type: 'float32', shape: [null, 4] }],
})
let root: string
let remove: () => Promise<void>
let engine: TestEngine
let folders = 0

beforeAll(async () => {
  ;({ folder: root, remove } = await makeFolder())
  await drawColours(path.join(root, 'drawn'), 4)
  engine = await openTestEngine(path.join(root, 'library'))
})
afterAll(async () => {
  await engine.close()
  await remove()
})

async function write(files: Readonly<Record<string, Uint8Array | string>>): Promise<string> {
  const folder = path.join(root, `model-${folders++}`)
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true })
    await writeFile(path.join(folder, name), content)
  }
  return folder
}

async function infoOf(name: string) {
  return (await engine.call('models.list', {})).find((model) => model.name === name)!
}

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  return files.map(({ parentPath, name }) => path.relative(folder, path.join(parentPath, name)))
}

async function keptFiles(name: string): Promise<string[]> {
  const folder = path.join(engine.library, 'models', (await infoOf(name)).sha256)
  const kept = await readdir(folder)
  for (const file of kept) expect((await lstat(path.join(folder, file))).isFile(), file).toBe(true)
  return kept.sort()
}

describe('a graph with the card of a server', () => {
  it.each([
    ['above the graph’s folder', 'onnx/model.onnx', 'onnx/server.json', ''],
    ['in capitals', 'model.onnx', 'SERVER.JSON', ''],
    ['beside a graph of its name', 'server.onnx', 'server.json', 'server.onnx'],
  ])('[KS83] stays the model that it is, and the card stays behind: %s', async (what, graph, card, added) => {
    const metadata = { note: what }
    const folder = await write({ [graph]: buildOnnx({ metadata }), [card]: hostileCard, 'labels.txt': 'a\nb\nc\nd\n' })
    const name = await engine.addModel(path.join(folder, added))
    expect(await infoOf(name)).toMatchObject({ origin: 'file', input: 'pixels: float32 [?, 3, 8, 8] NCHW' })
    expect(await keptFiles(name)).toEqual([path.basename(graph), 'labels.txt'].sort())
  })

  it.each(['server.json', './Server.json', 'parts/server.json'])(
    '[KS83] is refused with weights in a file called %s, and leaves nothing behind',
    async (external) => {
      const before = await readdir(path.join(engine.library, 'models'))
      const weights = Buffer.concat([Buffer.from(hostileCard), Buffer.from(weightsOf(4).buffer)])
      const folder = await write({ 'model.onnx': buildOnnx({ external }), [external]: weights })
      const failure = await failureOf(engine.addModel(path.join(folder, 'model.onnx')))
      expect(failure).toMatchObject({ code: 'unsafe_path', message: expect.stringMatching(/server\.json.*again/i) })
      expect(await readdir(path.join(engine.library, 'models'))).toEqual(before)
    },
  )

  it('[KS83] is refused where its files in the library are not those that were added', async () => {
    const library = path.join(root, 'tampered')
    const first = await openTestEngine(library)
    const name = await first.addModel(colourModel)
    const { sha256 } = (await first.call('models.list', {})).find((model) => model.name === name)!
    await first.close()
    await writeFile(path.join(library, 'models', sha256, 'server.json'), hostileCard)
    const second = await openTestEngine(library)
    expect(await failureOf(second.call('models.list', {}))).toMatchObject({ code: 'model_invalid' })
    const dataset = await second.import(path.join(root, 'drawn'), { name: 'drawn' })
    expect(await failureOf(second.predict(dataset, name))).toMatchObject({ code: 'model_invalid' })
    await second.close()
  })

  it('[KS83] is refused where its weights would be taken for its graph', async () => {
    const before = await readdir(path.join(engine.library, 'models'))
    const weights = Buffer.concat([Buffer.from(weightsOf(4).buffer), Buffer.alloc(100)])
    const folder = await write({ 'whole.onnx': buildOnnx({ external: 'model.onnx' }), 'model.onnx': weights })
    expect(await failureOf(engine.addModel(path.join(folder, 'whole.onnx')))).toMatchObject({ code: 'model_invalid' })
    expect(await readdir(path.join(engine.library, 'models'))).toEqual(before)
  })
})

describe('a graph with weights in a file of their own', () => {
  it('[RN48] is refused with other weights than the library has with it, and is the same model with the same', async () => {
    const graph = buildOnnx({ external: 'w.bin', metadata: { note: 'two of them' } })
    const weights = Buffer.from(weightsOf(4).buffer)
    const labels = 'a\nb\nc\nd\n'
    const one = await write({ 'model.onnx': graph, 'w.bin': weights, 'labels.txt': labels })
    const same = await write({ 'model.onnx': graph, 'w.bin': weights, 'labels.txt': labels })
    const other = await write({ 'model.onnx': graph, 'w.bin': weights.toReversed(), 'labels.txt': labels })
    const longer = await write({
      'model.onnx': graph,
      'w.bin': Buffer.concat([weights, weights]),
      'labels.txt': labels,
    })
    const name = await engine.addModel(one, 'one')
    expect(await engine.addModel(same)).toBe(name)
    for (const folder of [other, longer]) {
      expect(await failureOf(engine.addModel(folder))).toMatchObject({
        code: 'already_exists',
        message: expect.stringContaining('w.bin, as “one”'),
      })
    }
  })
})

describe.skipIf(process.platform === 'win32')('a snapshot of Hugging Face’s cache', () => {
  /** As Python's cache lays a repository out: every file is a link to a blob. */
  async function snapshot(repo: string, source: string): Promise<string> {
    const folder = path.join(root, repo, 'snapshots/0f1e2d')
    await mkdir(path.join(root, repo, 'blobs'), { recursive: true })
    for (const [i, file] of (await filesOf(source)).entries()) {
      const blob = path.join(root, repo, 'blobs', String(i))
      await copyFile(path.join(source, file), blob)
      const link = path.join(folder, file)
      await mkdir(path.dirname(link), { recursive: true })
      await symlink(path.relative(path.dirname(link), blob), link)
    }
    return folder
  }

  it('[KS84] gives the library the files that its links stand for', async () => {
    const folder = await snapshot('models--some--clip', clip)
    const name = await engine.addModel(folder, 'clip')
    expect(await keptFiles(name)).toEqual((await filesOf(clip)).map((file) => path.basename(file)).sort())
    expect((await infoOf(name)).protocols).toContain('zero-shot')
  })

  it('[KS84] gives nothing of what lies elsewhere', async () => {
    const folder = await snapshot('models--some--colours', colourModel)
    await writeFile(path.join(root, 'secret.txt'), 'nobody’s business')
    await symlink(path.join(root, 'secret.txt'), path.join(folder, 'notes.txt'))
    await symlink('../../../secret.txt', path.join(folder, 'more.txt'))
    await symlink('nowhere', path.join(folder, 'lost.txt'))
    const plain = await write({ 'model.onnx': buildOnnx({ metadata: { note: 'plain' } }) })
    await writeFile(path.join(plain, 'own.txt'), 'its own')
    await symlink('own.txt', path.join(plain, 'linked.txt'))
    await symlink('../secret.txt', path.join(plain, 'notes.txt'))
    expect(await keptFiles(await engine.addModel(folder, 'cached'))).toEqual((await readdir(colourModel)).sort())
    const name = await engine.addModel(plain, 'plain')
    expect(await keptFiles(name)).toEqual(['linked.txt', 'model.onnx', 'own.txt'])
    const linked = path.join(engine.library, 'models', (await infoOf(name)).sha256, 'linked.txt')
    expect(await readFile(linked, 'utf8')).toBe('its own')
  })
})
