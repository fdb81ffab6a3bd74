// One file from the Hub to a path: resumed where it was, checked, and only then given its name.
import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { FoibleError, throwIfCancelled } from '#core/errors.ts'
import type { FileFacts, HubClient } from './hub-client.ts'
import { type HubFile, streamFile } from './stream-file.ts'

export interface DownloadRequest extends HubFile {
  readonly target: string
  /** What a listing said of the file; the server's own word is taken where it is missing. */
  readonly expected?: Partial<FileFacts>
  /** Bytes so far, those of an earlier attempt included. */
  readonly onProgress?: (receivedBytes: number, totalBytes: number | null) => void
}

/**
 * Downloads to `<target>.part`, going on with one that is there. Throws `broken_file` (and removes the part) if size or
 * checksum are wrong, `cancelled` (and keeps the part), `no_space`, or what the Hub refuses with.
 */
export async function downloadFile(client: HubClient, request: DownloadRequest, signal: AbortSignal): Promise<void> {
  throwIfCancelled(signal)
  const part = `${request.target}.part`
  try {
    await mkdir(path.dirname(part), { recursive: true })
    const isResumed = (await sizeOf(part)) > 0
    let problem = await findProblem(part, await receive(client, request, part, signal))
    if (problem !== null && isResumed) {
      // The beginning may have been another file's, or damaged on this disk: once more, from nothing.
      await rm(part, { force: true })
      problem = await findProblem(part, await receive(client, request, part, signal))
    }
    if (problem !== null) throw await damaged(request, part, problem)
    await rename(part, request.target)
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && (cause.code === 'ENOSPC' || cause.code === 'EDQUOT')) {
      throw new FoibleError(
        'no_space',
        `The disk is full; make room for “${request.path}” and go on.`,
        { file: request.path },
        { cause },
      )
    }
    throw cause
  }
}

async function receive(
  client: HubClient,
  request: DownloadRequest,
  part: string,
  signal: AbortSignal,
): Promise<FileFacts> {
  const known = await sizeOf(part)
  const expectedSize = request.expected?.sizeBytes ?? null
  // A part that is longer than the file cannot be the beginning of it.
  let size = expectedSize !== null && known > expectedSize ? 0 : known
  let facts: FileFacts = { sizeBytes: null, sha256: null, gitOid: null, ...request.expected }
  if (size > 0 && size === expectedSize) return facts
  const handle = await open(part, size > 0 ? 'r+' : 'w')
  try {
    for await (const chunk of streamFile(client, request, size, signal)) {
      facts = mergeFacts(facts, chunk.facts)
      await handle.write(chunk.bytes, 0, chunk.bytes.length, chunk.position)
      size = chunk.position + chunk.bytes.length
      request.onProgress?.(size, facts.sizeBytes)
    }
    await handle.truncate(size)
  } finally {
    await handle.close()
  }
  return facts
}

/** The listing's word goes first: it was said of the commit, before any CDN had a part in it. */
function mergeFacts(expected: FileFacts, said: FileFacts): FileFacts {
  return {
    sizeBytes: expected.sizeBytes ?? said.sizeBytes,
    sha256: expected.sha256 ?? said.sha256,
    gitOid: expected.gitOid ?? said.gitOid,
  }
}

/** What is wrong with the bytes that came; null if nothing is. */
async function findProblem(part: string, facts: FileFacts): Promise<string | null> {
  const size = await sizeOf(part)
  if (facts.sizeBytes !== null && size !== facts.sizeBytes) return `it has ${size} bytes instead of ${facts.sizeBytes}`
  return (await hashMatches(part, size, facts)) ? null : 'its checksum is wrong'
}

async function damaged(request: DownloadRequest, part: string, problem: string): Promise<FoibleError> {
  await rm(part, { force: true })
  return new FoibleError('broken_file', `“${request.path}” came damaged from the Hub (${problem}); try again.`, {
    file: request.path,
    repo: request.repo.name,
    sha: request.sha,
  })
}

async function hashMatches(part: string, size: number, facts: FileFacts): Promise<boolean> {
  if (facts.sha256 !== null) return (await digest(part, createHash('sha256'))) === facts.sha256
  if (facts.gitOid !== null) return (await digest(part, createHash('sha1').update(`blob ${size}\0`))) === facts.gitOid
  return true
}

async function digest(file: string, hash: Hash): Promise<string> {
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk as Uint8Array)
  return hash.digest('hex')
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 0
    throw error
  }
}
