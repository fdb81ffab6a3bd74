// A worker thread of the prediction process: takes batches off its port, one after another.
import { FoibleError } from '#core/errors.ts'
import { parentPort, workerData } from 'node:worker_threads'
import { createAgreementCheck } from './check-agreement.ts'
import { createBatchPredictor } from './predict-batch.ts'
import type { FailedReply, SessionPlan, WorkerReply, WorkerRequest } from './predict-messages.ts'
import { type OpenSession, watchSession } from './watch-session.ts'

/** Serves batches until the process ends. Order is kept: a batch is begun when the one before has been answered. */
export async function runPredictWorker(open: OpenSession): Promise<void> {
  const port = parentPort
  if (port === null) throw new Error('not in a worker thread')
  const plan: SessionPlan = workerData
  const reply = (message: WorkerReply) => port.postMessage(message)
  const check = createAgreementCheck(plan.model, plan.provider, open)
  let isChecked = false
  let inferenceMs = 0
  const openWatched: OpenSession = async (...request) =>
    watchSession(await open(...request), async (run) => {
      inferenceMs = run.elapsedMs
      if (isChecked) await check(run)
    })
  try {
    const predict = await createBatchPredictor(plan, openWatched)
    let last: Promise<void> = Promise.resolve()
    port.on('message', (request: WorkerRequest) => {
      last = last
        .then(async () => {
          isChecked = request.check
          inferenceMs = 0
          const batch = await predict(request.items)
          reply({ type: 'batch', sequence: request.sequence, batch, inferenceMs })
        })
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
