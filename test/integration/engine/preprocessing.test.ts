// What models see of images, and whether they were meant to: drawn and scored in the real prediction process.
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { Transformer } from '@napi-rs/image'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CallInput, Progress } from '#contract/contract.ts'
import type { PreprocessingCheck } from '#contract/preprocessing.ts'
import type { ModelInfo } from '#contract/work.ts'
import { createImageDecoder } from '#models/preprocess/decode-image.ts'
import { createPreprocessor } from '#models/preprocess/preprocessor.ts'
import { readModel } from '#models/read-model.ts'
import { startServer } from '#serve/serve.ts'
import { colourModel, drawColours } from '../../support/colour-folder.ts'
import { runCommand, runJson } from '../../support/run-command.ts'
import {
  type TestEngine,
  failureOf,
  makeFolder,
  openTestEngine,
  projectRoot,
  sampleFolder,
} from '../../support/test-engine.ts'

// Models load, and images run through them, at the speed of the machine.
const awkward = (name: string) => path.join(projectRoot, 'test/fixtures/models/awkward', name)
const neverAborted = new AbortController().signal
const decodeImage = await createImageDecoder()

let root: string
let remove: () => Promise<void>
let engine: TestEngine
let colours: string
let tiny: ModelInfo
let lite: ModelInfo

beforeAll(async () => {
  ;({ folder: root, remove } = await makeFolder())
  engine = await openTestEngine(path.join(root, 'library'))
  await drawColours(path.join(root, 'colours'), 120)
  colours = await engine.import(path.join(root, 'colours'), { name: 'colours' })
  await engine.addModel(colourModel, 'tiny')
  tiny = await find('tiny')
  lite = await find('efficientnet-lite0')
})
afterAll(async () => {
  await engine.close()
  await remove()
})

async function find(name: string): Promise<ModelInfo> {
  const models = await engine.call('models.list', {})
  const found = models.find((model) => model.name === name)
  if (found === undefined) throw new Error(`no model ${name}`)
  return found
}

/** The same file, fed otherwise. */
async function plant(base: ModelInfo, change: Partial<ModelInfo['steps']>, name: string): Promise<string> {
  const settings = { preprocessing: { ...base.steps, ...change } }
  const { name: added } = await engine.call('models.derive', { model: base.name, name, settings })
  return added
}

/** Time never cuts a check short here. */
const check = (dataset: string, model: string, sampleSize: number): Promise<PreprocessingCheck> =>
  engine.call('preprocessing.check', { dataset, model, sampleSize, provider: 'cpu', maxSeconds: 100_000 })

const better = ({ candidates, better: place }: PreprocessingCheck) => (place === null ? null : candidates[place])

function pixelsOf(key: string | null): Uint8Array {
  const picture = key === null ? null : engine.engine.tensorPicture(key)
  if (picture === null) throw new Error(`no picture ${key}`)
  expect(picture.type).toBe('image/png')
  return new Transformer(picture.bytes).rawPixelsSync()
}

const withoutAlpha = (pixels: Uint8Array) => pixels.filter((_, i) => i % 4 !== 3)

describe('the image as a model saw it', () => {
  it('[PP242] is the pixels that the tensor holds, cut out where the box says', async () => {
    const folder = path.join(root, 'photo')
    await mkdir(path.join(folder, 'a'), { recursive: true })
    const file = 'decode/exif-6.jpg'
    const source = path.join(projectRoot, 'test/fixtures/models', file)
    const bytes = await readFile(source)
    await writeFile(path.join(folder, 'a', 'photo.jpg'), bytes)
    const dataset = await engine.import(folder, { name: 'photo' })
    const found = await engine.call('models.tensor', { dataset, id: 1, model: lite.name })
    const spec = await readModel(path.join(projectRoot, 'native-models/embedded/efficientnet-lite0'), neverAborted)
    const image = decodeImage(bytes)
    const expected = createPreprocessor(spec.preprocessing, spec.layout).pixels(image)
    expect(Buffer.from(withoutAlpha(pixelsOf(found.key))).equals(Buffer.from(expected))).toBe(true)
    expect(found).toMatchObject({
      width: 224,
      height: 224,
      sourceWidth: image.width,
      sourceHeight: image.height,
      marksKey: null,
      outsideShare: 0,
      preprocessing: lite.preprocessing,
      origin: 'preprocessor_config.json',
      channels: [{ colour: 'red' }, { colour: 'green' }, { colour: 'blue' }],
    })
    const shorter = Math.min(image.width, image.height) === image.width ? found.crop.width : found.crop.height
    expect(shorter).toBeCloseTo(0.875, 10)
  })

  it('[PP243] shows other ways to feed it through what the network is believed to expect', async () => {
    const own = await engine.call('models.tensor', { dataset: colours, id: 1, model: 'tiny' })
    const fed = (change: Partial<ModelInfo['steps']>) =>
      engine.call('models.tensor', {
        dataset: colours,
        id: 1,
        model: 'tiny',
        feeding: { steps: { ...tiny.steps, ...change }, layout: tiny.layout },
      })
    const turned = await fed({ channelOrder: 'bgr' })
    expect(turned.channels[0]?.colour).toBe('blue')
    const [plain, swapped] = [withoutAlpha(pixelsOf(own.key)), withoutAlpha(pixelsOf(turned.key))]
    expect([...swapped.subarray(0, 3)]).toEqual([...plain.subarray(0, 3)].toReversed())
    const bytes = await fed({ rescale: 1, mean: [0, 0, 0], std: [1, 1, 1] })
    expect(bytes.outsideShare).toBeGreaterThan(0.9)
    // Above white everywhere: Okabe and Ito's orange.
    expect([...pixelsOf(bytes.marksKey).subarray(0, 4)]).toEqual([230, 159, 0, 255])
    expect(bytes.channels.every(({ max }) => max !== null && max > 50)).toBe(true)
  })

  it.each(['half', 'byte-input', 'byte-nhwc', 'batch-of-four', 'nhwc'])(
    '[PP244] is drawn from the tensor of %s in its own type',
    async (name) => {
      const model = await engine.addModel(awkward(name), `drawn-${name}`)
      const found = await engine.call('models.tensor', { dataset: colours, id: 2, model })
      const own = await engine.call('models.tensor', { dataset: colours, id: 2, model: 'tiny' })
      expect(found.outsideShare).toBe(0)
      const [drawn, expected] = [pixelsOf(found.key), pixelsOf(own.key)]
      // Float16 has eleven bits, of which a level needs eight; these models resize alike or as usual.
      if (found.preprocessing.startsWith('8 x 8')) {
        for (const [i, value] of drawn.entries()) expect(Math.abs(value - (expected[i] ?? 0))).toBeLessThanOrEqual(1)
      }
      if (name.startsWith('byte')) expect(found.channels.every(({ mean }) => Number.isFinite(mean))).toBe(true)
    },
  )

  it('[PP245] is refused for what cannot be drawn, and drawn for what comes after', async () => {
    const folder = path.join(root, 'broken')
    await mkdir(path.join(folder, 'a'), { recursive: true })
    const good = await readFile(path.join(root, 'colours/red/000.png'))
    await writeFile(path.join(folder, 'a', '1.png'), good.subarray(0, good.length - 20))
    await writeFile(path.join(folder, 'a', '2.png'), good)
    await writeFile(path.join(folder, 'a', '3.png'), good)
    const dataset = await engine.import(folder, { name: 'broken' })
    await rm(path.join(folder, 'a', '3.png'))
    const ask = (id: number) => engine.call('models.tensor', { dataset, id, model: 'tiny' })
    expect(await failureOf(ask(1))).toMatchObject({ code: 'broken_file' })
    expect(await failureOf(ask(3))).toMatchObject({ code: 'broken_file', message: expect.stringMatching(/is missing/) })
    expect(await failureOf(ask(99))).toMatchObject({ code: 'not_found' })
    const feeding = { steps: { ...tiny.steps, crop: { width: 9, height: 9 } }, layout: tiny.layout }
    expect(await failureOf(engine.call('models.tensor', { dataset, id: 2, model: 'tiny', feeding }))).toMatchObject({
      code: 'usage',
      message: 'tiny takes 8 x 8 pixels, and these steps make 9 x 9 pixels.',
    })
    expect((await ask(2)).outsideShare).toBe(0)
    expect(engine.engine.tensorPicture('0'.repeat(32))).toBeNull()
  })
})

describe('pictures of tensors over HTTP', () => {
  it('[PP254] go to sessions only, by their key', async () => {
    const rendererDir = path.join(root, 'renderer')
    await mkdir(rendererDir, { recursive: true })
    await writeFile(
      path.join(rendererDir, 'index.html'),
      '<html><head><meta name="csp-nonce" content="" /></head></html>',
    )
    const server = await startServer({ engine: engine.engine, host: '127.0.0.1', port: 0, rendererDir })
    try {
      const { key } = await engine.call('models.tensor', { dataset: colours, id: 3, model: 'tiny' })
      const { origin } = new URL(server.url)
      expect((await fetch(`${origin}/tensors/${key}`)).status).toBe(401)
      const session = await fetch(server.url, { redirect: 'manual' })
      const headers = { cookie: session.headers.get('set-cookie')?.split(';')[0] ?? '' }
      const answer = await fetch(`${origin}/tensors/${key}`, { headers })
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/png'])
      const held = engine.engine.tensorPicture(key)
      expect(Buffer.from(await answer.arrayBuffer()).equals(Buffer.from(held!.bytes))).toBe(true)
      for (const other of ['0'.repeat(32), `${key}-marks`, '..%2f..%2fsecret', `${key}/x`, key.toUpperCase()]) {
        expect((await fetch(`${origin}/tensors/${other}`, { headers })).status, other).toBe(404)
      }
    } finally {
      await server.close()
    }
  })
})

describe('a check of a small model', () => {
  it('[PP246] leaves the true card first, with the figures of every candidate', async () => {
    const found = await check(colours, 'tiny', 32)
    expect(found).toMatchObject({ images: 32, unreadable: 0, protocol: 'unmasked', provider: 'cpu', better: null })
    expect(['best', 'level']).toContain(found.verdict)
    expect(found.candidates[0]).toMatchObject({
      name: 'as it is',
      standing: 'own',
      p: null,
      feeding: { steps: tiny.steps },
    })
    expect(found.candidates.length).toBeGreaterThan(8)
    for (const { right, accuracy, interval } of found.candidates) {
      expect(accuracy).toBeCloseTo(right / 32, 12)
      expect(interval[0]).toBeLessThanOrEqual(accuracy ?? 0)
      expect(interval[1]).toBeGreaterThanOrEqual(accuracy ?? 1)
    }
    // A repeated check has the same figures: the sample is drawn by its seed.
    expect(await check(colours, 'tiny', 32)).toEqual(found)
  })

  it('[PP247] finds a wrong channel order, and confirms it on other images', async () => {
    const model = await plant(tiny, { channelOrder: 'bgr' }, 'tiny-bgr')
    const found = await check(colours, model, 32)
    expect(found).toMatchObject({ verdict: 'wrong', confirmation: { images: 32 } })
    expect(found.sentence).toMatch(
      /“RGB” is right on \d+ of 32 fresh images where the preprocessing that was chosen by hand/,
    )
    expect(better(found)).toMatchObject({ name: 'RGB', standing: 'ahead', feeding: { steps: { channelOrder: 'rgb' } } })
    expect(found.confirmation!.right).toBeGreaterThan(found.confirmation!.ownRight)
  })

  it('[PP248] tells how far it is, and ends at once when it is cancelled', async () => {
    const told: Progress[] = []
    const stop = new AbortController()
    const input: CallInput<'preprocessing.check'> = { dataset: colours, model: 'tiny', sampleSize: 32, provider: 'cpu' }
    const cancelled = engine.client.call('preprocessing.check', input, {
      signal: stop.signal,
      onProgress(progress) {
        told.push(progress)
        if (progress.done > 0) stop.abort()
      },
    })
    expect(await failureOf(cancelled)).toMatchObject({ code: 'cancelled' })
    expect(told[0]).toMatchObject({ done: 0, message: 'Fetching images' })
    await engine.client.call('preprocessing.check', input, { onProgress: (progress) => told.push(progress) })
    expect(told.at(-1)).toMatchObject({ done: told.at(-1)?.total })
    expect(new Set(told.map(({ message }) => message))).toContain('The other channel order')
  })

  it('[PP249] leaves out and counts what cannot be read', async () => {
    const folder = path.join(root, 'gaps')
    await cp(path.join(root, 'colours'), folder, { recursive: true })
    const dataset = await engine.import(folder, { name: 'gaps' })
    for (let i = 0; i < 24; i += 4) await rm(path.join(folder, `red/${String(i).padStart(3, '0')}.png`))
    const found = await check(dataset, 'tiny', 64)
    expect(found.unreadable).toBeGreaterThan(0)
    expect(found.images + found.unreadable).toBe(45)
    expect(found.verdict).not.toBe('wrong')
  })

  it('[PP250] asks for labels that the model knows where there are too few', async () => {
    const folder = path.join(root, 'few')
    await drawColours(folder, 16)
    const dataset = await engine.import(folder, { name: 'few' })
    expect(await failureOf(check(dataset, 'tiny', 64))).toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/at least 16 images whose class tiny knows, and here are 12/),
    })
  })

  it('[PP251] is printed as a table or as JSON, and the better way is added where that is asked for', async () => {
    const library = path.join(root, 'cli')
    const foible = (...args: string[]) => runJson([...args, '--library', library])
    await foible('import', path.join(root, 'colours'), '--name', 'colours')
    await foible('models', 'add', colourModel, '--name', 'tiny')
    await foible('models', 'derive', 'tiny', '--channels', 'bgr', '--name', 'tiny-bgr')
    const args = ['models', 'check', 'tiny-bgr', 'colours', '--sample', '32', '--ep', 'cpu', '--max-seconds', '100000']
    const { out } = await runCommand([...args, '--library', library])
    expect(out).toMatch(/^preprocessing +right +accuracy/)
    expect(out).toMatch(/RGB +\d+ +\d+ % \[\d+, \d+\].*ahead \(p < \.001\)/)
    expect(out).toMatch(/is probably wrong\. Use “RGB”/)
    const used = await foible(...args, '--use', 'mended')
    expect(used).toMatchObject({ verdict: 'wrong', added: 'tiny' })
    const kept = await foible('models', 'check', 'tiny', 'colours', '--sample', '32', '--ep', 'cpu', '--use')
    expect(kept).toMatchObject({ better: null, added: null })
    expect((await runCommand(['models', 'check', 'tiny', 'colours', '--sample', '3', '--library', library])).code).toBe(
      2,
    )
  })
})

interface Planted {
  readonly name: string
  readonly change: Partial<ModelInfo['steps']>
  /** Where it does harm: a squashed picture shows on small objects before something. */
  readonly pictures: 'clean' | 'background'
  readonly isMended: (steps: ModelInfo['steps']) => boolean
}

const planted: readonly Planted[] = [
  {
    name: 'BGR',
    change: { channelOrder: 'bgr' },
    pictures: 'clean',
    isMended: ({ channelOrder }) => channelOrder === 'rgb',
  },
  {
    name: 'values of 0 to 255',
    change: { rescale: 1, mean: [0, 0, 0], std: [1, 1, 1] },
    pictures: 'clean',
    isMended: ({ rescale, mean }) => rescale < 0.01 && mean[0] > 0.3,
  },
  {
    name: 'a wrong mean and deviation',
    change: { mean: [0, 0, 0], std: [0.2, 0.2, 0.2] },
    pictures: 'clean',
    isMended: ({ mean }) => mean[0] > 0.3,
  },
  {
    name: 'squashing instead of a crop',
    change: { resize: { kind: 'exact', width: 224, height: 224 }, crop: null },
    pictures: 'background',
    isMended: ({ resize }) => resize?.kind === 'shortest-edge',
  },
]

describe('a check on pictures', () => {
  const datasets = { clean: '', background: '' }

  beforeAll(async () => {
    const lines = (await readFile(path.join(sampleFolder, 'metadata.jsonl'), 'utf8')).trim().split('\n')
    for (const name of ['clean', 'background'] as const) {
      const folder = path.join(root, name)
      const all = lines.filter((line) => line.includes(`"nuisance": "${name}"`))
      const kept = all.filter((_, i) => i % Math.floor(all.length / 110) === 0)
      for (const line of kept) {
        const { file_name: file } = JSON.parse(line) as { file_name: string }
        await cp(path.join(sampleFolder, file), path.join(folder, file))
      }
      await writeFile(path.join(folder, 'metadata.jsonl'), `${kept.join('\n')}\n`)
      datasets[name] = await engine.import(folder, { name })
    }
  })

  it('[PP257] asks a dual encoder for the dataset’s class names', async () => {
    const model = await engine.addModel(path.join(projectRoot, 'test/fixtures/models/dual-encoders/clip'), 'clip')
    const found = await check(datasets.clean, model, 32)
    expect(found).toMatchObject({ protocol: 'zero-shot', better: null })
    expect(found.candidates[0]).toMatchObject({ name: 'as it is', standing: 'own' })
    expect(found.candidates[0]!.right).toBeGreaterThan(8)
  })

  it('[PP252] leaves the card of EfficientNet-Lite0 standing', async () => {
    const found = await check(datasets.clean, lite.name, 48)
    expect(found.better).toBeNull()
    expect(found.candidates[0]).toMatchObject({ name: 'as it is', standing: 'own' })
    expect(found.candidates.filter(({ standing }) => standing === 'behind').length).toBeGreaterThan(0)
  })

  it.each(planted)('[PP253] finds $name', async ({ name, change, pictures, isMended }) => {
    const model = await plant(lite, change, `planted ${name}`)
    const found = await check(datasets[pictures], model, 48)
    expect(found.verdict, found.sentence).toBe('wrong')
    expect(isMended(better(found)!.feeding.steps), found.sentence).toBe(true)
  })
})
