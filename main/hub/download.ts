// One file from the Hub to a path: resumed where it was, checked, and only then given its name.
import { mkdir, open, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { FoibleError, throwIfCancelled } from '#core/errors.ts'
import type { DiskSpace } from './disk-space.ts'
import { findProblem, sizeOfFile } from './file-digest.ts'
import type { FileFacts, HubClient } from './hub-client.ts'
import { type HubFile, streamFile } from './stream-file.ts'

export interface DownloadRequest extends HubFile {
  readonly target: string
  /** What a listing said of the file; the server's own word is taken where it is missing. */
  readonly expected?: FileFacts
  /** Bytes so far, those of an earlier attempt included. */
  readonly onProgress?: (receivedBytes: number, totalBytes: number | null) => void
}

export interface DownloadContext {
  readonly client: HubClient
  readonly space: DiskSpace
  /** Whether somebody waits for it at the screen. */
  readonly urgent: boolean
  readonly signal: AbortSignal
}

/**
 * Downloads to `<target>.part`, going on with one that is there. Throws `broken_file` (and removes the part) if size or
 * checksum are wrong twice, `cancelled` or `no_space` (and keeps the part), or what the Hub refuses with.
 */
export async function downloadFile(request: DownloadRequest, context: DownloadContext): Promise<void> {
  throwIfCancelled(context.signal)
  const part = `${request.target}.part`
  try {
    await mkdir(path.dirname(part), { recursive: true })
    const missing = Math.max(0, (request.expected?.sizeBytes ?? 0) - (await sizeOfFile(part)))
    await context.space.withRoom(path.dirname(part), missing, `“${request.path}”`, async () => {
      let problem = await findProblem(part, await receive(request, part, context))
      if (problem !== null) {
        // A beginning of another file, damage on the way or on this disk: once more, from nothing.
        await rm(part, { force: true })
        problem = await findProblem(part, await receive(request, part, context))
      }
      if (problem !== null) throw await damaged(request, part, problem)
    })
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
  request: DownloadRequest,
  part: string,
  { client, urgent, signal }: DownloadContext,
): Promise<FileFacts> {
  const known = await sizeOfFile(part)
  const expectedSize = request.expected?.sizeBytes ?? null
  // A part that is longer than the file cannot be the beginning of it.
  let size = expectedSize !== null && known > expectedSize ? 0 : known
  let facts: FileFacts = { sizeBytes: null, sha256: null, gitOid: null, ...request.expected }
  if (size > 0 && size === expectedSize) return facts
  const handle = await open(part, size > 0 ? 'r+' : 'w')
  try {
    for await (const chunk of streamFile(client, request, { start: size, end: null, urgent, signal })) {
      facts = mergeFacts(facts, chunk.facts)
      await handle.write(chunk.bytes, 0, chunk.bytes.length, chunk.position)
      size = chunk.position + chunk.bytes.length
      request.onProgress?.(size, facts.sizeBytes)
      // More than was announced is not the file, however much more may come.
      if (facts.sizeBytes !== null && size > facts.sizeBytes) break
    }
    await handle.truncate(size)
  } finally {
    await handle.close()
  }
  return facts
}

/** The listing's word goes first: it was said of the commit, before any CDN had a part in it. */
function mergeFacts(expected: FileFacts, said: FileFacts): FileFacts {
  const isNamed = expected.sha256 !== null || expected.gitOid !== null
  return {
    sizeBytes: expected.sizeBytes ?? said.sizeBytes,
    sha256: isNamed ? expected.sha256 : said.sha256,
    gitOid: isNamed ? expected.gitOid : said.gitOid,
  }
}

async function damaged(request: DownloadRequest, part: string, problem: string): Promise<FoibleError> {
  await rm(part, { force: true })
  return new FoibleError('broken_file', `“${request.path}” came damaged from the Hub (${problem}); try again.`, {
    file: request.path,
    repo: request.repo.name,
    sha: request.sha,
  })
}
