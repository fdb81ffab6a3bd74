// The engine's side of the prediction process: samples in, batches of results out, in the order of the samples. Loads no runtime.
import { FoibleError } from '#core/errors.ts'
import { chooseProvider } from './choose-provider.ts'
import { forkPredictProcess } from './fork-predict-process.ts'
import type { PredictBatch, PredictItem, PredictOptions, PredictorInfo } from './predictor.ts'

export interface StartPredictorOptions extends PredictOptions {
  /** Taken as they are needed, at most a few batches ahead of what has been yielded. */
  readonly items: AsyncIterable<PredictItem>
  /** The predict-process module where it does not lie beside this one. */
  readonly entry?: URL | string
  /** Called once, when the sessions are ready. */
  readonly onInfo?: (info: PredictorInfo) => void
}

/** Batches that are in the process or waiting to be taken, beyond those that its workers hold. */
const batchesAhead = 2

/**
 * Predicts all items. Every batch but the last has `info.batchSize` of them; an item that cannot be predicted is one of its batch's failures.
 * Leaving the loop, or aborting, kills the process at once.
 * Throws `cancelled`, `model_invalid`, `model_unsupported`, and `predictor_failed` where the process died (details: `{exitCode, exitSignal, stderr}`).
 */
export async function* startPredictor(options: StartPredictorOptions): AsyncGenerator<PredictBatch, void, undefined> {
  const { signal, model, answers } = options
  if (signal.aborted) throw cancelled()
  const choice = await unlessAborted(chooseProvider(options.provider, model, options.entry), signal)
  const child = forkPredictProcess(options.entry)
  const onAbort = () => child.fail(cancelled())
  signal.addEventListener('abort', onAbort, { once: true })
  const iterator = options.items[Symbol.asyncIterator]()
  try {
    child.send({ type: 'start', model, ...choice, batchSize: options.batchSize, answers })
    const info = await child.next('ready').then((reply) => reply.info)
    options.onInfo?.(info)

    const done = new Map<number, PredictBatch>()
    const limit = info.workers * 2 + batchesAhead
    let sent = 0
    let yielded = 0
    let hasMore = true
    for (;;) {
      while (hasMore && sent - yielded < limit) {
        const items = await take(iterator, info.batchSize)
        hasMore = items.length === info.batchSize
        if (items.length > 0) child.send({ type: 'batch', sequence: sent++, items })
        if (signal.aborted) throw cancelled()
      }
      if (yielded === sent) return
      while (!done.has(yielded)) {
        const { sequence, batch } = await child.next('batch')
        done.set(sequence, batch)
      }
      const batch = done.get(yielded)
      done.delete(yielded++)
      if (batch) yield batch
    }
  } finally {
    signal.removeEventListener('abort', onAbort)
    child.kill()
    await iterator.return?.()
  }
}

/** The promise goes on: the next run finds its answer. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort = () => {}
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(cancelled())
    signal.addEventListener('abort', onAbort, { once: true })
  })
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener('abort', onAbort))
}

async function take(iterator: AsyncIterator<PredictItem>, count: number): Promise<PredictItem[]> {
  const items: PredictItem[] = []
  while (items.length < count) {
    const next = await iterator.next()
    if (next.done === true) break
    items.push(next.value)
  }
  return items
}

function cancelled(): FoibleError {
  return new FoibleError('cancelled', 'The prediction was cancelled.')
}
