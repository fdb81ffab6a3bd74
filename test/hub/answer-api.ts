// The JSON half of the protocol: what a repository is, its tree in pages, and single paths of it.
import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { listTree, type RepoState } from './hub-repo.ts'
import type { Exchange } from './exchange.ts'
import type { HubRepoOptions, HubServerOptions } from './hub-server.ts'
import { refuse, sendJson } from './reply.ts'

export function answerInfo(repo: HubRepoOptions, { sha, files }: RepoState, reply: ServerResponse): void {
  const siblings = [...files.keys()].map((rfilename) => ({ rfilename }))
  sendJson(reply, { ...describeRepo(repo), sha, siblings })
}

function describeRepo(repo: HubRepoOptions) {
  return {
    _id: createHash('sha1').update(repo.name).digest('hex').slice(0, 24),
    id: repo.name,
    ...(repo.type === 'model' ? { modelId: repo.name } : {}),
    author: repo.name.split('/')[0],
    lastModified: '2026-01-01T00:00:00.000Z',
    createdAt: '2026-01-01T00:00:00.000Z',
    private: repo.isPrivate ?? false,
    gated: repo.isGated ? 'auto' : false,
    disabled: false,
    downloads: 0,
    likes: 0,
    tags: [],
    ...repo.facts,
  }
}

/** What concerns no single repository: searching them, and whose token it is. False for everything else. */
export function answerAccount({ repos, token }: HubServerOptions, { message, reply }: Exchange, url: URL): boolean {
  const isKnown = token !== undefined && message.headers.authorization === `Bearer ${token}`
  if (url.pathname === '/api/whoami-v2') {
    if (isKnown) sendJson(reply, { type: 'user', name: 'ada', auth: { type: 'access_token' } })
    else refuse(reply, 401, null, 'Invalid credentials in Authorization header')
    return true
  }
  if (url.pathname !== '/api/datasets') return false
  const words = (url.searchParams.get('search') ?? '').toLowerCase()
  const shown = repos.filter(
    (repo) => repo.type === 'dataset' && repo.name.toLowerCase().includes(words) && (isKnown || !repo.isPrivate),
  )
  sendJson(reply, shown.slice(0, Number(url.searchParams.get('limit') ?? 1000)).map(describeRepo))
  return true
}

export function answerTree(
  endpoint: string,
  pageSize: number,
  state: RepoState,
  folder: string,
  url: URL,
  reply: ServerResponse,
): void {
  const entries = listTree(state, folder, ['true', '1', 'True'].includes(url.searchParams.get('recursive') ?? ''))
  if (folder !== '' && entries.length === 0) {
    refuse(reply, 404, 'EntryNotFound', `${folder} does not exist on this revision`)
    return
  }
  const cursor = url.searchParams.get('cursor')
  const start = cursor === null ? 0 : Number(Buffer.from(cursor, 'base64url').toString())
  const expand = ['true', '1', 'True'].includes(url.searchParams.get('expand') ?? '')
  const lastCommit = expand ? { lastCommit: { id: state.sha, title: 'Upload', date: '2026-01-01T00:00:00.000Z' } } : {}
  const page = entries
    .slice(start, start + pageSize)
    .map((entry) =>
      'folder' in entry
        ? { type: 'directory', oid: entry.oid, size: 0, path: entry.folder, ...lastCommit }
        : { ...describe(entry), ...lastCommit },
    )
  const headers: Record<string, string> = {}
  if (start + pageSize < entries.length) {
    const next = new URL(url.pathname + url.search, endpoint)
    next.searchParams.set('cursor', Buffer.from(String(start + pageSize)).toString('base64url'))
    headers['link'] = `<${next.href}>; rel="next"`
  }
  sendJson(reply, page, headers)
}

function describe({ path, size, oid, lfs }: { path: string; size: number; oid: string; lfs: unknown }) {
  return { type: 'file', oid, size, path, ...(lfs ? { lfs } : {}) }
}

export async function answerPathsInfo(
  state: RepoState,
  message: IncomingMessage,
  reply: ServerResponse,
): Promise<void> {
  const chunks: Uint8Array[] = []
  for await (const chunk of message) chunks.push(chunk as Uint8Array)
  const body = Buffer.concat(chunks).toString()
  // Python's client sends JSON, older ones forms.
  const paths = message.headers['content-type']?.includes('json')
    ? (JSON.parse(body) as { paths: string[] }).paths
    : new URLSearchParams(body).getAll('paths')
  sendJson(
    reply,
    paths.flatMap((path) => {
      const file = state.files.get(path)
      return file ? [describe(file)] : []
    }),
  )
}
