// The prediction process's main thread: reads files ahead, hands batches to worker threads, sends what they answer to the parent.
import { FoibleError } from '#core/errors.ts'
import { readFile } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import { imagesWithinBudget } from './batch-limit.ts'
import { physicalCores, planWorkers } from './plan-workers.ts'
import type { LoadedItem, PredictReply, PredictRequest, SessionPlan, WorkerReply } from './predict-messages.ts'
import { failedReply } from './predict-worker.ts'
import type { PredictItem } from './predictor.ts'

/** A running batch and one that waits, so that no worker waits for a message. */
const batchesPerWorker = 2
const cpuBatchSize = 8
const deviceBatchSize = 32

type StartRequest = Extract<PredictRequest, { type: 'start' }>
type BatchRequest = Extract<PredictRequest, { type: 'batch' }>

/** @param entry The module that a worker thread starts with. */
export function createCoordinator(entry: URL, reply: (message: PredictReply) => void) {
  const workers: { readonly thread: Worker; open: number }[] = []
  const waiting: BatchRequest[] = []

  async function start(request: StartRequest): Promise<void> {
    const { model, provider, answers } = request
    const { workers: count, threadsPerWorker } = planWorkers(model, provider, physicalCores())
    const plan: SessionPlan = { model, provider, threads: threadsPerWorker, answers }
    await Promise.all(Array.from({ length: count }, () => addWorker(plan)))
    const wanted = request.batchSize ?? (provider === 'cpu' ? cpuBatchSize : deviceBatchSize)
    const batchSize = model.batch ?? Math.min(wanted, Math.max(1, Math.floor(imagesWithinBudget(model) / count)))
    reply({ type: 'ready', info: { provider, reasons: request.reasons, batchSize, workers: count, threadsPerWorker } })
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
      load(request.items).then(
        (items) => idlest.thread.postMessage({ sequence: request.sequence, items }, transferable(items)),
        (error: unknown) => reply(failedReply(error)),
      )
    }
  }

  return { start, add }
}

async function load(items: readonly PredictItem[]): Promise<LoadedItem[]> {
  return Promise.all(
    items.map(async ({ sampleId, image, acceptedIds }) => ({
      sampleId,
      acceptedIds,
      bytes: await readImage(image),
    })),
  )
}

async function readImage(image: PredictItem['image']): Promise<LoadedItem['bytes']> {
  if ('bytes' in image) return image.bytes
  if ('problem' in image) return image.problem
  return await readFile(image.path).catch((error: NodeJS.ErrnoException) => unreadable(image.path, error))
}

function unreadable(path: string, error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return `The file ${path} is missing: put it back, or import the dataset again.`
  return `The file ${path} cannot be read (${error.code ?? error.message}): check its permissions and its disk.`
}

/** Buffers that are alone in their memory can move to the worker without a copy. */
function transferable(items: readonly LoadedItem[]): ArrayBuffer[] {
  return items.flatMap(({ bytes }) =>
    typeof bytes !== 'string' && bytes.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength
      ? [bytes.buffer]
      : [],
  )
}
