// Several downloads at once, urgent ones first; one file is fetched once, however many ask for it.
import PQueue from 'p-queue'
import { throwIfCancelled } from '#core/errors.ts'
import { type DownloadRequest, downloadFile } from './download.ts'
import type { HubClient } from './hub-client.ts'
import { raceAbort } from './race-abort.ts'

const defaultConcurrency = 6

interface Running {
  readonly id: string
  readonly done: Promise<void>
  readonly controller: AbortController
  readonly progress: { started: boolean }
  /** Those who still wait; the download stops when the last one goes. */
  waiting: number
}

export class DownloadQueue {
  readonly #client: HubClient
  readonly #queue: PQueue
  readonly #running = new Map<string, Running>()
  #lastId = 0

  constructor(client: HubClient, concurrency: number = defaultConcurrency) {
    this.#client = client
    this.#queue = new PQueue({ concurrency })
  }

  /** Resolves when the file is at its target. An urgent request overtakes the others, also one that waits already. */
  async fetch(request: DownloadRequest, urgent: boolean, signal: AbortSignal): Promise<void> {
    throwIfCancelled(signal)
    const running = this.#join(request, urgent)
    running.waiting++
    try {
      await raceAbort(running.done, signal)
    } finally {
      if (--running.waiting === 0) running.controller.abort()
    }
  }

  #join(request: DownloadRequest, urgent: boolean): Running {
    const known = this.#running.get(request.target)
    if (known && !known.controller.signal.aborted) {
      if (urgent && !known.progress.started) this.#queue.setPriority(known.id, 1)
      return known
    }
    const controller = new AbortController()
    const id = String(++this.#lastId)
    const progress = { started: false }
    const done = this.#queue
      .add(
        async () => {
          progress.started = true
          // One that was given up may still be closing the file that this one goes on with.
          if (known?.progress.started) await known.done.catch(() => {})
          await downloadFile(this.#client, request, controller.signal)
        },
        { id, priority: urgent ? 1 : 0 },
      )
      .finally(() => {
        if (this.#running.get(request.target) === running) this.#running.delete(request.target)
      })
    // Whoever waits hears of a failure; when nobody does any more, it is not an unhandled one.
    done.catch(() => {})
    const running: Running = { id, done, controller, progress, waiting: 0 }
    this.#running.set(request.target, running)
    return running
  }
}
