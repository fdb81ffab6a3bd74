// One HTTP request to its answer: the page, its files, images. Every answer carries the same protective headers.
import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { formatPagePolicy, withNonce } from '#contract/page-policy.ts'
import { listRendererFiles, readPage, type RendererFile } from './renderer-files.ts'
import type { EncodedImage, ServedEngine } from './served-engine.ts'
import type { Sessions } from './sessions.ts'

export interface Site {
  readonly engine: ServedEngine
  readonly rendererDir: string
  /** As they were when the page was last loaded: a build in between renames them. */
  files: ReadonlyMap<string, RendererFile>
  readonly sessions: Sessions
  /** Why the request is refused because of where it comes from, or null. */
  readonly refuse: (request: IncomingMessage) => string | null
}

const protectiveHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
}

/** What `models.tensor` drew, by its key. */
const tensorRoute = /^\/tensors\/([0-9a-f]{32}(?:-marks)?)$/
const imageRoute = /^\/images\/([a-z0-9][a-z0-9._-]{0,99})\/([1-9]\d{0,9})\/(thumb|image)$/

export async function answerRequest(site: Site, request: IncomingMessage, response: ServerResponse): Promise<void> {
  for (const [name, value] of Object.entries(protectiveHeaders)) response.setHeader(name, value)
  const refusal = site.refuse(request)
  if (refusal !== null) return sendText(response, 403, refusal)
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD')
    return sendText(response, 405, 'Only GET and HEAD are answered.')
  }
  // Not resolved against a base: `//name` is a path here, never a host.
  const url = new URL(`http://host.invalid${request.url ?? '/'}`)
  const token = url.searchParams.get('token')
  if (url.pathname === '/' && token !== null) return exchangeToken(site, token, request, response)
  if (!site.sessions.isAuthorised(request.headers.cookie)) {
    return sendText(response, 401, 'Open Foible with the address that it printed when it started.')
  }
  if (url.pathname === '/' || url.pathname === '/index.html') return sendPage(site, request, response)
  const image = imageRoute.exec(url.pathname)
  if (image !== null) return sendImage(site.engine, image, request, response)
  const [, tensorKey] = tensorRoute.exec(url.pathname) ?? []
  if (tensorKey !== undefined) return sendPicture(site.engine.tensorPicture(tensorKey), request, response)
  const file = site.files.get(url.pathname)
  if (file === undefined) return sendText(response, 404, 'There is nothing here.')
  return sendFile(file, request, response)
}

/** The token goes out of the address at once, so that it stays in no history; a reload of the old address still works. */
function exchangeToken(site: Site, token: string, request: IncomingMessage, response: ServerResponse): void {
  const cookie = site.sessions.exchange(token)
  if (cookie === null && !site.sessions.isAuthorised(request.headers.cookie)) {
    return sendText(
      response,
      403,
      'This address was used already, or is not from this server. Start "foible serve" again to get a new one.',
    )
  }
  if (cookie !== null) response.setHeader('set-cookie', cookie)
  response.writeHead(303, { location: '/', 'cache-control': 'no-store' }).end()
}

async function sendPage(site: Site, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const nonce = randomBytes(16).toString('base64url')
  site.files = await listRendererFiles(site.rendererDir)
  const page = withNonce(await readPage(site.rendererDir), nonce)
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': formatPagePolicy({
      nonce,
      images: [],
      connections: [`'self'`, `ws://${request.headers.host}`],
    }),
    'cache-control': 'no-store',
  })
  response.end(request.method === 'HEAD' ? undefined : page)
}

async function sendFile(file: RendererFile, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.writeHead(200, {
    'content-type': file.type,
    'cache-control': file.immutable ? 'private, max-age=31536000, immutable' : 'no-cache',
  })
  if (request.method === 'HEAD') response.end()
  else await pipeline(createReadStream(file.path), response)
}

async function sendImage(
  engine: ServedEngine,
  [, dataset = '', id = '', kind = '']: RegExpExecArray,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const image = await engine.image(dataset, Number(id), kind === 'thumb' ? 'thumb' : 'image', gone.signal)
  sendPicture(image, request, response)
}

function sendPicture(image: EncodedImage | null, request: IncomingMessage, response: ServerResponse): void {
  if (image === null) return sendText(response, 404, 'There is no such image.')
  const etag = `"${image.etag}"`
  // Revalidated, not immutable: a dataset that is removed and imported again gives its ids to other images.
  response.setHeader('cache-control', 'private, no-cache')
  response.setHeader('etag', etag)
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304).end()
    return
  }
  // A picture of the user's may be an SVG: it must not run as a document of this origin.
  response.setHeader('content-security-policy', `default-src 'none'; style-src 'unsafe-inline'; sandbox`)
  response.writeHead(200, { 'content-type': image.type, 'content-length': image.bytes.byteLength })
  response.end(request.method === 'HEAD' ? undefined : image.bytes)
}

export function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' })
  response.end(`${text}\n`)
}
