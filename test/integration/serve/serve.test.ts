// The browser shell's server over real HTTP and WebSockets, with a real engine on an empty library.
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { FoibleError } from '#core/errors.ts'
import { everything } from '#core/filter/expr.ts'
import { createSocketChannel } from '#contract/channel-socket.ts'
import { connectRpc, type RpcClient } from '#contract/rpc.ts'
import { createEngine, type Engine } from '#engine/create-engine.ts'
import { startServer, type RunningServer } from '#serve/serve.ts'

let folder: string
let rendererDir: string
let engine: Engine
let server: RunningServer

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foible-serve-'))
  rendererDir = join(folder, 'renderer')
  await mkdir(join(rendererDir, 'assets'), { recursive: true })
  await writeFile(join(rendererDir, 'index.html'), '<html><head><meta name="csp-nonce" content="" /></head></html>')
  await writeFile(join(rendererDir, 'assets', 'index-abc.js'), 'export {}')
  await writeFile(join(folder, 'secret.txt'), 'secret')
  engine = createEngine({ library: join(folder, 'library') })
  server = await startServer({ engine, host: '127.0.0.1', port: 0, rendererDir })
})

afterAll(async () => {
  await server.close()
  await engine.close()
  await rm(folder, { recursive: true, force: true })
})

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** Paths go out as they are written, unlike with fetch, which tidies them up. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  const { port } = new URL(server.url)
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      )
    })
    outgoing.on('error', reject)
    outgoing.end()
  })
}

/** The Cookie header of a new session. */
async function openSession(): Promise<string> {
  const { pathname, search } = new URL(server.issueUrl())
  const { headers } = await get(pathname + search)
  const [cookie = ''] = headers['set-cookie'] ?? []
  return cookie.split(';')[0] ?? ''
}

function openSocket(headers: Record<string, string>): WebSocket {
  const { host } = new URL(server.url)
  return new WebSocket(`ws://${host}/rpc`, { headers: { origin: `http://${host}`, ...headers } })
}

async function connect(cookie: string): Promise<{ readonly client: RpcClient; readonly socket: WebSocket }> {
  const socket = openSocket({ cookie })
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  const client = connectRpc(
    createSocketChannel({
      binaryType: 'arraybuffer',
      send: (data) => socket.send(data),
      close: () => socket.close(),
      addEventListener: (type, listener) => {
        socket.binaryType = 'arraybuffer'
        if (type === 'message') socket.addEventListener('message', (event) => listener({ data: event.data }))
        else socket.addEventListener('close', () => listener({}))
      },
    }),
  )
  return { client, socket }
}

/** A dataset of two images, imported by the engine itself; resolves to its id. */
async function importTwoImages(): Promise<string> {
  const source = await mkdtemp(join(folder, 'images-'))
  const reference = resolve(import.meta.dirname, '../../fixtures/models/reference')
  for (const [label, name] of [
    ['cat', '1-rgb-301x257.png'],
    ['dog', '5-fine-641x487.png'],
  ] as const) {
    await mkdir(join(source, label))
    await copyFile(join(reference, name), join(source, label, name))
  }
  const { job, dataset } = await engine.handlers['imports.start'](
    {
      source: { kind: 'place', place: engine.places.register(source) },
      name: null,
      split: null,
      maxSamples: null,
      copy: false,
      format: null,
      useAdapter: true,
      labelMap: null,
      labelRule: null,
    },
    { signal: new AbortController().signal, progress: () => {} },
  )
  await engine.jobs.wait(job.id, new AbortController().signal)
  return dataset
}

function upgradeStatus(headers: Record<string, string>): Promise<number> {
  const socket = openSocket(headers)
  return new Promise((resolve) => {
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0))
    socket.on('open', () => {
      socket.close()
      resolve(101)
    })
    socket.on('error', () => {})
  })
}

describe('sessions', () => {
  it('[SV1] exchanges the token for a cookie and redirects it away', async () => {
    const { pathname, search } = new URL(server.issueUrl())
    const answer = await get(pathname + search)
    expect(answer.status).toBe(303)
    expect(answer.headers['location']).toBe('/')
    const cookie = String(answer.headers['set-cookie']).split(';')[0] ?? ''
    expect((await get('/', { cookie })).status).toBe(200)
  })

  it('[SV2] lets a token in once', async () => {
    const { pathname, search } = new URL(server.issueUrl())
    const first = await get(pathname + search)
    const again = await get(pathname + search)
    expect(again.status).toBe(403)
    expect(again.body).toContain('used already')
    const cookie = String(first.headers['set-cookie']).split(';')[0] ?? ''
    expect((await get(pathname + search, { cookie })).status).toBe(303)
  })

  it('[SV3] answers nothing without a session', async () => {
    for (const path of ['/', '/index.html', '/assets/index-abc.js', '/images/sampler/1/thumb', '/nothing']) {
      expect((await get(path)).status, path).toBe(401)
      expect((await get(path, { cookie: 'foible-1=guess' })).status, path).toBe(401)
    }
    expect(await upgradeStatus({})).toBe(403)
  })

  it('[SV12] marks the cookie for this server and this site only', async () => {
    const { pathname, search, port } = new URL(server.issueUrl())
    const [cookie = ''] = (await get(pathname + search)).headers['set-cookie'] ?? []
    expect(cookie).toMatch(new RegExp(`^foible-${port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict$`))
  })
})

describe('where requests come from', () => {
  it.each([
    ['a name that DNS could point here', { host: 'foible.example' }],
    ['another site', { origin: 'https://example.org' }],
    ['another port of this machine', { origin: 'http://127.0.0.1:1' }],
    ['a script of another site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
  ])('[SV4] refuses %s', async (_name, headers) => {
    const cookie = await openSession()
    expect((await get('/', { cookie, ...headers })).status).toBe(403)
  })

  it.each(['localhost:9000', '127.0.0.1:9000', '[::1]:9000'])('[SV4] answers to %s through a tunnel', async (host) => {
    const cookie = await openSession()
    expect((await get('/', { cookie, host })).status).toBe(200)
    expect((await get('/', { cookie, host, origin: `http://${host}` })).status).toBe(200)
  })

  it('[SV4] only reads', async () => {
    expect((await get('/', { cookie: await openSession() }, 'POST')).status).toBe(405)
  })
})

describe('pages and files', () => {
  it('[SV5] sends the page with a policy and a nonce of its own', async () => {
    const cookie = await openSession()
    const [first, second] = [await get('/', { cookie }), await get('/', { cookie })]
    const nonce = /content="([\w-]{22})"/.exec(first.body)?.[1]
    expect(nonce).toBeDefined()
    expect(second.body).not.toContain(nonce)
    const policy = String(first.headers['content-security-policy'])
    expect(policy).toContain(`default-src 'none'`)
    expect(policy).toContain(`style-src 'self' 'nonce-${nonce}'`)
    expect(policy).not.toContain('unsafe')
    expect(first.headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    })
  })

  it('[SV5] lets hashed files be kept', async () => {
    const answer = await get('/assets/index-abc.js', { cookie: await openSession() })
    expect(answer.headers['content-type']).toBe('text/javascript; charset=utf-8')
    expect(answer.headers['cache-control']).toContain('immutable')
    expect(answer.body).toBe('export {}')
  })

  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/..\\..\\secret.txt',
    '//secret.txt',
    '/assets/index-abc.js%00.txt',
  ])('[SV6] does not reach %s', async (path) => {
    const answer = await get(path, { cookie: await openSession() })
    expect(answer.status).toBe(404)
    expect(answer.body).not.toContain('secret')
  })

  it('[SV9] sends an image with a tag, and nothing to whoever has it', async () => {
    const cookie = await openSession()
    const dataset = await importTwoImages()
    const first = await get(`/images/${dataset}/1/image`, { cookie })
    expect(first.status).toBe(200)
    expect(first.headers['content-type']).toBe('image/png')
    const again = await get(`/images/${dataset}/1/image`, { cookie, 'if-none-match': String(first.headers['etag']) })
    expect(again).toMatchObject({ status: 304, body: '' })
    const thumbnail = await get(`/images/${dataset}/2/thumb`, { cookie })
    expect(thumbnail.headers['content-type']).toMatch(/^image\//)
    expect(thumbnail.headers['etag']).not.toBe(first.headers['etag'])
  })

  it('[SV9] answers 404 for an image that is not there', async () => {
    const cookie = await openSession()
    expect((await get('/images/nothing/1/thumb', { cookie })).status).toBe(404)
    expect((await get('/images/..%2f..%2fx/1/thumb', { cookie })).status).toBe(404)
  })
})

describe('calls', () => {
  it('[SV7] answers with typed arrays and typed errors', async () => {
    const dataset = await importTwoImages()
    const { client, socket } = await connect(await openSession())
    const order = { groupBy: null, sort: null }
    const page = await client.call('query.page', {
      dataset,
      filter: everything,
      order,
      offset: 0,
      limit: 10,
      columns: [],
    })
    expect(page.ids).toEqual(Uint32Array.of(1, 2))
    await expect(client.call('datasets.open', { dataset: 'nothing' })).rejects.toMatchObject({ code: 'not_found' })
    socket.close()
  })

  it('[SV7] passes events to every client', async () => {
    const cookie = await openSession()
    const clients = await Promise.all([connect(cookie), connect(cookie)])
    const heard = clients.map(({ client }) => new Promise((done) => client.on('library.changed', done)))
    await importTwoImages()
    await Promise.all(heard)
    for (const { socket } of clients) socket.close()
  })

  it('[SV8] opens for the page of this server only', async () => {
    const cookie = await openSession()
    expect(await upgradeStatus({ cookie })).toBe(101)
    expect(await upgradeStatus({ cookie, origin: 'https://example.org' })).toBe(403)
    expect(await upgradeStatus({ cookie, host: 'foible.example' })).toBe(403)
  })

  it('[SV8] survives frames that are no messages', async () => {
    const cookie = await openSession()
    for (const frame of ['text', Buffer.from([0xc1]), Buffer.from([0xc0])]) {
      const { socket } = await connect(cookie)
      const closed = new Promise<number>((resolve) => socket.once('close', resolve))
      socket.send(frame)
      expect(await closed).toBe(1007)
    }
    const { client, socket } = await connect(cookie)
    expect(await client.call('app.info', {})).toHaveProperty('version')
    socket.close()
  })
})

describe('listening', () => {
  it('[SV10] says that a port is taken', async () => {
    const port = Number(new URL(server.url).port)
    await expect(startServer({ engine, host: '127.0.0.1', port, rendererDir })).rejects.toMatchObject({
      code: 'already_exists',
      message: expect.stringContaining('--port'),
    })
  })

  it('[SV10] says that an address is not of this machine', async () => {
    const host = '198.51.100.7'
    await expect(startServer({ engine, host, port: 0, rendererDir, allowRemote: true })).rejects.toThrow(FoibleError)
  })

  it('[SV10] says that the interface is not built', async () => {
    const missing = join(folder, 'nothing')
    await expect(startServer({ engine, host: '127.0.0.1', port: 0, rendererDir: missing })).rejects.toMatchObject({
      code: 'not_found',
      message: expect.stringContaining('npm run build'),
    })
  })

  it('[SV11] refuses to listen on other addresses unasked', async () => {
    await expect(startServer({ engine, host: '0.0.0.0', port: 0, rendererDir })).rejects.toMatchObject({
      code: 'usage',
    })
    const open = await startServer({ engine, host: '0.0.0.0', port: 0, rendererDir, allowRemote: true })
    await open.close()
  })
})
