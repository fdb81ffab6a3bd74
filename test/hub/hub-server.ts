// A Hub in miniature for tests: the real protocol over repositories that are folders on disk, with limits and faults to order.
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerAccount, answerInfo, answerPathsInfo, answerTree } from './answer-api.ts'
import type { Exchange } from './exchange.ts'
import { readRepo, type RepoState } from './hub-repo.ts'
import { createRateWindow } from './rate-window.ts'
import { decode, encodePath, refuse } from './reply.ts'
import { sendBytes } from './send-bytes.ts'

export interface HubRepoOptions {
  readonly type: 'dataset' | 'model'
  readonly name: string
  readonly folder: string
  /** Only with the token; without it the Hub denies that the repository exists. */
  readonly isPrivate?: boolean
  /** Listed for everybody, files only with the token. */
  readonly isGated?: boolean
  /** Other branches and tags by name; `main` is `folder`. */
  readonly branches?: Readonly<Record<string, string>>
  /** What the API tells of it besides: cardData, tags, description, downloads ... */
  readonly facts?: Readonly<Record<string, unknown>>
}

/** What goes wrong with one request. */
export type HubFault =
  | { readonly kind: 'cut'; readonly afterBytes: number }
  | { readonly kind: 'corrupt' }
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | { readonly kind: 'ignore-range' }
  /** No answer at all. */
  | { readonly kind: 'hang' }
  /** An answer that begins and does not go on; the connection stays. */
  | { readonly kind: 'stall'; readonly afterBytes: number }
  /** Another file of the same size under another entity tag, broken off. */
  | { readonly kind: 'other-file'; readonly afterBytes: number }
  /** A file that ends sooner, as if it were whole. */
  | { readonly kind: 'short'; readonly missingBytes: number }
  /** The right bytes, in many small pieces. */
  | { readonly kind: 'slow'; readonly pieceBytes: number }
  | { readonly kind: 'redirect'; readonly to: string }

export interface HubRequest {
  readonly method: string
  /** Decoded path, without the query. */
  readonly path: string
  readonly range: string | null
  readonly host: 'hub' | 'cdn'
  readonly hasToken: boolean
  /** Of the file's content, so far. */
  sentBytes: number
}

/** As the Hub limits `/resolve/` requests: so many in a fixed window, then 429 until it ends. */
export interface HubLimit {
  readonly requests: number
  readonly windowMs: number
  readonly now: () => number
}

export interface HubServerOptions {
  readonly repos: readonly HubRepoOptions[]
  readonly token?: string
  readonly pageSize?: number
  readonly lfsBytes?: number
  readonly limit?: HubLimit
  /** Asked for every request, in order; null = all is well. */
  readonly fault?: (request: HubRequest) => HubFault | null
}

export interface HubServer {
  readonly endpoint: string
  /** Every request so far. */
  readonly requests: readonly HubRequest[]
  /** Bytes of a file's content that were sent so far, over all requests; of all files without a name. */
  sentBytes(file?: string): number
  sha(type: 'dataset' | 'model', name: string): string
  /** Reads the folders anew: what changed in them becomes a new commit, and the old one is gone. */
  refresh(): void
  close(): Promise<void>
}

interface Context {
  readonly options: HubServerOptions
  readonly endpoint: string
  readonly cdn: string
  /** By folder. */
  readonly states: Map<string, RepoState>
}

/** Listens on two ports of 127.0.0.1: the Hub, and its CDN on an origin of its own. `port` 0 takes any free one. */
export async function startHubServer(options: HubServerOptions, port = 0): Promise<HubServer> {
  const requests: HubRequest[] = []
  const window = createRateWindow(options.limit)
  const handle = (host: 'hub' | 'cdn') => (message: IncomingMessage, reply: ServerResponse) => {
    const url = new URL(message.url ?? '/', `http://${message.headers.host}`)
    const request: HubRequest = {
      method: message.method ?? 'GET',
      path: decodeURIComponent(url.pathname),
      range: message.headers.range ?? null,
      host,
      hasToken: message.headers.authorization !== undefined,
      sentBytes: 0,
    }
    requests.push(request)
    const limited = host === 'hub' && url.pathname.includes('/resolve/') ? window.count() : null
    if (limited !== null) {
      reply.setHeaders(new Map(Object.entries(limited.headers)))
      if (limited.isOver) return refuse(reply, 429, null, 'Too many requests')
    }
    const fault = options.fault?.(request) ?? null
    if (fault?.kind === 'hang') return
    if (fault?.kind === 'status') refuse(reply, fault.status, null, 'ordered by the test', fault.headers)
    else if (fault?.kind === 'redirect') {
      reply.writeHead(302, { location: fault.to })
      reply.end()
    } else {
      const exchange = { message, reply, fault, request }
      if (host === 'cdn') answerCdn(context, exchange, url)
      else answerHub(context, exchange, url)
    }
  }
  const servers = [createServer(handle('hub')), createServer(handle('cdn'))] as const
  const [endpoint, cdn] = [await listen(servers[0], port), await listen(servers[1], 0)]
  const context: Context = { options, endpoint, cdn, states: new Map() }
  return {
    endpoint,
    requests,
    sentBytes: (file) =>
      requests
        .filter((request) => file === undefined || request.path.endsWith(`/${file}`))
        .reduce((sum, request) => sum + request.sentBytes, 0),
    sha: (type, name) => stateOf(context, findRepo(context, type, name), 'main')?.sha ?? '',
    refresh: () => context.states.clear(),
    async close() {
      for (const server of servers) {
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
      }
    },
  }
}

async function listen(server: Server, port: number): Promise<string> {
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function findRepo({ options }: Context, type: string, name: string): HubRepoOptions | null {
  return options.repos.find((repo) => repo.type === type && repo.name === name) ?? null
}

function stateOf(context: Context, repo: HubRepoOptions | null, revision: string): RepoState | null {
  if (!repo) return null
  const branches = new Map([['main', repo.folder], ['HEAD', repo.folder], ...Object.entries(repo.branches ?? {})])
  const named = branches.get(revision)
  if (named !== undefined) return readOnce(context, named)
  const states = [...branches.values()].map((folder) => readOnce(context, folder))
  return states.find((state) => state.sha === revision) ?? null
}

/** Hashing a folder for every request would make the tests slow. */
function readOnce({ options, states }: Context, folder: string): RepoState {
  let state = states.get(folder)
  if (!state) states.set(folder, (state = readRepo(folder, options.lfsBytes ?? 10_000_000)))
  return state
}

const apiPattern = /^\/api\/(datasets|models)\/([^/]+\/[^/]+)(?:\/(revision|tree|paths-info)\/([^/]+)(?:\/(.*))?)?$/
const resolvePattern = /^\/(datasets\/)?([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/
const cachePattern = /^\/api\/resolve-cache\/(datasets|models)\/([^/]+\/[^/]+)\/([0-9a-f]{40})\/(.+)$/

function answerHub(context: Context, exchange: Exchange, url: URL): void {
  const { message, reply } = exchange
  if (answerAccount(context.options, exchange, url)) return
  const cached = cachePattern.exec(url.pathname)
  const resolved = resolvePattern.exec(url.pathname)
  const api = apiPattern.exec(url.pathname)
  const type = cached ? cached[1] : resolved ? (resolved[1] ?? 'models') : api?.[1]
  const name = decode((cached ?? resolved ?? api)?.[2])
  const repo = findRepo(context, type?.startsWith('datasets') ? 'dataset' : 'model', name)
  const authorized =
    context.options.token !== undefined && message.headers.authorization === `Bearer ${context.options.token}`
  if (!repo || (repo.isPrivate && !authorized)) {
    // The real Hub does not tell strangers whether a repository is private or not there.
    refuse(
      reply,
      authorized ? 404 : 401,
      'RepoNotFound',
      authorized ? 'Repository not found' : 'Invalid username or password.',
    )
    return
  }
  if (repo.isGated && !authorized && !api) {
    refuse(reply, 401, 'GatedRepo', `Access to ${type} ${name} is restricted.`)
    return
  }
  const revision = decode(cached?.[3] ?? resolved?.[3] ?? api?.[4] ?? 'main')
  const state = stateOf(context, repo, revision)
  if (!state) refuse(reply, 404, 'RevisionNotFound', `Invalid rev id: ${revision}`)
  else if (cached) answerCached(state, decode(cached[4]), exchange)
  else if (resolved) answerResolve(context, repo, state, decode(resolved[4]), message, reply)
  else if (api?.[3] === 'tree')
    answerTree(context.endpoint, context.options.pageSize ?? 1000, state, decode(api[5]), url, reply)
  else if (api?.[3] === 'paths-info') void answerPathsInfo(state, message, reply)
  else answerInfo(repo, state, reply)
}

/** LFS files lie on the CDN; all others are served after a relative redirect, as the Hub does since 2025. */
function answerResolve(
  context: Context,
  repo: HubRepoOptions,
  state: RepoState,
  file: string,
  message: IncomingMessage,
  reply: ServerResponse,
): void {
  const found = state.files.get(file)
  const common = { 'x-repo-commit': state.sha, 'accept-ranges': 'bytes' }
  if (!found) {
    refuse(reply, 404, 'EntryNotFound', 'Entry not found', common)
    return
  }
  const encoded = encodePath(file)
  const headers = found.lfs
    ? {
        ...common,
        etag: `"${found.lfs.oid}"`,
        'x-linked-etag': `"${found.lfs.oid}"`,
        'x-linked-size': String(found.size),
        location: `${context.cdn}/repos/${repo.type}s/${repo.name}/${state.sha}/${encoded}?Expires=9999999999&Signature=test`,
      }
    : {
        ...common,
        etag: `"${found.oid}"`,
        'x-linked-size': String(found.size),
        location: `/api/resolve-cache/${repo.type}s/${repo.name}/${state.sha}/${encoded}`,
      }
  reply.writeHead(found.lfs ? 302 : 307, { ...headers, 'content-type': 'text/plain' })
  reply.end(message.method === 'HEAD' ? undefined : `Found. Redirecting to ${headers.location}`)
}

function answerCached(state: RepoState, file: string, exchange: Exchange): void {
  const found = state.files.get(file)
  if (!found) refuse(exchange.reply, 404, 'EntryNotFound', 'Entry not found')
  else sendBytes(exchange, found.absolute, { etag: `"${found.oid}"`, 'x-repo-commit': state.sha })
}

function answerCdn(context: Context, exchange: Exchange, url: URL): void {
  const { message, reply } = exchange
  const match = /^\/repos\/(datasets|models)\/([^/]+\/[^/]+)\/([0-9a-f]{40})\/(.+)$/.exec(url.pathname)
  // Object stores refuse requests that carry both a signature and a token.
  if (message.headers.authorization !== undefined) return refuse(reply, 400, null, 'Only one auth mechanism allowed')
  if (!match || url.searchParams.get('Signature') !== 'test') return refuse(reply, 403, null, 'Missing signature')
  const repo = findRepo(context, match[1] === 'datasets' ? 'dataset' : 'model', decode(match[2]))
  const file = stateOf(context, repo, match[3] ?? '')?.files.get(decode(match[4]))
  if (!file) return refuse(reply, 404, null, 'Not found')
  sendBytes(exchange, file.absolute, { etag: `"${createHash('md5').update(file.oid).digest('hex')}"` })
}
