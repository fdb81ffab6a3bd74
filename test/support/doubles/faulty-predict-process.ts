// A prediction process whose providers fail as drivers do: real sessions on the processor, and a fault by the provider's name, such
// as `drifting-3`, after so many batches of a session. Its clock tells the same on every machine: the processor takes longer than the
// others.
import { isMainThread } from 'node:worker_threads'
import { FoibleError } from '#core/errors.ts'
import type { PredictReply, PredictRequest } from '#models/predict-messages.ts'
import { type ScoreSession, openSession } from '#models/open-session.ts'
import { runPredictProcess } from '#models/run-predict-process.ts'

type Fault = (provider: string, session: ScoreSession) => Promise<ScoreSession['runKeeping']>

/** What a session does once it has served as many batches as it is good for. */
const faults: Readonly<Record<string, Fault>> = {
  /** The runtime throws. */
  breaking: async (provider) => () => {
    throw new FoibleError('predictor_failed', 'onnxruntime broke off.', { provider, reason: 'device lost' })
  },
  /** The model is at fault, which another provider does not change. */
  refusing: async () => () => {
    throw new FoibleError('model_unsupported', 'It gives other scores once its embedding is an output.')
  },
  /** The driver takes the process with it: see `crashAfter`. */
  crashing: async () => () => {
    if (isMainThread) crash()
    return new Promise(() => undefined)
  },
  /** The driver never comes back. */
  hanging: async () => () => new Promise(() => undefined),
  /** Every score is a little off. */
  drifting: async (_provider, { runKeeping }) => {
    return async (values, count) => {
      const result = await runKeeping(values, count)
      const reach = Math.max(...result.output) - Math.min(...result.output)
      return { ...result, output: result.output.map((score, i) => score + (i % 2 === 0 ? 0.1 : -0.1) * reach) }
    }
  },
  /** The scores of two classes are exchanged. */
  confusing: async (_provider, { runKeeping, outputValues }) => {
    return async (values, count) => {
      const result = await runKeeping(values, count)
      const output = result.output.map((_, i, scores) => {
        const at = i % outputValues
        return scores[i - at + ((at + 1) % outputValues)] ?? Number.NaN
      })
      return { ...result, output }
    }
  },
  /** Does what it should. */
  steady: async (_provider, { runKeeping }) => runKeeping,
}

const [processorMs, othersMs] = [20, 1]
let nowMs = 0
performance.now = () => nowMs

function crash(): void {
  process.kill(process.pid, 'SIGKILL')
}

/** Not while an answer is on its way, which would be lost with the process, or not. */
function crashAfter(batches: number): void {
  const send = process.send?.bind(process)
  let left = batches
  process.send = (message: PredictReply) =>
    send?.(message, undefined, {}, () => {
      if (message.type === 'batch' && --left === 0) crash()
    }) ?? false
}

if (isMainThread) {
  process.on('message', ({ type, ...request }: PredictRequest) => {
    const [fault, good] = type === 'start' && 'provider' in request ? request.provider.split('-') : []
    if (fault === 'crashing') crashAfter(Number(good))
  })
}

await runPredictProcess(new URL(import.meta.url), async (model, provider, threads, keepsEmbedding) => {
  const [name = '', good = '0'] = provider.split('-')
  if (name === 'missing') {
    throw new FoibleError('model_invalid', 'onnxruntime cannot load it.', { provider, reason: 'no such device' })
  }
  const fault = faults[name]
  const session = await openSession(model, fault === undefined ? provider : 'cpu', threads, keepsEmbedding)
  if (fault === undefined) return timed(session, processorMs)
  const failing = await fault(provider, session)
  let runs = 0
  const runKeeping: ScoreSession['runKeeping'] = (values, count) =>
    (runs++ < Number(good) ? session.runKeeping : failing)(values, count)
  return timed({ ...session, runKeeping }, othersMs)
})

function timed(session: ScoreSession, ms: number): ScoreSession {
  const runKeeping: ScoreSession['runKeeping'] = async (values, count) => {
    nowMs += ms
    return await session.runKeeping(values, count)
  }
  return { ...session, runKeeping, run: async (values, count) => (await runKeeping(values, count)).output }
}
