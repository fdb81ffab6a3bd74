// The prediction process's main thread: reads files ahead, hands batches to worker threads, sends what they answer to the parent.
import { FoibleError } from '#core/errors.ts'
import { Worker } from 'node:worker_threads'
import { imagesWithinBudget } from './batch-limit.ts'
import { checkExposure } from './check-exposure.ts'
import { planServerBatch } from './kserve/plan-server-batch.ts'
import { loadItems } from './load-items.ts'
import { physicalCores, planWorkers } from './plan-workers.ts'
import type {
  LoadedItem,
  PredictReply,
  PredictRequest,
  SessionPlan,
  WorkerReply,
  WorkerRequest,
} from './predict-messages.ts'
import { failedReply } from './predict-worker.ts'

/** A running batch and one that waits, so that no worker waits for a message. */
const batchesPerWorker = 2
/** Larger ones make no more images a second and take longer to lose: see docs/performance.md. */
const cpuBatchSize = 8
/** Tried on the first batches of a run: what a device likes best depends on the model. */
const deviceBatchSizes = [8, 16, 32, 64]

type StartRequest = Extract<PredictRequest, { type: 'start' }>
type BatchRequest = Extract<PredictRequest, { type: 'batch' }>

/** @param entry The module that a worker thread starts with. */
export function createCoordinator(entry: URL, reply: (message: PredictReply) => void) {
  const workers: { readonly thread: Worker; open: number }[] = []
  const waiting: BatchRequest[] = []

  async function start(request: StartRequest): Promise<void> {
    const { model, provider, answers, keep } = request
    const { workers: count, threadsPerWorker } = planWorkers(model, provider, physicalCores())
    const plan: SessionPlan = { model, provider, threads: threadsPerWorker, answers, keep }
    if (keep.includes('embedding') && model.embedding?.isEdited === true) await checkExposure(model, physicalCores())
    await Promise.all(Array.from({ length: count }, () => addWorker(plan)))
    const batchSizes = listBatchSizes(request, Math.max(1, Math.floor(imagesWithinBudget(model) / count)))
    reply({ type: 'ready', info: { provider, reasons: request.reasons, batchSizes, workers: count, threadsPerWorker } })
  }

  function addWorker(plan: SessionPlan): Promise<void> {
    const thread = new Worker(entry, { workerData: plan })
    const worker = { thread, open: 0 }
    return new Promise((resolve, reject) => {
      thread.on('error', (error) => reply(failedReply(error)))
      thread.on('message', (message: WorkerReply) => {
        if (message.type === 'failed') {
          reject(new FoibleError(message.code, message.message, message.details))
          reply(message)
          return
        }
        if (message.type === 'ready') {
          workers.push(worker)
          resolve()
          return
        }
        worker.open--
        reply(message)
        dispatch()
      })
    })
  }

  function add(request: BatchRequest): void {
    waiting.push(request)
    dispatch()
  }

  function dispatch(): void {
    for (;;) {
      const [idlest] = workers.toSorted((a, b) => a.open - b.open)
      if (idlest === undefined || idlest.open >= batchesPerWorker) return
      const request = waiting.shift()
      if (request === undefined) return
      idlest.open++
      const { sequence, check } = request
      loadItems(request.items).then(
        (items) => idlest.thread.postMessage({ sequence, check, items } satisfies WorkerRequest, transferable(items)),
        (error: unknown) => reply(failedReply(error)),
      )
    }
  }

  return { start, add }
}

/** Sizes to try, ascending; at most `limit` images fit into memory. */
function listBatchSizes({ model, provider, batchSize }: StartRequest, limit: number): number[] {
  if (model.batch !== null) return [model.batch]
  if (model.server !== undefined) return [Math.min(planServerBatch(model.server, batchSize), limit)]
  if (batchSize !== null) return [Math.min(batchSize, limit)]
  if (provider === 'cpu') return [Math.min(cpuBatchSize, limit)]
  const fitting = deviceBatchSizes.filter((size) => size <= limit)
  return fitting.length === 0 ? [limit] : fitting
}

/** Buffers that are alone in their memory can move to the worker without a copy. */
function transferable(items: readonly LoadedItem[]): ArrayBuffer[] {
  return items.flatMap(({ bytes }) =>
    typeof bytes !== 'string' && bytes.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength
      ? [bytes.buffer]
      : [],
  )
}
