// Work that several may wait for at once: done once, and given up only when nobody waits any more.
import { FoibleError } from '#core/errors.ts'

interface Work<T> {
  readonly promise: Promise<T>
  readonly abort: AbortController
  waiting: number
}

export class SharedWork<T> {
  readonly #works = new Map<string, Work<T>>()

  /** Joins the work of this key or starts it. Aborting `signal` ends the wait with `cancelled`, not the work of others. */
  async join(key: string, signal: AbortSignal, start: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (signal.aborted) throw new FoibleError('cancelled', 'Cancelled.')
    const work = this.#works.get(key) ?? this.#begin(key, start)
    work.waiting++
    const aborted = Promise.withResolvers<never>()
    const leave = () => {
      // Whoever comes next begins anew.
      if (--work.waiting === 0) this.#end(key, work)
      aborted.reject(new FoibleError('cancelled', 'Cancelled.'))
    }
    signal.addEventListener('abort', leave, { once: true })
    try {
      return await Promise.race([work.promise, aborted.promise])
    } finally {
      signal.removeEventListener('abort', leave)
    }
  }

  #begin(key: string, start: (signal: AbortSignal) => Promise<T>): Work<T> {
    const abort = new AbortController()
    const work: Work<T> = { promise: start(abort.signal), abort, waiting: 0 }
    this.#works.set(key, work)
    const forget = () => {
      if (this.#works.get(key) === work) this.#works.delete(key)
    }
    work.promise.then(forget, forget)
    return work
  }

  #end(key: string, work: Work<T>): void {
    if (this.#works.get(key) === work) this.#works.delete(key)
    work.abort.abort()
  }
}
