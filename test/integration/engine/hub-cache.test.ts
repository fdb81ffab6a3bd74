// What is here already is not fetched: files of earlier attempts and of other datasets, Python's cache, archives of the dataset.
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, readFile, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { type HubServer, startHubServer } from '../../hub/hub-server.ts'
import { patience } from '../../hub/open-test-hub.ts'
import { neverAborted } from '../../support/open-dataset.ts'
import { type TestEngine, failureOf, openTestEngine, readSamples } from '../../support/test-engine.ts'
import { createTempFolder } from '../../support/temp-folder.ts'
import { exportsFolder } from '../formats/expected.ts'

const layouts = ['imagefolder', 'fiftyone-dataset-pushed', 'webdataset']
const hub = (name: string) => ({ kind: 'hub', repo: `foible/${name}`, revision: null }) as const
const isImage = (file: string) => /\.(?:png|jpe?g)$/.test(file)

let server: HubServer
let isReachable: boolean
let library: string
let python: string

beforeEach(async () => {
  isReachable = true
  server = await startHubServer({
    repos: layouts.map((name) => ({ type: 'dataset', name: `foible/${name}`, folder: path.join(exportsFolder, name) })),
    fault: () => (isReachable ? null : { kind: 'status', status: 503 }),
  })
  const folder = await createTempFolder()
  library = path.join(folder, 'library')
  python = path.join(folder, 'python')
  onTestFinished(() => server.close())
})

async function open(folder = library): Promise<TestEngine> {
  const options = { ...patience().options, endpoint: server.endpoint, pythonCache: python }
  const engine = await openTestEngine(folder, false, { hub: options })
  onTestFinished(() => engine.close())
  return engine
}

/** Lays a folder into Python's cache as huggingface_hub does: blobs by checksum, and links to them by name. */
async function fillPythonCache(name: string, links: boolean): Promise<string> {
  const root = path.join(python, `datasets--foible--${name}`)
  const sha = server.sha('dataset', `foible/${name}`)
  const snapshot = path.join(root, 'snapshots', sha)
  const source = path.join(exportsFolder, name)
  for (const folder of ['blobs', 'refs']) await mkdir(path.join(root, folder), { recursive: true })
  await writeFile(path.join(root, 'refs', 'main'), sha)
  for (const file of await readdir(source, { recursive: true })) {
    const from = path.join(source, file)
    const target = path.join(snapshot, file)
    if (!(await stat(from)).isFile()) continue
    await mkdir(path.dirname(target), { recursive: true })
    const content = await readFile(from)
    const isLarge = isImage(file) || file.endsWith('.tar')
    const blob = isLarge
      ? createHash('sha256').update(content).digest('hex')
      : createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex')
    await writeFile(path.join(root, 'blobs', blob), content)
    if (links) await symlink(path.relative(path.dirname(target), path.join(root, 'blobs', blob)), target)
    else await rename(path.join(root, 'blobs', blob), target)
  }
  return root
}

describe('files of the Hub in the library', () => {
  it('[HU40] serve the next import of the same commit: not one file is fetched twice', async () => {
    const engine = await open()
    await engine.import(hub('imagefolder'))
    const before = server.requests.length
    await engine.import(hub('imagefolder'), { name: 'again' })
    expect(server.requests.slice(before).map(({ path: file }) => file)).toEqual([
      '/api/datasets/foible/imagefolder/revision/main',
    ])
  })

  it('[HU41] make everything that is here work without the Hub, which is noted', async () => {
    const first = await open()
    const dataset = await first.import(hub('imagefolder'))
    await first.engine.image(dataset, 1, 'image', neverAborted)
    await first.close()
    isReachable = false
    const engine = await open()
    expect(await engine.engine.image(dataset, 1, 'thumb', neverAborted)).not.toBeNull()
    expect((await engine.call('imports.inspect', { source: hub('imagefolder') })).files).toBeGreaterThan(20)
    const again = await engine.import(hub('imagefolder'), { name: 'offline' })
    expect(await readSamples(engine, again)).toEqual(await readSamples(engine, dataset))
    const { findings } = await engine.call('datasets.open', { dataset: again })
    expect(findings.map(({ rule }) => rule)).toContain('revision_not_asked')
    expect(await failureOf(engine.import(hub('webdataset')))).toMatchObject({ code: 'network' })
  })

  it('[HU42] are freed with the last dataset that uses them, and not before', async () => {
    const engine = await open()
    const first = await engine.import(hub('imagefolder'))
    const second = await engine.import(hub('imagefolder'), { name: 'second' })
    const other = await engine.import(hub('fiftyone-dataset-pushed'))
    const kept = () => readdir(path.join(library, 'hub/datasets/foible'))
    await engine.call('datasets.delete', { dataset: first })
    expect((await kept()).sort()).toEqual(['fiftyone-dataset-pushed', 'imagefolder'])
    await engine.call('datasets.delete', { dataset: second })
    expect(await kept()).toEqual(['fiftyone-dataset-pushed'])
    await engine.call('datasets.delete', { dataset: other })
    expect(await kept()).toEqual([])
  })

  it('[HU43] that were looked at and never imported go after a week', async () => {
    const engine = await open()
    await engine.call('imports.inspect', { source: hub('webdataset') })
    const used = await engine.import(hub('imagefolder'))
    const root = path.join(library, 'hub/datasets/foible/webdataset')
    expect(existsSync(root)).toBe(true)
    const long = new Date(Date.now() - 8 * 24 * 3600 * 1000)
    for (const name of await readdir(root)) await utimes(path.join(root, name), long, long)
    await engine.call('datasets.delete', { dataset: used })
    expect(existsSync(root)).toBe(false)
  })

  it('[HU44] that are damaged there are fetched anew', async () => {
    const engine = await open()
    await engine.import(hub('imagefolder'))
    const sha = server.sha('dataset', 'foible/imagefolder')
    const commit = path.join(library, 'hub/datasets/foible/imagefolder', sha)
    await writeFile(`${commit}.json`, '[["test/metadata.csv", "no number"')
    await writeFile(path.join(commit, 'test/metadata.csv'), 'cut')
    await engine.close()
    const again = await open()
    expect(await readSamples(again, await again.import(hub('imagefolder'), { name: 'again' }))).toHaveLength(24)
  })
})

describe('archives', () => {
  it('[HU45] become part of the dataset, which works in another library without the Hub', async () => {
    const engine = await open()
    const dataset = await engine.import(hub('webdataset'))
    const media = await readdir(path.join(library, 'datasets', dataset, 'media'), { recursive: true })
    expect(media.filter((file) => file.endsWith('.tar')).length).toBeGreaterThan(0)
    await engine.close()
    isReachable = false
    const colleague = path.join(await createTempFolder(), 'library')
    await mkdir(path.join(colleague, 'datasets'), { recursive: true })
    await cp(path.join(library, 'datasets', dataset), path.join(colleague, 'datasets', dataset), { recursive: true })
    const there = await open(colleague)
    const before = server.requests.length
    expect((await there.engine.image(dataset, 1, 'image', neverAborted))?.bytes.length).toBeGreaterThan(0)
    expect(server.requests.length).toBe(before)
    // Nor are its images stored a second time.
    expect(existsSync(path.join(colleague, 'datasets', dataset, 'media/.parts'))).toBe(false)
  })
})

describe('Python’s cache', () => {
  it.each([
    ['links', true],
    ['files', false],
  ])('[HU50] is used in place of every download, whether it has %s', async (_kind, links) => {
    await fillPythonCache('imagefolder', links)
    const engine = await open()
    const dataset = await engine.import(hub('imagefolder'))
    expect((await engine.engine.image(dataset, 1, 'image', neverAborted))?.bytes.length).toBeGreaterThan(0)
    expect(server.requests.filter(({ path: file }) => file.includes('/resolve/'))).toEqual([])
    const local = await engine.import(path.join(exportsFolder, 'imagefolder'), { name: 'here' })
    const names = (samples: Record<string, unknown>[]) => samples.map(({ file_name: name, label }) => [name, label])
    expect(names(await readSamples(engine, dataset))).toEqual(names(await readSamples(engine, local)))
  })

  it('[HU51] is never written to, and its removal harms no image that was seen', async () => {
    const root = await fillPythonCache('imagefolder', true)
    const list = async () => {
      const files = await readdir(root, { recursive: true })
      return await Promise.all(files.map(async (file) => [file, (await stat(path.join(root, file))).mtimeMs]))
    }
    const before = await list()
    const engine = await open()
    const dataset = await engine.import(hub('imagefolder'))
    await engine.engine.image(dataset, 1, 'image', neverAborted)
    expect(await list()).toEqual(before)
    await rm(python, { recursive: true })
    isReachable = false
    expect((await engine.engine.image(dataset, 1, 'image', neverAborted))?.bytes.length).toBeGreaterThan(0)
  })

  it('[HU52] is not believed where a file has another content, or a link leads out of it', async () => {
    const root = await fillPythonCache('imagefolder', false)
    const snapshot = path.join(root, 'snapshots', server.sha('dataset', 'foible/imagefolder'))
    const table = path.join(snapshot, 'test/metadata.csv')
    const right = await readFile(table)
    await writeFile(table, Buffer.alloc(right.length, 'x'))
    const outside = path.join(await createTempFolder(), 'outside')
    await rename(path.join(snapshot, 'train'), outside)
    await symlink(outside, path.join(snapshot, 'train'))
    const engine = await open()
    expect(await readSamples(engine, await engine.import(hub('imagefolder')))).toHaveLength(24)
    expect(server.sentBytes('test/metadata.csv')).toBe(right.length)
    expect(server.sentBytes('train/metadata.csv')).toBeGreaterThan(0)
  })
})

it('[HU53] an archive lies in the cache and in the dataset, and is stored once', async () => {
  const engine = await open()
  const dataset = await engine.import(hub('webdataset'))
  const sha = server.sha('dataset', 'foible/webdataset')
  const commit = path.join(library, 'hub/datasets/foible/webdataset', sha)
  const [tar] = (await readdir(commit, { recursive: true })).filter((file) => file.endsWith('.tar'))
  const [cached, own] = [path.join(commit, tar!), path.join(library, 'datasets', dataset, 'media', tar!)]
  expect((await stat(own)).ino).toBe((await stat(cached)).ino)
  expect((await readFile(own)).equals(await readFile(path.join(exportsFolder, 'webdataset', tar!)))).toBe(true)
})
