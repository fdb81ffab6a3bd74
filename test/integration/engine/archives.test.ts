// Datasets in archives through the engine: what is in a zip or tar archive behaves as files of a folder do.
import { createHash } from 'node:crypto'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SampleDetail } from '#contract/query.ts'
import { createFolderTree } from '#formats/folder-tree.ts'
import { type HubServer, startHubServer } from '../../hub/hub-server.ts'
import { collect } from '../../support/collect.ts'
import { makeTar, type TarPart } from '../../support/make-tar.ts'
import { makeZip } from '../../support/make-zip.ts'
import { neverAborted } from '../../support/open-dataset.ts'
import { type TestEngine, makeFolder, openTestEngine } from '../../support/test-engine.ts'
import { exportsFolder } from '../formats/expected.ts'

const plain = path.join(exportsFolder, 'imagefolder')
const environment = { ...process.env }

let root: string
let engine: TestEngine
let server: HubServer
let remove: () => Promise<void>
/** Of the same images in a folder, by the last part of their names. */
let expectedImages: ReadonlyMap<string, string>

beforeAll(async () => {
  const made = await makeFolder()
  ;({ folder: root, remove } = made)
  await writeFile(path.join(root, 'shapes.zip'), makeZip(await partsOf(plain)))
  await mkdir(path.join(root, 'zips/data'), { recursive: true })
  for (const split of ['train', 'test'])
    await writeFile(path.join(root, `zips/data/${split}.zip`), makeZip(await partsOf(path.join(plain, split))))
  server = await startHubServer({
    repos: [{ type: 'dataset', name: 'foible/zips', folder: path.join(root, 'zips') }],
  })
  process.env['HF_ENDPOINT'] = server.endpoint
  engine = await openTestEngine(path.join(root, 'library'))
  expectedImages = await imagesOf(await engine.import(plain, { name: 'plain' }))
})
afterAll(async () => {
  await engine.close()
  await server.close()
  await remove()
  process.env = environment
})

/** The files of a folder; every other one is to be compressed. */
async function partsOf(folder: string) {
  const tree = await createFolderTree(folder)
  const entries = await tree.list(neverAborted)
  return await Promise.all(
    entries.map(async ({ path: name }, i) => ({
      name,
      content: Buffer.concat(await collect(tree.stream(name, neverAborted))),
      isStored: i % 2 === 0,
    })),
  )
}

async function details(dataset: string): Promise<SampleDetail[]> {
  const { samples } = await engine.call('datasets.open', { dataset })
  return await Promise.all(
    Array.from({ length: samples }, (_, i) => engine.call('samples.get', { dataset, id: i + 1 })),
  )
}

const baseName = ({ fileName }: SampleDetail) => fileName.split('/').at(-1)!

/** Upright size and the original's checksum of every image. */
async function imagesOf(dataset: string): Promise<ReadonlyMap<string, string>> {
  const images = new Map<string, string>()
  for (const sample of await details(dataset)) {
    const original = await engine.engine.image(dataset, sample.id, 'image', neverAborted)
    expect(await engine.engine.image(dataset, sample.id, 'thumb', neverAborted)).not.toBeNull()
    const size = `${String(sample.width)} x ${String(sample.height)}`
    const sha = createHash('sha256')
      .update(original?.bytes ?? '')
      .digest('hex')
    images.set(baseName(sample), `${size} ${sha}`)
  }
  return images
}

describe('zip archives', () => {
  it.each([
    ['shapes.zip', 'test/dots/café-dots-1.jpg'],
    ['zips', 'data/test.zip/dots/café-dots-1.jpg'],
  ])('[WD35] give the samples, sizes and images of the folder that was packed: %s', async (name, first) => {
    const dataset = await engine.import(path.join(root, name))
    expect((await details(dataset))[0]?.fileName).toBe(first)
    expect(await imagesOf(dataset)).toEqual(expectedImages)
    const said = ({ label, accepted, split, tags }: SampleDetail) => ({ label, accepted, split, tags })
    const byName = (samples: readonly SampleDetail[]) =>
      new Map(samples.map((sample) => [baseName(sample), said(sample)]))
    expect(byName(await details(dataset))).toEqual(byName(await details('plain')))
  })

  it('[WD35] can be copied into the library, and do without the archive then', async () => {
    const file = path.join(root, 'moved.zip')
    await writeFile(file, makeZip(await partsOf(plain)))
    const dataset = await engine.import(file, { name: 'copied', copy: true })
    await rename(file, `${file}.away`)
    expect(await imagesOf(dataset)).toEqual(expectedImages)
  })

  it.each(['copy', 'link'] as const)('[WD35] are exported as files (%s)', async (media) => {
    const dataset = await engine.import(path.join(root, 'shapes.zip'), { name: `to ${media}` })
    const folder = path.join(root, `exported-${media}`)
    const job = await engine.export(dataset, folder, { media })
    expect(job).toMatchObject({ state: 'done', result: { manifest: { media: 'copy', images: { copied: 24 } } } })
    expect(await imagesOf(await engine.import(folder))).toEqual(expectedImages)
  })

  it('[WD36] on the Hub are asked for their directory and the wanted images, each once', async () => {
    const dataset = await engine.import({ kind: 'hub', repo: 'foible/zips', revision: null })
    const images = await imagesOf(dataset)
    const checksum = (image: string) => image.split(' ').at(-1)
    expect([...images].map(([name, image]) => [name, checksum(image)]).sort()).toEqual(
      [...expectedImages].map(([name, image]) => [name, checksum(image)]).sort(),
    )
    const asked = server.requests.length
    await imagesOf(dataset)
    expect(server.requests.length).toBe(asked)
  })
})

describe('tar archives', () => {
  it('[WD37] give the sizes and images of the files that were packed', async () => {
    const shapes = (await partsOf(plain)).filter(({ name }) => /\.(?:png|jpg)$/.test(name))
    const file = path.join(root, 'shapes.tar')
    await writeFile(file, await makeTar(shapes.map(({ name, content }): TarPart => [name, content])))
    const dataset = await engine.import(file)
    expect(await imagesOf(dataset)).toEqual(expectedImages)
    const copied = await engine.import(file, { name: 'tar copied', copy: true })
    await rename(file, `${file}.away`)
    expect(await imagesOf(copied)).toEqual(expectedImages)
  })

  it('[WD37] with a broken or truncated image keep it as a sample with a problem', async () => {
    const file = path.join(root, 'broken.tar')
    const png = (await partsOf(plain)).find(({ name }) => name.endsWith('.png'))!.content
    const parts: TarPart[] = [
      ['1.png', png],
      ['2.png', 'not a picture'],
      ['3.png', png.subarray(0, 300)],
      ['4.png', ''],
    ]
    await writeFile(file, await makeTar(parts))
    const samples = await details(await engine.import(file))
    expect(samples.map(({ problem }) => problem)).toEqual([
      null,
      'The file is not an image that Foible can read.',
      'The image is cut off.',
      'The file is empty.',
    ])
  })

  it('[WD6] that are compressed are refused with the way out', async () => {
    const file = path.join(root, 'shapes.tar.gz')
    await writeFile(file, Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]))
    await expect(engine.import(file)).rejects.toMatchObject({
      code: 'unsupported_format',
      message: expect.stringContaining('gunzip'),
    })
  })
})
