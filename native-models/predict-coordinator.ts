// The prediction process's main thread: reads files ahead, hands batches to worker threads, sends what they answer to the parent.
import { FoibleError } from '#core/errors.ts'
import { Worker } from 'node:worker_threads'
import { imagesWithinBudget } from './batch-limit.ts'
import { checkExposure } from './check-exposure.ts'
import { planServerBatch } from './kserve/plan-server-batch.ts'
import { loadItems } from './load-items.ts'
import { countTensors, physicalCores, planWorkers } from './plan-workers.ts'
import type {
  PredictReply,
  PredictRequest,
  PreparedReply,
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

interface Crew {
  readonly thread: Worker
  /** Batches that it was given and has not answered. */
  open: number
}

/** @param entry The module that a worker thread starts with. */
export function createCoordinator(entry: URL, reply: (message: PredictReply) => void) {
  /** Who takes images, and who takes tensors that others prepared. */
  const crews: Record<'items' | 'prepared', Crew[]> = { items: [], prepared: [] }
  const waiting: BatchRequest[] = []
  const prepared: PreparedReply[] = []
  /** Tensors that may still be filled, those that have been used before first. */
  const tensors: (Float32Array | null)[] = []

  async function start(request: StartRequest): Promise<void> {
    const { model, provider, answers, keep } = request
    const plan = planWorkers(model, provider, physicalCores())
    const { workers, preparers, threadsPerWorker } = plan
    const session = { model, provider, threads: threadsPerWorker, answers, keep }
    if (keep.includes('embedding') && model.embedding?.isEdited === true) await checkExposure(model, physicalCores())
    const isSplit = preparers > 0
    await Promise.all([
      ...Array.from({ length: workers }, () => addWorker({ ...session, role: isSplit ? 'run' : 'both' })),
      ...Array.from({ length: preparers }, () => addWorker({ ...session, role: 'prepare' })),
    ])
    // Where each thread prepares its own, it has a tensor of its own: what waits is not prepared yet.
    const count = countTensors(plan)
    for (let i = 0; i < (isSplit ? count : workers * batchesPerWorker); i++) tensors.push(null)
    const batchSizes = listBatchSizes(request, Math.max(1, Math.floor(imagesWithinBudget(model) / count)))
    const info = { provider, reasons: request.reasons, batchSizes, workers, preparers, threadsPerWorker }
    reply({ type: 'ready', info })
  }

  function addWorker(plan: SessionPlan): Promise<void> {
    const thread = new Worker(entry, { workerData: plan })
    const worker: Crew = { thread, open: 0 }
    return new Promise((resolve, reject) => {
      thread.on('error', (error) => reply(failedReply(error)))
      thread.on('message', (message: WorkerReply) => {
        switch (message.type) {
          case 'failed':
            reject(new FoibleError(message.code, message.message, message.details))
            reply(message)
            return
          case 'ready':
            crews[plan.role === 'run' ? 'prepared' : 'items'].push(worker)
            resolve()
            return
          case 'prepared':
            prepared.push(message)
            break
          case 'answered':
            tensors.unshift(message.values)
            reply(message.reply)
        }
        worker.open--
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
      const worker = findIdle(crews.prepared)
      const request = worker === null ? undefined : prepared.shift()
      if (worker === null || request === undefined) break
      worker.open++
      worker.thread.postMessage(request, movable([request.values]))
    }
    while (waiting.length > 0 && tensors.length > 0) {
      const worker = findIdle(crews.items)
      if (worker === null) return
      const values = tensors.shift() ?? null
      const request = waiting.shift()
      if (request === undefined) return
      worker.open++
      const { sequence, check } = request
      loadItems(request.items).then(
        (items) => {
          const loaded: WorkerRequest = { type: 'items', sequence, check, items, values }
          worker.thread.postMessage(loaded, movable([values, ...items.map(({ bytes }) => bytes)]))
        },
        (error: unknown) => reply(failedReply(error)),
      )
    }
  }

  return { start, add }
}

/** The one with the least to do, unless it has enough. */
function findIdle(crew: readonly Crew[]): Crew | null {
  const [idlest] = crew.toSorted((a, b) => a.open - b.open)
  return idlest === undefined || idlest.open >= batchesPerWorker ? null : idlest
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

/** Buffers that are alone in their memory can move to another thread without a copy. */
function movable(values: readonly (Uint8Array | Float32Array | string | null)[]): ArrayBuffer[] {
  return values.flatMap((array) => {
    if (array === null || typeof array === 'string' || !(array.buffer instanceof ArrayBuffer)) return []
    return array.byteLength === array.buffer.byteLength ? [array.buffer] : []
  })
}
