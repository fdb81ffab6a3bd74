// A worker thread of the prediction process: takes batches off its port, one after another.
import { FoibleError } from '#core/errors.ts'
import { parentPort, workerData } from 'node:worker_threads'
import { createAgreementCheck } from './check-agreement.ts'
import { createBatchPredictor } from './predict-batch.ts'
import type {
  BatchReply,
  FailedReply,
  PreparedReply,
  SessionPlan,
  WorkerReply,
  WorkerRequest,
} from './predict-messages.ts'
import { createBatchPreparer, tensorValues } from './prepare-batch.ts'
import { type OpenSession, watchSession } from './watch-session.ts'

type Serve = (request: WorkerRequest) => Promise<WorkerReply>

/** Serves batches until the process ends. Order is kept: a batch is begun when the one before has been answered. */
export async function runPredictWorker(open: OpenSession): Promise<void> {
  const port = parentPort
  if (port === null) throw new Error('not in a worker thread')
  const plan: SessionPlan = workerData
  const reply = (message: WorkerReply) => port.postMessage(message, movable(message))
  try {
    const serve = await createServer(plan, open)
    let last: Promise<void> = Promise.resolve()
    port.on('message', (request: WorkerRequest) => {
      last = last.then(async () => reply(await serve(request))).catch((error: unknown) => reply(failedReply(error)))
    })
    reply({ type: 'ready' })
  } catch (error) {
    reply(failedReply(error))
  }
}

async function createServer(plan: SessionPlan, open: OpenSession): Promise<Serve> {
  const prepare = plan.role === 'run' ? null : await createBatchPreparer(plan.model)
  const answer = plan.role === 'prepare' ? null : await createAnswerer(plan, open)
  let own: Float32Array | null = null
  return async (request) => {
    if (request.type === 'prepared') {
      if (answer === null) throw new Error('a thread that prepares cannot run')
      return { type: 'answered', reply: await answer(request), values: request.values }
    }
    if (prepare === null) throw new Error('a thread that runs cannot prepare')
    const { sequence, check, items } = request
    const values = withRoom(request.values ?? own, tensorValues(plan.model, items.length))
    const prepared: PreparedReply = { type: 'prepared', sequence, check, prepared: prepare(items, values), values }
    if (answer === null) return prepared
    own = values
    return { type: 'answered', reply: await answer(prepared), values: null }
  }
}

async function createAnswerer(plan: SessionPlan, open: OpenSession) {
  const check = createAgreementCheck(plan.model, plan.provider, open)
  let isChecked = false
  let inferenceMs = 0
  const openWatched: OpenSession = async (...request) =>
    watchSession(await open(...request), async (run) => {
      inferenceMs = run.elapsedMs
      if (isChecked) await check(run)
    })
  const predict = await createBatchPredictor(plan, openWatched)
  return async (request: PreparedReply): Promise<BatchReply> => {
    isChecked = request.check
    inferenceMs = 0
    const batch = await predict(request.values, request.prepared)
    return { type: 'batch', sequence: request.sequence, batch, inferenceMs }
  }
}

function withRoom(values: Float32Array | null, length: number): Float32Array {
  return values === null || values.length < length ? new Float32Array(length) : values
}

/** Tensors move from thread to thread without a copy. */
function movable(message: WorkerReply): ArrayBuffer[] {
  const buffer = 'values' in message ? message.values?.buffer : undefined
  return buffer instanceof ArrayBuffer ? [buffer] : []
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
