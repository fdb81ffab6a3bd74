// Several downloads at once, urgent ones in a lane of their own; one file is fetched once, however many ask for it.
import PQueue from 'p-queue'
import { throwIfCancelled } from '#core/errors.ts'
import type { DiskSpace } from './disk-space.ts'
import { type DownloadRequest, downloadFile } from './download.ts'
import type { HubClient } from './hub-client.ts'
import { raceAbort } from './race-abort.ts'

/** Downloads at once in each lane: what is looked at never waits for what is fetched in the background. */
const perLane = 4

interface Running {
  readonly done: Promise<void>
  readonly controller: AbortController
  /** Begins the download unless it has begun. */
  readonly start: (urgent: boolean) => Promise<void>
  isStarted: boolean
  /** Those who still wait; the download stops when the last one goes. */
  waiting: number
}

export class DownloadQueue {
  readonly #space: DiskSpace
  readonly #background = new PQueue({ concurrency: perLane })
  readonly #urgent = new PQueue({ concurrency: perLane })
  readonly #running = new Map<string, Running>()

  constructor(space: DiskSpace) {
    this.#space = space
  }

  /** Resolves when the file is at its target. An urgent request overtakes the others, also one that waits already. */
  async fetch(client: HubClient, request: DownloadRequest, urgent: boolean, signal: AbortSignal): Promise<void> {
    throwIfCancelled(signal)
    const running = this.#join(client, request, urgent)
    running.waiting++
    try {
      await raceAbort(running.done, signal)
    } finally {
      if (--running.waiting === 0) running.controller.abort()
    }
  }

  #join(client: HubClient, request: DownloadRequest, urgent: boolean): Running {
    const known = this.#running.get(request.target)
    if (known && !known.controller.signal.aborted) {
      if (urgent && !known.isStarted) this.#enqueue(known, true)
      return known
    }
    const finished = Promise.withResolvers<void>()
    const controller = new AbortController()
    const running: Running = {
      done: finished.promise,
      controller,
      isStarted: false,
      waiting: 0,
      start: async (isUrgent) => {
        if (running.isStarted) return
        running.isStarted = true
        const { signal } = controller
        try {
          // One that was given up may still be closing the file that this one goes on with.
          if (known?.isStarted) await known.done.catch(() => {})
          await downloadFile(request, { client, space: this.#space, urgent: isUrgent, signal })
          finished.resolve()
        } catch (error) {
          finished.reject(error)
        } finally {
          if (this.#running.get(request.target) === running) this.#running.delete(request.target)
        }
      },
    }
    // Whoever waits hears of a failure; when nobody does any more, it is not an unhandled one.
    running.done.catch(() => {})
    this.#running.set(request.target, running)
    this.#enqueue(running, urgent)
    return running
  }

  /** One that stands in both lanes runs in the one whose turn comes first. */
  #enqueue(running: Running, urgent: boolean): void {
    void (urgent ? this.#urgent : this.#background).add(() => running.start(urgent))
  }
}
