import { createHash } from 'node:crypto'
import { cp, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { downloadFile } from '#hub/download.ts'
import { HubClient } from '#hub/hub-client.ts'
import { type HubServer, type HubServerOptions, startHubServer } from '../../hub/hub-server.ts'
import { downloadContext, openTestClient, openTestHub, patience } from '../../hub/open-test-hub.ts'
import { exportsFolder } from '../formats/expected.ts'
import { neverAborted, openFolder, openTree, readAll } from '../../support/open-dataset.ts'
import { readIndex } from '../../support/read-index.ts'
import { createTempFolder } from '../../support/temp-folder.ts'

const layouts = ['fiftyone-dataset-pushed', 'imagefolder', 'parquet-hf']
const token = 'hf_secret'

async function serve(options: Partial<HubServerOptions> = {}): Promise<HubServer> {
  const repos = layouts.map((name) => ({
    type: 'dataset' as const,
    name: `foible/${name}`,
    folder: path.join(exportsFolder, name),
  }))
  const server = await startHubServer({ repos, ...options })
  onTestFinished(() => server.close())
  return server
}

const clientFor = (server: HubServer, options: Parameters<typeof openTestClient>[1] = {}) =>
  openTestClient(server.endpoint, options)

/** A dataset of one large and one small file. */
async function servePair(options: Partial<HubServerOptions> = {}) {
  const folder = await createTempFolder()
  const big = Buffer.alloc(300_000, 'abcdefg')
  await writeFile(path.join(folder, 'big.bin'), big)
  await writeFile(path.join(folder, 'small.txt'), 'hello')
  const server = await serve({ ...options, repos: [{ type: 'dataset', name: 'o/pair', folder }] })
  const sha = server.sha('dataset', 'o/pair')
  const repo = { type: 'dataset', name: 'o/pair' } as const
  const target = path.join(await createTempFolder(), 'deep/er/big.bin')
  return { server, folder, big, request: { repo, sha, path: 'big.bin', target } }
}

describe('reading a dataset from the Hub', () => {
  it.each(layouts)('[HB1] gives the same index as the local folder: %s', async (name) => {
    const server = await serve({ pageSize: 7 })
    const hub = await openTestHub(server.endpoint)
    const sha = await hub.resolve('dataset', `foible/${name}`, null, neverAborted)
    expect(sha).toBe(server.sha('dataset', `foible/${name}`))
    const remote = await openTree(await hub.tree(`foible/${name}`, sha))
    const local = await openFolder(path.join(exportsFolder, name))
    expect(await readIndex(remote)).toEqual(await readIndex(local))
    expect(remote.findings()).toEqual(local.findings())
    expect(remote.classes).toEqual(local.classes)
  })

  it('[HB2] asks for the media of no sample while indexing', async () => {
    const server = await serve()
    const hub = await openTestHub(server.endpoint)
    for (const name of ['foible/fiftyone-dataset-pushed', 'foible/imagefolder']) {
      const sha = await hub.resolve('dataset', name, 'main', neverAborted)
      await readIndex(await openTree(await hub.tree(name, sha)))
    }
    expect(server.requests.filter(({ path: asked }) => /\.(?:png|jpg)$/.test(asked))).toEqual([])
  })

  it('[HB3] stays at the commit it resolved, whatever the branch does', async () => {
    const folder = await createTempFolder()
    await cp(path.join(exportsFolder, 'imagefolder'), folder, { recursive: true })
    const server = await serve({ repos: [{ type: 'dataset', name: 'o/d', folder }] })
    const hub = await openTestHub(server.endpoint)
    const sha = await hub.resolve('dataset', 'o/d', 'main', neverAborted)
    await writeFile(path.join(folder, 'new.txt'), 'x')
    server.refresh()
    const tree = await hub.tree('o/d', sha)
    await expect(tree.list(neverAborted)).rejects.toMatchObject({ code: 'not_found' })
    expect(await hub.resolve('dataset', 'o/d', 'main', neverAborted)).not.toBe(sha)
  })

  it('[HB4] knows the sha256 of large files from the listing', async () => {
    const server = await serve()
    const hub = await openTestHub(server.endpoint)
    const tree = await hub.tree('foible/imagefolder', server.sha('dataset', 'foible/imagefolder'))
    const entry = await tree.find('train/dots/n dots (1).jpg', neverAborted)
    const bytes = await readFile(path.join(exportsFolder, 'imagefolder/train/dots/n dots (1).jpg'))
    expect(entry?.sha256).toBe(createHash('sha256').update(bytes).digest('hex'))
    expect(entry?.sizeBytes).toBe(bytes.length)
  })
})

describe('refusals', () => {
  it('[HB10] are typed: no repository, no revision, no file', async () => {
    const server = await serve()
    const client = clientFor(server)
    await expect(
      client.resolveRevision({ type: 'dataset', name: 'no/body' }, null, neverAborted),
    ).rejects.toMatchObject({ code: 'auth_required' })
    const repo = { type: 'dataset', name: 'foible/imagefolder' } as const
    await expect(client.resolveRevision(repo, 'nope', neverAborted)).rejects.toMatchObject({ code: 'not_found' })
    const sha = server.sha('dataset', repo.name)
    const tree = await (await openTestHub(server.endpoint)).tree(repo.name, sha)
    await expect(tree.read('nope.txt', 100, neverAborted)).rejects.toMatchObject({ code: 'not_found' })
    await expect(client.resolveRevision({ type: 'dataset', name: '../x' }, null, neverAborted)).rejects.toMatchObject({
      code: 'usage',
    })
  })

  it('[HB11] of private and gated repositories say that a token is needed, and end with one', async () => {
    const folder = path.join(exportsFolder, 'imagefolder')
    const server = await serve({
      token,
      repos: [
        { type: 'dataset', name: 'o/private', folder, isPrivate: true },
        { type: 'dataset', name: 'o/gated', folder, isGated: true },
      ],
    })
    const stranger = await openTestHub(server.endpoint)
    const friend = await openTestHub(server.endpoint, { token })
    await expect(stranger.resolve('dataset', 'o/private', null, neverAborted)).rejects.toMatchObject({
      code: 'auth_required',
    })
    const sha = await stranger.resolve('dataset', 'o/gated', null, neverAborted)
    const gated = await stranger.tree('o/gated', sha)
    await expect(gated.read('test/metadata.csv', 9999, neverAborted)).rejects.toMatchObject({
      code: 'auth_required',
      message: expect.stringContaining('gated') as string,
    })
    expect(await readIndex(await openTree(await friend.tree('o/gated', sha)))).toHaveLength(24)
  })

  it('[HB12] never hands the token to the CDN', async () => {
    const { server, request } = await servePair()
    await downloadFile(request, downloadContext(clientFor(server, { token })))
    const cdn = server.requests.filter(({ host }) => host === 'cdn')
    expect(cdn.length).toBeGreaterThan(0)
    expect(cdn.some(({ hasToken }) => hasToken)).toBe(false)
    expect(server.requests.filter(({ host }) => host === 'hub').every(({ hasToken }) => hasToken)).toBe(true)
  })

  it('[HB13] a Hub that cannot be reached is a network error with the way out', async () => {
    const client = new HubClient({ endpoint: 'http://127.0.0.1:9', token: null, maxAttempts: 2, ...patience().options })
    await expect(client.resolveRevision({ type: 'dataset', name: 'o/d' }, null, neverAborted)).rejects.toMatchObject({
      code: 'network',
    })
  })
})

describe('patience', () => {
  it('[HB20] waits as long as a 429 says, then goes on', async () => {
    let refusals = 2
    const limit = {
      kind: 'status',
      status: 429,
      headers: { ratelimit: '"api";r=0;t=55', 'ratelimit-policy': '"fixed window";"api";q=500;w=300' },
    } as const
    const server = await serve({ fault: () => (refusals-- > 0 ? limit : null) })
    const { waits, options } = patience()
    const told: string[] = []
    const tell = ({ reason }: { readonly reason: string }) => {
      told.push(reason)
      return () => told.push('go')
    }
    const client = clientFor(server, { ...options, onWait: tell })
    await client.resolveRevision({ type: 'dataset', name: 'foible/imagefolder' }, null, neverAborted)
    expect(waits).toEqual([55_000, 55_000])
    expect(told).toEqual(['rate limit', 'go', 'rate limit', 'go'])
  })

  it('[HB21] gives up with rate_limited when the pause is too long or never ends', async () => {
    const server = await serve({ fault: () => ({ kind: 'status', status: 429, headers: { 'retry-after': '4000' } }) })
    const { waits, options } = patience()
    const client = clientFor(server, options)
    await expect(
      client.resolveRevision({ type: 'dataset', name: 'foible/imagefolder' }, null, neverAborted),
    ).rejects.toMatchObject({ code: 'rate_limited', details: { seconds: 4000 } })
    expect(waits).toEqual([])
  })

  it('[HB22] tries again after 5xx with growing pauses', async () => {
    let troubles = 3
    const server = await serve({ fault: () => (troubles-- > 0 ? { kind: 'status', status: 503 } : null) })
    const { waits, options } = patience()
    await clientFor(server, options).resolveRevision(
      { type: 'dataset', name: 'foible/imagefolder' },
      null,
      neverAborted,
    )
    expect(waits).toEqual([1000, 2000, 4000])
  })
})

describe('downloads', () => {
  it('[HB30] go on where an earlier attempt stopped, by Range', async () => {
    const { server, big, request } = await servePair()
    await mkdir(path.dirname(request.target), { recursive: true })
    await writeFile(`${request.target}.part`, big.subarray(0, 123_456))
    await downloadFile(request, downloadContext(clientFor(server)))
    expect((await readFile(request.target)).equals(big)).toBe(true)
    expect(server.requests.at(-1)).toMatchObject({ host: 'cdn', range: 'bytes=123456-' })
    expect(await readdir(path.dirname(request.target))).toEqual(['big.bin'])
  })

  it('[HB31] go on by themselves when the connection breaks', async () => {
    let cuts = 2
    const { server, big, request } = await servePair({
      fault: ({ host }) => (host === 'cdn' && cuts-- > 0 ? { kind: 'cut', afterBytes: 100_000 } : null),
    })
    await downloadFile(request, downloadContext(clientFor(server)))
    expect((await readFile(request.target)).equals(big)).toBe(true)
    expect(server.requests.filter(({ host }) => host === 'cdn').length).toBe(3)
  })

  it('[HB32] start again where the server ignores the range', async () => {
    const { server, big, request } = await servePair({ fault: () => ({ kind: 'ignore-range' }) })
    await mkdir(path.dirname(request.target), { recursive: true })
    await writeFile(`${request.target}.part`, big.subarray(0, 50_000))
    await downloadFile(request, downloadContext(clientFor(server)))
    expect((await readFile(request.target)).equals(big)).toBe(true)
  })

  it('[HB33] refuse a file whose checksum is wrong, and do not keep it', async () => {
    const { server, request } = await servePair({
      fault: ({ path: asked }) =>
        asked.includes('resolve-cache') || asked.startsWith('/repos') ? { kind: 'corrupt' } : null,
    })
    await expect(downloadFile(request, downloadContext(clientFor(server)))).rejects.toMatchObject({
      code: 'broken_file',
    })
    expect(await readdir(path.dirname(request.target))).toEqual([])
    // A small file has Git's blob name for a checksum.
    await expect(
      downloadFile({ ...request, path: 'small.txt' }, downloadContext(clientFor(server))),
    ).rejects.toMatchObject({ code: 'broken_file' })
  })

  it('[HB34] take no beginning that is another file', async () => {
    const { server, big, request } = await servePair()
    await mkdir(path.dirname(request.target), { recursive: true })
    await writeFile(`${request.target}.part`, Buffer.alloc(400_000, 'x'))
    await downloadFile(request, downloadContext(clientFor(server)))
    expect((await readFile(request.target)).equals(big)).toBe(true)
    await writeFile(`${request.target}.part`, Buffer.alloc(1000, 'x'))
    await downloadFile(request, downloadContext(clientFor(server)))
    expect((await readFile(request.target)).equals(big)).toBe(true)
  })

  it('[HB35] stop when cancelled and keep what has come', async () => {
    const { server, request } = await servePair()
    const controller = new AbortController()
    const watched = { ...request, onProgress: () => controller.abort() }
    await expect(downloadFile(watched, downloadContext(clientFor(server), controller.signal))).rejects.toMatchObject({
      code: 'cancelled',
    })
    expect((await stat(`${request.target}.part`)).size).toBeGreaterThan(0)
  })
})

describe('the queue', () => {
  let folder = ''
  beforeEach(async () => {
    folder = await createTempFolder()
  })

  it('[HB40] fetches a file once, however many wait for it, and lets urgent ones overtake', async () => {
    const server = await serve()
    const hub = await openTestHub(server.endpoint)
    const sha = server.sha('dataset', 'foible/imagefolder')
    const tree = await hub.tree('foible/imagefolder', sha)
    const files = (await tree.list(neverAborted)).map((entry) => entry.path).filter((file) => file.endsWith('g'))
    const order: string[] = []
    const fetchFile = async (file: string, urgent: boolean) => {
      await hub.download('foible/imagefolder', sha, file, path.join(folder, file), urgent, neverAborted)
      order.push(file)
    }
    const last = files.at(-1) ?? ''
    await Promise.all([...files.map((file) => fetchFile(file, false)), fetchFile(last, true)])
    expect(server.requests.filter(({ path: asked, host }) => host === 'cdn' && asked.endsWith(last))).toHaveLength(1)
    expect(order.indexOf(last)).toBeLessThan(files.length - 1)
    for (const file of files)
      expect(await readFile(path.join(folder, file))).toEqual(
        await readFile(path.join(exportsFolder, 'imagefolder', file)),
      )
  })

  it('[HB41] stops a download when nobody waits for it any more, and no sooner', async () => {
    let hangs = true
    const server = await serve({ fault: ({ host }) => (host === 'cdn' && hangs ? { kind: 'hang' } : null) })
    const hub = await openTestHub(server.endpoint)
    const sha = server.sha('dataset', 'foible/imagefolder')
    const file = 'train/dots/n dots (1).jpg'
    const target = path.join(folder, 'x.jpg')
    const [first, second] = [new AbortController(), new AbortController()]
    const waiting = [first, second].map(({ signal }) =>
      hub.download('foible/imagefolder', sha, file, target, false, signal),
    )
    const settled = Promise.allSettled(waiting)
    first.abort()
    await expect(waiting[0]).rejects.toMatchObject({ code: 'cancelled' })
    second.abort()
    await settled
    hangs = false
    await hub.download('foible/imagefolder', sha, file, target, true, neverAborted)
    expect(await readFile(target)).toEqual(await readFile(path.join(exportsFolder, 'imagefolder', file)))
  })

  it('[HB42] fetches of a model what Foible reads, and leaves the rest', async () => {
    const source = await createTempFolder()
    for (const file of [
      'model.onnx',
      'model.onnx_data',
      'config.json',
      'README.md',
      'pytorch_model.bin',
      'onnx/model_fp16.onnx',
    ]) {
      await mkdir(path.dirname(path.join(source, file)), { recursive: true })
      await writeFile(path.join(source, file), file)
    }
    const server = await serve({ repos: [{ type: 'model', name: 'o/m', folder: source }] })
    const hub = await openTestHub(server.endpoint)
    const sha = await hub.resolve('model', 'o/m', null, neverAborted)
    const fetched = await hub.fetchModel('o/m', sha, neverAborted)
    expect((await readdir(fetched)).sort()).toEqual(['README.md', 'config.json', 'model.onnx', 'model.onnx_data'])
  })

  it('[HB43] refuses a model repository without an ONNX file', async () => {
    const server = await serve({
      repos: [{ type: 'model', name: 'o/m', folder: path.join(exportsFolder, 'imagefolder') }],
    })
    const hub = await openTestHub(server.endpoint)
    await expect(hub.fetchModel('o/m', server.sha('model', 'o/m'), neverAborted)).rejects.toMatchObject({
      code: 'unsupported_format',
    })
  })
})

it('[HB50] a reader stops when it is cancelled', async () => {
  const server = await serve()
  const hub = await openTestHub(server.endpoint)
  const controller = new AbortController()
  controller.abort()
  const tree = await hub.tree('foible/parquet-hf', server.sha('dataset', 'foible/parquet-hf'))
  await expect(openTree(tree, { ...readAll, signal: controller.signal })).rejects.toMatchObject({ code: 'cancelled' })
})
