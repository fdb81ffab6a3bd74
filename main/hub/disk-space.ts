// Whether what is to come fits on the disk: asked before a download begins, with what the running ones still need in mind.
import { statfs } from 'node:fs/promises'
import path from 'node:path'
import { FoibleError } from '#core/errors.ts'

/** Left free, so that databases can still be written. */
const marginBytes = 64 << 20

/** Free bytes of the disk that holds `folder`, for this user. */
export async function measureFreeBytes(folder: string): Promise<number> {
  for (let existing = path.resolve(folder); ; existing = path.dirname(existing)) {
    try {
      const { bavail, bsize } = await statfs(existing)
      return bavail * bsize
    } catch (error) {
      const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
      if (!isMissing || existing === path.dirname(existing)) throw error
    }
  }
}

export class DiskSpace {
  readonly #measure: (folder: string) => Promise<number>
  #promisedBytes = 0

  constructor(measure: (folder: string) => Promise<number> = measureFreeBytes) {
    this.#measure = measure
  }

  /** Throws `no_space` if `bytes` more, beside what is promised already, do not fit where `folder` is. */
  async assertRoom(folder: string, bytes: number, what: string): Promise<void> {
    const free = (await this.#measure(folder)) - marginBytes - this.#promisedBytes
    if (bytes <= free) return
    throw new FoibleError(
      'no_space',
      `${what} needs ${formatSize(bytes)}, and the disk has ${formatSize(Math.max(0, free))} to spare; make room and go on.`,
      { folder, neededBytes: bytes, freeBytes: Math.max(0, free) },
    )
  }

  /** Runs `work` with room for `bytes` set aside. */
  async withRoom<T>(folder: string, bytes: number, what: string, work: () => Promise<T>): Promise<T> {
    await this.assertRoom(folder, bytes, what)
    this.#promisedBytes += bytes
    try {
      return await work()
    } finally {
      this.#promisedBytes -= bytes
    }
  }
}

function formatSize(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`
  return bytes >= 1e6 ? `${Math.round(bytes / 1e6)} MB` : `${Math.ceil(bytes / 1e3)} kB`
}
