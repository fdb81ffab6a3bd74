// Imports from a Hub in miniature: index first, images when they are wanted, whole or not at all.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { type HubFault, type HubRequest, type HubServer, startHubServer } from '../../hub/hub-server.ts'
import { neverAborted } from '../../support/open-dataset.ts'
import { type TestEngine, makeFolder, openTestEngine, projectRoot, readSamples } from '../../support/test-engine.ts'
import { createTempFolder } from '../../support/temp-folder.ts'
import { exportsFolder } from '../formats/expected.ts'

const layouts = ['imagefolder', 'fiftyone-dataset-pushed', 'parquet-hf']
const isImage = ({ path: file }: HubRequest) => /\.(?:png|jpe?g)$/.test(file)

let server: HubServer
let fault: (request: HubRequest) => HubFault | null
let engine: TestEngine
let remove: () => Promise<void>
const environment = { ...process.env }

beforeAll(async () => {
  server = await startHubServer({
    repos: layouts.map((name) => ({ type: 'dataset', name: `foible/${name}`, folder: path.join(exportsFolder, name) })),
    fault: (request) => fault(request),
  })
  process.env['HF_ENDPOINT'] = server.endpoint
  const made = await makeFolder()
  remove = made.remove
  engine = await openTestEngine(path.join(made.folder, 'library'))
})
beforeEach(() => {
  fault = () => null
})
afterAll(async () => {
  await engine.close()
  await server.close()
  await remove()
  process.env = environment
})

const hub = (name: string) => ({ kind: 'hub', repo: `foible/${name}`, revision: null }) as const

/** Lets no answer come for what this matches; resolves when it is asked for. */
function hangAt(pattern: RegExp): Promise<void> {
  const asked = Promise.withResolvers<void>()
  fault = (request) => {
    if (!pattern.test(request.path)) return null
    asked.resolve()
    return { kind: 'hang' }
  }
  return asked.promise
}

describe('importing from the Hub', () => {
  it.each(layouts)('[IM20] gives the same dataset as the folder itself, without an image: %s', async (layout) => {
    const before = server.requests.length
    const remote = await engine.import(hub(layout))
    expect(server.requests.slice(before).filter(isImage)).toEqual([])
    const local = await engine.import(path.join(exportsFolder, layout), { name: `${layout} here` })
    const withoutSizes = (samples: Record<string, unknown>[]) =>
      samples.map(({ width: _width, height: _height, ...rest }) => rest)
    expect(withoutSizes(await readSamples(engine, remote))).toEqual(withoutSizes(await readSamples(engine, local)))
    const [a, b] = await Promise.all([remote, local].map((dataset) => engine.call('datasets.open', { dataset })))
    expect(a!.source).toEqual({
      kind: 'hub',
      repo: `foible/${layout}`,
      revision: 'main',
      sha: server.sha('dataset', `foible/${layout}`),
    })
    const runs = ({ runs }: typeof a & {}) => runs.map(({ model, right, judged }) => ({ model, right, judged }))
    expect(runs(a!)).toEqual(runs(b!))
    expect(a!.fields.map(({ name, kind, role }) => ({ name, kind, role }))).toEqual(
      b!.fields.map(({ name, kind, role }) => ({ name, kind, role })),
    )
  })

  it('[IM21] fetches exactly the image that is looked at, at the pinned commit, and once', async () => {
    const dataset = await engine.import(hub('imagefolder'), { name: 'lazy' })
    const before = server.requests.length
    const looked = await Promise.all([1, 1, 1].map(() => engine.engine.image(dataset, 3, 'thumb', neverAborted)))
    expect(looked.map((image) => image?.type)).toEqual(['image/webp', 'image/webp', 'image/webp'])
    await engine.engine.image(dataset, 3, 'image', neverAborted)
    const { fileName } = await engine.call('samples.get', { dataset, id: 3 })
    const asked = server.requests.slice(before).filter((request) => request.method === 'GET' && request.host === 'hub')
    const sha = server.sha('dataset', 'foible/imagefolder')
    expect(asked.filter(isImage).map(({ path: file }) => file)).toEqual([
      `/datasets/foible/imagefolder/resolve/${sha}/${fileName}`,
    ])
  })

  it('[IM22] leaves nothing of an import that is cancelled half way', async () => {
    // In a library that has nothing of the repository yet.
    const engine = await openTestEngine(path.join(await createTempFolder(), 'library'))
    onTestFinished(() => engine.close())
    const asked = hangAt(/metadata\.csv$/)
    const before = await readdir(path.join(engine.library, 'datasets'))
    const { job, dataset } = await engine.call('imports.start', {
      source: hub('imagefolder'),
      name: 'cancelled',
      split: null,
      maxSamples: null,
      copy: false,
    })
    await asked
    await engine.call('jobs.cancel', { job: job.id })
    await expect(engine.engine.jobs.wait(job.id)).rejects.toMatchObject({ code: 'cancelled' })
    expect(await readdir(path.join(engine.library, 'datasets'))).toEqual(before)
    expect((await engine.call('jobs.list', {})).find(({ id }) => id === job.id)?.state).toBe('cancelled')
    fault = () => null
    await engine.call('jobs.resume', { job: job.id })
    await engine.engine.jobs.wait(job.id)
    expect((await engine.call('datasets.open', { dataset })).samples).toBe(24)
  })

  it('[IM23] can import again after the process was killed in the middle, and goes on with it by itself', async () => {
    const library = path.join(await createTempFolder(), 'library')
    const asked = hangAt(/metadata\.csv$/)
    const child = spawn(
      process.execPath,
      ['main/cli/main.ts', 'import', 'hf:foible/imagefolder', '--library', library, '--quiet'],
      { cwd: projectRoot, stdio: 'ignore' },
    )
    const ended = new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)))
    await asked
    child.kill('SIGKILL')
    expect(await ended).toBe('SIGKILL')
    fault = () => null

    const again = await openTestEngine(library)
    expect(await again.call('datasets.list', {})).toEqual([])
    expect(await again.import(hub('imagefolder'))).toBe('imagefolder')
    await again.call('datasets.delete', { dataset: 'imagefolder' })
    await again.close()

    const stopped = hangAt(/metadata\.csv$/)
    const first = await openTestEngine(library, true)
    const { job } = await first.call('imports.start', {
      source: hub('imagefolder'),
      name: null,
      split: null,
      maxSamples: null,
      copy: false,
    })
    await stopped
    await first.close()
    expect(existsSync(path.join(library, 'datasets/imagefolder'))).toBe(false)
    fault = () => null
    const resumed = await openTestEngine(library, true)
    onTestFinished(() => resumed.close())
    await resumed.engine.jobs.wait(job.id)
    expect((await resumed.call('datasets.open', { dataset: 'imagefolder' })).samples).toBe(24)
  })

  it('[IM24] says that the Hub cannot be reached, or has no such dataset, with the way out', async () => {
    await expect(engine.import({ kind: 'hub', repo: 'foible/nothing', revision: null })).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:not_found|auth_required)$/),
    })
    fault = () => ({ kind: 'status', status: 404 })
    await expect(engine.import(hub('imagefolder'))).rejects.toMatchObject({ code: 'not_found' })
    await expect(engine.import({ kind: 'hub', repo: 'not a repo', revision: null })).rejects.toMatchObject({
      code: 'usage',
    })
  })
})
