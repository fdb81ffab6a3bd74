// The bytes of a Hub file in order, going on where a lost connection stopped.
import { FoibleError, throwIfCancelled } from '#core/errors.ts'
import type { FileFacts, HubClient, HubRepo } from './hub-client.ts'

const maxInterruptions = 5

export interface HubFile {
  readonly repo: HubRepo
  readonly sha: string
  readonly path: string
}

export interface FileChunk {
  readonly bytes: Uint8Array
  /** Where the chunk lies in the file. Not the end of the last one if the server had to start again. */
  readonly position: number
  readonly facts: FileFacts
}

/**
 * Chunks from `start` on; an empty one if the file ends there. Where the server does not honour ranges, or the file is shorter
 * than `start`, the first chunk has the position 0 again.
 */
export async function* streamFile(
  client: HubClient,
  file: HubFile,
  start: number,
  signal: AbortSignal,
): AsyncGenerator<FileChunk> {
  let position = start
  let total: number | null = null
  for (let interruptions = 0; ;) {
    const range = position > 0 ? { start: position, end: null } : null
    const { response, facts } = await client.requestFile(file.repo, file.sha, file.path, range, signal)
    if (response.status === 416) {
      if (facts.sizeBytes === position) yield { bytes: new Uint8Array(), position, facts }
      if (facts.sizeBytes === position || position === 0) return
      // What is there is longer than the file: it cannot be the beginning of it.
      position = 0
      continue
    }
    const from = Number(/^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1] ?? 0)
    if (from !== 0 && from !== position) {
      throw new FoibleError('network', `The Hub sent another part of “${file.path}” than asked for; try again.`, {
        file: file.path,
      })
    }
    position = from
    total = facts.sizeBytes ?? total
    const before = position
    try {
      for await (const bytes of response.body ?? []) {
        yield { bytes, position, facts }
        position += bytes.length
      }
    } catch (cause) {
      throwIfCancelled(signal)
      // Progress earns new patience: only a server that gives nothing several times in a row is given up.
      interruptions = position > before ? 1 : interruptions + 1
      if (interruptions > maxInterruptions) throw interrupted(file.path, position, cause)
      continue
    }
    if (total === null || position >= total) return
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
