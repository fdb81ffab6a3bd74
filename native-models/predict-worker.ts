// A worker thread of the prediction process: takes batches off its port, one after another.
import { FoibleError } from '#core/errors.ts'
import { parentPort, workerData } from 'node:worker_threads'
import { createBatchPredictor } from './predict-batch.ts'
import type { FailedReply, SessionPlan, WorkerReply, WorkerRequest } from './predict-messages.ts'

/** Serves batches until the process ends. Order is kept: a batch is begun when the one before has been answered. */
export async function runPredictWorker(): Promise<void> {
  const port = parentPort
  if (port === null) throw new Error('not in a worker thread')
  const plan: SessionPlan = workerData
  const reply = (message: WorkerReply) => port.postMessage(message)
  try {
    const predict = await createBatchPredictor(plan)
    let last: Promise<void> = Promise.resolve()
    port.on('message', ({ sequence, items }: WorkerRequest) => {
      last = last
        .then(async () => reply({ type: 'batch', sequence, batch: await predict(items) }))
        .catch((error: unknown) => reply(failedReply(error)))
    })
    reply({ type: 'ready' })
  } catch (error) {
    reply(failedReply(error))
  }
}

export function failedReply(error: unknown): FailedReply {
  if (error instanceof FoibleError) {
    return { type: 'failed', code: error.code, message: error.message, details: error.details }
  }
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return {
    type: 'failed',
    code: 'predictor_failed',
    message: `The prediction process met an error of its own: ${reason}`,
    details: {},
  }
}
