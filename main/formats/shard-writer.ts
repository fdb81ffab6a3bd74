// Writes samples into tar shards of limited size, one after another.
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { type Pack, pack } from 'tar-stream'

/** About what readers of WebDataset shards expect. */
const maxShardBytes = 1e9
const maxShardSamples = 10_000

interface Shard {
  readonly pack: Pack
  /** Settles when the file is written, or could not be. */
  readonly written: Promise<void>
  bytes: number
  samples: number
}

/** The shards `<name>-0000.tar`, `<name>-0001.tar`, ... in `folder`. A name without a sample gets no shard. */
export class ShardWriter {
  readonly #folder: string
  readonly #name: string
  readonly #mtime: Date
  #shard: Shard | null = null
  #count = 0

  constructor(folder: string, name: string, mtime: Date) {
    this.#folder = folder
    this.#name = name
    this.#mtime = mtime
  }

  /** Adds the members of one sample, which stay together. */
  async add(members: readonly (readonly [name: string, content: Uint8Array])[]): Promise<void> {
    const bytes = members.reduce((sum, [, content]) => sum + content.length + 1024, 0)
    let shard = this.#shard
    if (shard !== null && (shard.samples >= maxShardSamples || shard.bytes + bytes > maxShardBytes)) {
      await this.finish()
      shard = null
    }
    this.#shard = shard ??= this.#open()
    for (const [name, content] of members) {
      const entry = shard.pack.entry({ name, mtime: this.#mtime, mode: 0o644 }, content)
      // Fails with the file's own error, which is the one to tell.
      await Promise.race([once(entry, 'close'), shard.written])
    }
    shard.bytes += bytes
    shard.samples++
  }

  async finish(): Promise<void> {
    this.#shard?.pack.finalize()
    await this.#shard?.written
    this.#shard = null
  }

  /** Lets go of a shard that will not be finished. */
  async abandon(): Promise<void> {
    this.#shard?.pack.destroy()
    await this.#shard?.written.catch(() => undefined)
    this.#shard = null
  }

  #open(): Shard {
    const file = path.join(this.#folder, `${this.#name}-${String(this.#count++).padStart(4, '0')}.tar`)
    const tar = pack()
    const written = pipeline(tar, createWriteStream(file))
    // Whoever adds or finishes hears of it.
    written.catch(() => undefined)
    return { pack: tar, written, bytes: 0, samples: 0 }
  }
}
