// A run's items on one provider, until they are all answered or the provider fails. What it owes then goes with the failure.
import { FoibleError } from '#core/errors.ts'
import { isCheckDue } from './check-agreement.ts'
import { createBatchSizer } from './choose-batch-size.ts'
import { forkPredictProcess } from './fork-predict-process.ts'
import type { ItemQueue } from './item-queue.ts'
import type { BatchReply } from './predict-messages.ts'
import type { PredictBatch, PredictItem, PredictOptions, PredictorInfo } from './predictor.ts'

export interface PredictOnOptions extends PredictOptions {
  readonly reasons: readonly string[]
  readonly queue: ItemQueue
  readonly entry?: URL | string
  readonly silenceMs?: number
  readonly onInfo?: (info: PredictorInfo) => void
}

/** The process ended, or told of a failure of its own. */
export class ProviderFailure extends Error {
  readonly failure: FoibleError
  /** It had answered that its sessions are ready. */
  readonly hasStarted: boolean
  /** What it was given and has not been yielded, in order. */
  readonly unanswered: readonly PredictItem[]
  /** Samples yielded since its last successful check, if a check failed. */
  readonly suspects: readonly number[]

  constructor(failure: FoibleError, owed: Pick<ProviderFailure, 'hasStarted' | 'unanswered' | 'suspects'>) {
    super(failure.message, { cause: failure })
    this.failure = failure
    this.hasStarted = owed.hasStarted
    this.unanswered = owed.unanswered
    this.suspects = owed.suspects
  }
}

/** Batches that are in the process or waiting to be taken, beyond those that its workers hold. */
const batchesAhead = 2

/** A driver that hangs says nothing, however long one waits. TensorRT searches for minutes before it begins. */
const startTimeoutMs = 600_000
const defaultSilenceMs = 300_000

/** Throws ProviderFailure; what the source of the items throws goes through as it is. */
export async function* predictOn(options: PredictOnOptions): AsyncGenerator<PredictBatch, void, undefined> {
  const { provider, model, signal, answers, keep = [], batchSize, reasons, queue } = options
  const child = forkPredictProcess(options.entry)
  const onAbort = () => child.fail(new FoibleError('cancelled', 'The prediction was cancelled.'))
  signal.addEventListener('abort', onAbort, { once: true })
  // Watched: checked against the processor, and given up in silence. A server's models have no other place, and its client gives up itself.
  const isDevice = provider !== 'cpu' && model.server === undefined
  const sent = new Map<number, { readonly items: readonly PredictItem[]; readonly size: number }>()
  let sinceCheck: number[] = []
  let hasStarted = false

  const failed = (error: unknown) => {
    if (!(error instanceof FoibleError)) throw error
    return new ProviderFailure(error, {
      hasStarted,
      unanswered: [...sent.values()].flatMap(({ items }) => items),
      suspects: error.details['disagrees'] === true ? sinceCheck : [],
    })
  }
  /** An answer of the process; of a device, within a time. */
  const answered = async <T>(reply: Promise<T>, timeoutMs: number): Promise<T> => {
    const silent = () => child.fail(silence(provider, timeoutMs))
    const timer = isDevice ? setTimeout(silent, timeoutMs) : undefined
    try {
      return await reply
    } catch (error) {
      throw failed(error)
    } finally {
      clearTimeout(timer)
    }
  }

  try {
    child.send({ type: 'start', model, provider, reasons, batchSize, answers, keep })
    const { info } = await answered(child.next('ready'), startTimeoutMs)
    hasStarted = true
    options.onInfo?.(info)

    const sizer = createBatchSizer(info.batchSizes, info.workers * 2)
    const done = new Map<number, BatchReply>()
    const limit = (info.workers + info.preparers) * 2 + batchesAhead
    let next = 0
    let yielded = 0
    let hasMore = true
    for (;;) {
      while (hasMore && next - yielded < limit) {
        const size = sizer.next()
        const items = await queue.take(size)
        hasMore = items.length === size
        if (items.length === 0) continue
        sent.set(next, { items, size })
        child.send({ type: 'batch', sequence: next, items, check: isDevice && isCheckDue(next, model) })
        next++
        if (signal.aborted) throw new FoibleError('cancelled', 'The prediction was cancelled.')
      }
      if (yielded === next) return
      while (!done.has(yielded)) {
        const reply = await answered(child.next('batch'), options.silenceMs ?? defaultSilenceMs)
        sizer.note(sent.get(reply.sequence)?.size ?? 0, reply.batch.sampleIds.length, reply.inferenceMs)
        done.set(reply.sequence, reply)
      }
      const reply = done.get(yielded)
      done.delete(yielded)
      sent.delete(yielded)
      if (reply === undefined) throw new Error(`batch ${yielded} is lost`)
      if (isCheckDue(yielded, model)) sinceCheck = []
      else if (provider !== 'cpu') sinceCheck.push(...reply.batch.sampleIds)
      yielded++
      yield reply.batch
    }
  } finally {
    signal.removeEventListener('abort', onAbort)
    child.kill()
  }
}

function silence(provider: string, timeoutMs: number): FoibleError {
  const message = `${provider} has not answered for ${timeoutMs / 1000} s: restart the computer if its driver hangs, or choose another provider.`
  return new FoibleError('predictor_failed', message, { provider })
}
