// The bytes of a Hub file in order, going on where a lost connection stopped.
import { FoibleError, throwIfCancelled } from '#core/errors.ts'
import type { FileFacts, HubClient, HubRepo } from './hub-client.ts'
import { readChunks } from './read-chunks.ts'

const maxInterruptions = 5

export interface HubFile {
  readonly repo: HubRepo
  readonly sha: string
  readonly path: string
}

export interface StreamOptions {
  readonly start: number
  /** Where to stop; null: at the end of the file. */
  readonly end: number | null
  /** Whether somebody looks at it: such requests overtake the others. */
  readonly urgent: boolean
  readonly signal: AbortSignal
}

export interface FileChunk {
  readonly bytes: Uint8Array
  /** Where the chunk lies in the file. Not the end of the last one if the server had to start again. */
  readonly position: number
  readonly facts: FileFacts
}

/**
 * Chunks from `start` on; an empty one if the file ends there. Where the server does not honour ranges, has another file than
 * before, or the file is shorter than `start`, the first chunk has the position 0 again. The last one may reach beyond `end`.
 */
export async function* streamFile(
  client: HubClient,
  file: HubFile,
  { start, end, urgent, signal }: StreamOptions,
): AsyncGenerator<FileChunk> {
  let position = start
  let total: number | null = null
  let tag: string | null = null
  for (let interruptions = 0; ;) {
    const range = position > 0 || end !== null ? { start: position, end } : null
    const { response, facts } = await client.requestFile(file.repo, file.sha, file.path, range, urgent, signal)
    if (response.status === 416) {
      await response.body?.cancel()
      // Who holds the bytes knows best how many there are.
      const actual = /\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1] ?? facts.sizeBytes
      if (Number(actual) === position) yield { bytes: new Uint8Array(), position, facts }
      if (Number(actual) === position || position === 0) return
      // What is there is longer than the file: it cannot be the beginning of it.
      if (++interruptions > maxInterruptions) throw interrupted(file.path, position, null)
      position = 0
      continue
    }
    const from = Number(/^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1] ?? 0)
    const said = response.headers.get('etag')
    const isOther = tag !== null && said !== null && said !== tag
    tag = said ?? tag
    if (isOther && from !== 0) {
      // What came so far was of another file than what would follow.
      await response.body?.cancel()
      if (++interruptions > maxInterruptions) throw interrupted(file.path, position, null)
      position = 0
      continue
    }
    if (from !== 0 && from !== position) {
      await response.body?.cancel()
      throw new FoibleError('network', `The Hub sent another part of “${file.path}” than asked for; try again.`, {
        file: file.path,
      })
    }
    position = from
    total = facts.sizeBytes ?? total
    const stop = end ?? total
    const before = position
    try {
      for await (const bytes of readChunks(response, client.stallMs)) {
        yield { bytes, position, facts }
        position += bytes.length
        if (end !== null && position >= end) return
      }
    } catch (cause) {
      throwIfCancelled(signal)
      // Progress earns new patience: only a server that gives nothing several times in a row is given up.
      interruptions = position > before ? 1 : interruptions + 1
      if (interruptions > maxInterruptions) throw interrupted(file.path, position, cause)
      continue
    }
    if (stop === null || position >= stop) return
    if (position === before && ++interruptions > maxInterruptions) throw interrupted(file.path, position, null)
  }
}

function interrupted(path: string, position: number, cause: unknown): FoibleError {
  return new FoibleError(
    'network',
    `The download of “${path}” broke off at byte ${position} again and again; it goes on from there next time.`,
    { file: path, position },
    { cause },
  )
}
