// What goes wrong at the Hub, one fault at a time, through the whole engine: the import ends right or says why not, and the
// next attempt fetches nothing again that was checked already.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { ErrorCode } from '#core/errors.ts'
import { type HubFault, type HubRequest, type HubServer, startHubServer } from '../../hub/hub-server.ts'
import { patience } from '../../hub/open-test-hub.ts'
import { drawColours } from '../../support/colour-folder.ts'
import { neverAborted } from '../../support/open-dataset.ts'
import { type TestEngine, failureOf, openTestEngine, readSamples } from '../../support/test-engine.ts'
import { createTempFolder } from '../../support/temp-folder.ts'

const repo = 'o/colours'
const images = 12
const token = 'hf_secret'
const source = { kind: 'hub', repo, revision: null } as const

/** A colour folder whose table is large enough to break in the middle, and lies on the CDN. */
async function drawDataset(): Promise<string> {
  const folder = await createTempFolder()
  await drawColours(folder, images)
  const table = path.join(folder, 'metadata.csv')
  const [header, ...rows] = (await readFile(table, 'utf8')).trim().split('\n')
  const long = rows.map((row, i) => `${row},${String.fromCharCode(97 + i).repeat(25_000)}`)
  await writeFile(table, `${[`${header},essay`, ...long].join('\n')}\n`)
  await writeFile(path.join(folder, 'README.md'), '---\nlicense: cc0-1.0\n---\nDrawn.\n')
  return folder
}

interface Scene {
  readonly server: HubServer
  engine: TestEngine
  waits: readonly number[]
  readonly library: string
  readonly folder: string
  /** What goes wrong from now on; null = nothing. */
  fault: ((request: HubRequest) => HubFault | null) | null
}

let scene: Scene

beforeEach(async () => {
  const folder = await drawDataset()
  const server = await startHubServer({
    repos: [{ type: 'dataset', name: repo, folder }],
    lfsBytes: 50_000,
    token,
    fault: (request) => scene.fault?.(request) ?? null,
  })
  const library = path.join(await createTempFolder(), 'library')
  scene = { server, ...(await openEngine(library, server)), library, folder, fault: null }
  onTestFinished(async () => {
    await scene.engine.close()
    await server.close()
  })
})

async function openEngine(library: string, { endpoint }: HubServer, stallMs = 60_000) {
  const { waits, options } = patience()
  const hub = { ...options, endpoint, stallMs, pythonCache: path.join(library, 'none') }
  return { engine: await openTestEngine(library, false, { hub }), waits }
}

/** For connections that stand still: on a busy machine others seem to, where a test has no time to wait for them. */
async function loseThePatience(): Promise<void> {
  await scene.engine.close()
  Object.assign(scene, await openEngine(scene.library, scene.server, 400))
}

/** The fault for the requests of one file, so many times. */
function at(file: string, fault: HubFault, times = Infinity, host: 'hub' | 'cdn' = 'hub') {
  let left = times
  return (request: HubRequest) =>
    request.host === host && request.path.endsWith(`/${file}`) && left-- > 0 ? fault : null
}

/** Files that were checked and kept, and how far the unfinished ones are. */
async function keptFiles(): Promise<ReadonlyMap<string, { readonly isWhole: boolean; readonly size: number }>> {
  const root = path.join(scene.library, 'hub/datasets', repo, scene.server.sha('dataset', repo))
  const names = existsSync(root) ? await readdir(root) : []
  const kept = new Map<string, { isWhole: boolean; size: number }>()
  for (const name of names) {
    const { size } = await stat(path.join(root, name))
    kept.set(name.replace(/\.part$/, ''), { isWhole: !name.endsWith('.part'), size })
  }
  return kept
}

/** Imports with nothing wrong any more; checks the dataset, and that not one kept byte was fetched again. */
async function expectNextAttemptToGoOn(): Promise<void> {
  const { server, engine } = scene
  scene.fault = null
  const kept = await keptFiles()
  const before = new Map([...kept.keys()].map((file) => [file, server.sentBytes(file)]))
  await expectRight(await engine.import(source))
  for (const [file, { isWhole, size }] of kept) {
    const rest = isWhole ? 0 : (await stat(path.join(scene.folder, file))).size - size
    expect([file, server.sentBytes(file) - before.get(file)!]).toEqual([file, rest])
  }
}

async function expectRight(dataset: string): Promise<void> {
  const { engine } = scene
  const samples = await readSamples(engine, dataset)
  expect(samples.map(({ essay }) => String(essay).length)).toEqual(Array.from({ length: images }, () => 25_000))
  expect((await engine.engine.image(dataset, 1, 'thumb', neverAborted))?.type).toBe('image/webp')
}

describe('faults that end an import', () => {
  const status = (code: number, headers: Record<string, string> = {}): HubFault => ({
    kind: 'status',
    status: code,
    headers,
  })
  const gated = status(403, { 'x-error-code': 'GatedRepo' })
  const cases: readonly [string, HubFault, 'hub' | 'cdn', ErrorCode][] = [
    ['401', status(401), 'hub', 'auth_required'],
    ['403 of a gated repository', gated, 'hub', 'auth_required'],
    ['404', status(404), 'hub', 'not_found'],
    ['416', status(416), 'hub', 'broken_file'],
    ['429 without end', status(429, { ratelimit: '"resolvers";r=0;t=40' }), 'hub', 'rate_limited'],
    ['429 for an hour', status(429, { 'retry-after': '3600' }), 'hub', 'rate_limited'],
    ['500 without end', status(500), 'hub', 'network'],
    ['503 without end', status(503, { 'retry-after': '9' }), 'cdn', 'network'],
    ['truncation at the first byte, again and again', { kind: 'cut', afterBytes: 0 }, 'cdn', 'network'],
    ['a wrong checksum', { kind: 'corrupt' }, 'cdn', 'broken_file'],
    ['a wrong size', { kind: 'short', missingBytes: 5 }, 'cdn', 'broken_file'],
    ['a wrong entity tag', { kind: 'other-file', afterBytes: Infinity }, 'cdn', 'broken_file'],
    ['a connection on which nothing comes', { kind: 'stall', afterBytes: 0 }, 'cdn', 'network'],
  ]
  it.each(cases)('[HU1] %s is told by its code, and the next attempt goes on', async (_name, fault, host, code) => {
    if (fault.kind === 'stall') await loseThePatience()
    scene.fault = at('metadata.csv', fault, Infinity, host)
    const failure = await failureOf(scene.engine.import(source))
    expect(failure).toMatchObject({ code })
    expect(failure.message).toMatch(/[.]$/)
    expect(await readdir(path.join(scene.library, 'datasets'))).toEqual([])
    expect((await keptFiles()).get('README.md')).toMatchObject({ isWhole: true })
    await expectNextAttemptToGoOn()
  })

  it('[HU2] keeps what came of a file whose connection breaks, to the byte', async () => {
    await loseThePatience()
    const first = at('metadata.csv', { kind: 'stall', afterBytes: 100_000 }, 1, 'cdn')
    const others = at('metadata.csv', { kind: 'cut', afterBytes: 0 }, Infinity, 'cdn')
    scene.fault = (request) => first(request) ?? others(request)
    expect(await failureOf(scene.engine.import(source))).toMatchObject({ code: 'network' })
    expect((await keptFiles()).get('metadata.csv')).toEqual({ isWhole: false, size: 100_000 })
    await expectNextAttemptToGoOn()
    expect(scene.server.sentBytes('metadata.csv')).toBe((await stat(path.join(scene.folder, 'metadata.csv'))).size)
  })
})

describe('faults that an import gets over', () => {
  const once: readonly [string, HubFault, 'hub' | 'cdn'][] = [
    ['429 with a time', { kind: 'status', status: 429, headers: { ratelimit: '"resolvers";r=0;t=40' } }, 'hub'],
    ['503 with a time', { kind: 'status', status: 503, headers: { 'retry-after': '7' } }, 'hub'],
    ['500', { kind: 'status', status: 500 }, 'cdn'],
    ['416', { kind: 'status', status: 416 }, 'hub'],
    ['truncation', { kind: 'cut', afterBytes: 100_000 }, 'cdn'],
    ['a stall', { kind: 'stall', afterBytes: 100_000 }, 'cdn'],
    ['no answer', { kind: 'hang' }, 'cdn'],
    ['a wrong checksum', { kind: 'corrupt' }, 'cdn'],
    ['a wrong size', { kind: 'short', missingBytes: 5 }, 'cdn'],
    ['another file in its place, broken off', { kind: 'other-file', afterBytes: 100_000 }, 'cdn'],
    ['a slow link', { kind: 'slow', pieceBytes: 1000 }, 'cdn'],
  ]
  it.each(once)('[HU3] %s, once', async (_name, fault, host) => {
    if (fault.kind === 'stall' || fault.kind === 'hang') await loseThePatience()
    scene.fault = at('metadata.csv', fault, 1, host)
    await expectRight(await scene.engine.import(source))
  })

  it('[HU4] sends for the rest of a file only, after a truncation and after a stall', async () => {
    await loseThePatience()
    const { size } = await stat(path.join(scene.folder, 'metadata.csv'))
    for (const kind of ['cut', 'stall'] as const) {
      scene.fault = at('metadata.csv', { kind, afterBytes: 100_000 }, 1, 'cdn')
      const dataset = await scene.engine.import(source)
      const { range, sentBytes } = scene.server.requests.at(-1)!
      const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1])
      expect(from).toBeGreaterThan(0)
      expect(from).toBeLessThanOrEqual(100_000)
      expect(sentBytes).toBe(size - from)
      await scene.engine.call('datasets.delete', { dataset })
    }
  })

  it('[HU5] starts a file again where the server ignores ranges', async () => {
    const faults: HubFault[] = [{ kind: 'cut', afterBytes: 100_000 }, { kind: 'ignore-range' }]
    scene.fault = ({ host, path: file }) =>
      host === 'cdn' && file.endsWith('metadata.csv') ? (faults.shift() ?? null) : null
    await expectRight(await scene.engine.import(source))
  })

  it('[HU6] says what it waits for while it waits', async () => {
    scene.fault = at('metadata.csv', { kind: 'status', status: 429, headers: { ratelimit: '"r";r=0;t=40' } }, 1)
    const said = scene.engine.until('job.changed', ({ job }) => job.message === 'The Hub asks to wait 40 s')
    await scene.engine.import(source)
    expect((await said).job.kind).toBe('import')
    expect(scene.waits).toEqual([40_000])
    expect((await scene.engine.call('jobs.list', {}))[0]?.message).not.toContain('wait')
  })
})

describe('where requests are sent', () => {
  it('[HU7] to another host goes no token, and what it answers is checked', async () => {
    const heard: (string | undefined)[] = []
    const stranger = createServer((message, reply) => {
      heard.push(message.headers.authorization)
      reply.end('something else')
    })
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void stranger.close())
    const to = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}/elsewhere`
    await scene.engine.call('hub.setToken', { token })
    scene.fault = at('metadata.csv', { kind: 'redirect', to })
    const failure = await failureOf(scene.engine.import(source))
    expect(failure.code).toBe('broken_file')
    expect(heard).toEqual([undefined, undefined])
    expect(JSON.stringify([failure.message, failure.details])).not.toContain(token)
    await expectNextAttemptToGoOn()
    expect(scene.server.requests.filter(({ host }) => host === 'cdn').some(({ hasToken }) => hasToken)).toBe(false)
  })

  it('[HU8] a redirect to a file of this machine or without an end is refused', async () => {
    for (const to of [
      'file:///etc/passwd',
      'javascript:0',
      'http://[',
      `${scene.server.endpoint}/o/colours/resolve/x`,
    ]) {
      scene.fault = (request) => (request.path.includes('/resolve/') ? { kind: 'redirect', to } : null)
      expect(await failureOf(scene.engine.import(source))).toMatchObject({ code: 'network' })
    }
    await expectNextAttemptToGoOn()
  })
})

it('[HU9] stays at its commit when the branch moves while it imports', async () => {
  const old = await createTempFolder()
  await cp(scene.folder, old, { recursive: true })
  let isMoved = false
  const moved = await createTempFolder()
  await cp(scene.folder, moved, { recursive: true })
  await writeFile(path.join(moved, 'metadata.csv'), 'file_name,label\nred/000.png,green\n')
  const server = await startHubServer({
    repos: [
      {
        type: 'dataset',
        name: repo,
        get folder() {
          return isMoved ? moved : old
        },
        branches: { before: old },
      },
    ],
    fault: (request) => {
      // As soon as the commit is known the branch goes elsewhere.
      if (request.path.includes('/tree/')) isMoved = true
      return null
    },
  })
  const library = path.join(await createTempFolder(), 'library')
  const sha = server.sha('dataset', repo)
  const engine = await openTestEngine(library, false, { hub: { endpoint: server.endpoint } })
  onTestFinished(async () => {
    await engine.close()
    await server.close()
  })
  const dataset = await engine.import(source)
  expect((await engine.call('datasets.open', { dataset })).source).toMatchObject({ sha, revision: 'main' })
  expect(await readSamples(engine, dataset)).toHaveLength(images)
  expect(server.sha('dataset', repo)).not.toBe(sha)
})

describe('fetching all images', () => {
  it('[HU10] goes on after a failure with the images that are missing', async () => {
    const { engine, server } = scene
    const dataset = await engine.import(source)
    let allowed = 5
    scene.fault = ({ host, path: file }) =>
      host === 'cdn' && file.endsWith('.png') && --allowed < 0 ? { kind: 'status', status: 500 } : null
    const first = await engine.call('datasets.fetchImages', { dataset })
    expect(await failureOf(engine.engine.jobs.wait(first.job.id))).toMatchObject({ code: 'network' })
    scene.fault = null
    const media = path.join(engine.library, 'datasets', dataset, 'media')
    const kept = new Map<string, number>()
    for (const file of await readdir(media, { recursive: true }))
      if (/\.png(?:\.part)?$/.test(file))
        kept.set(file.replace(/\.part$/, ''), (await stat(path.join(media, file))).size)
    const before = server.sentBytes()
    expect(kept.size).toBeGreaterThan(0)
    const second = await engine.call('datasets.fetchImages', { dataset })
    await engine.engine.jobs.wait(second.job.id)
    const all = (await readdir(media, { recursive: true })).filter((file) => file.endsWith('.png'))
    expect(all).toHaveLength(images)
    const sizes = await Promise.all(
      all.map(async (file) => (await stat(path.join(media, file))).size - (kept.get(file) ?? 0)),
    )
    expect(server.sentBytes() - before).toBe(sizes.reduce((sum, size) => sum + size, 0))
  })

  it('[HU11] does not begin what does not fit on the disk, and says how much is missing', async () => {
    const library = path.join(await createTempFolder(), 'library')
    const hub = { endpoint: scene.server.endpoint, measureFreeBytes: () => Promise.resolve((64 << 20) + 400_000) }
    const engine = await openTestEngine(library, false, { hub })
    onTestFinished(() => engine.close())
    await mkdir(path.join(scene.folder, 'big'), { recursive: true })
    await writeFile(path.join(scene.folder, 'big', 'big.png'), Buffer.alloc(500_000))
    scene.server.refresh()
    const larger = await engine.import(source, { name: 'larger' })
    const { job } = await engine.call('datasets.fetchImages', { dataset: larger })
    const failure = await failureOf(engine.engine.jobs.wait(job.id))
    expect(failure).toMatchObject({ code: 'no_space', details: { freeBytes: 400_000 } })
    expect(failure.message).toMatch(/needs .+ and the disk has 400 kB to spare/)
    expect(await engine.engine.image(larger, images + 1, 'thumb', neverAborted)).not.toBeNull()
  })
})
