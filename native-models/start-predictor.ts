// The engine's side of the prediction process: samples in, batches of results out, in the order of the samples. Loads no runtime.
import { FoibleError } from '#core/errors.ts'
import { chooseProvider, probeImages, rememberDrop } from './choose-provider.ts'
import { ItemQueue } from './item-queue.ts'
import { ProviderFailure, predictOn } from './predict-on.ts'
import type { PredictBatch, PredictItem, PredictOptions, PredictorInfo } from './predictor.ts'

export interface StartPredictorOptions extends PredictOptions {
  /** Taken as they are needed, at most a few batches ahead of what has been yielded. */
  readonly items: AsyncIterable<PredictItem>
  /** The predict-process module where it does not lie beside this one. */
  readonly entry?: URL | string
  /** Providers that `auto` tries beside the processor; those of the platform by default. */
  readonly candidates?: readonly string[]
  /** How long a device may take for a batch before its driver is taken to hang; 5 minutes by default. */
  readonly silenceMs?: number
  /** Called when the sessions are ready, and again when another provider goes on. Batches that follow are of that provider. */
  readonly onInfo?: (info: PredictorInfo) => void
  /** Called when a provider is dropped in mid-run. Gives the items of its suspects, to be predicted once more. */
  readonly onDrop?: (drop: ProviderDrop) => AsyncIterable<PredictItem>
}

export interface ProviderDrop {
  readonly provider: string
  /** One sentence. */
  readonly reason: string
  /** Samples that were yielded since the provider last agreed with the processor, if it ceased to: their results are not to be kept. */
  readonly suspects: readonly number[]
}

/**
 * Predicts all items. An item that cannot be predicted is one of its batch's failures. A provider that breaks, falls silent or ceases to
 * agree with the processor is dropped, and the next goes on with what has not been yielded.
 * Leaving the loop, or aborting, kills the process at once.
 * Throws `cancelled`, `model_invalid`, `model_unsupported`, and `predictor_failed` where the process died on the last provider (details:
 * `{exitCode, exitSignal, stderr}`). A provider that was asked for by name and does not start is not replaced.
 */
export async function* startPredictor(options: StartPredictorOptions): AsyncGenerator<PredictBatch, void, undefined> {
  const { signal, model, candidates, entry } = options
  if (signal.aborted) throw cancelled()
  const queue = new ItemQueue(options.items)
  try {
    const items = options.provider === 'auto' ? await queue.take(probeImages) : []
    queue.putBack(items)
    let choice = await unlessAborted(chooseProvider(options.provider, model, { items, entry, candidates }), signal)
    for (;;) {
      const [provider = 'cpu', ...others] = choice.providers
      try {
        return yield* predictOn({ ...options, provider, reasons: choice.reasons, queue })
      } catch (error) {
        if (!(error instanceof ProviderFailure)) throw error
        if (signal.aborted) throw cancelled()
        const { failure, unanswered, suspects } = error
        // The model's own: on another provider it would be the same.
        if (failure.code === 'model_unsupported') throw failure
        if (others.length === 0 || (!error.hasStarted && options.provider !== 'auto')) throw failure
        queue.putBack(unanswered)
        const reason = `${provider}: dropped, as ${describeFailure(failure)}`
        const earlier = choice.reasons.filter((sentence) => !sentence.startsWith(`${provider}:`))
        choice = { providers: others, reasons: [`${others[0]}: goes on where ${provider} failed.`, reason, ...earlier] }
        if (options.provider === 'auto') rememberDrop(model, candidates, choice)
        const again = options.onDrop?.({ provider, reason, suspects })
        if (again !== undefined) queue.append(again)
      }
    }
  } finally {
    await queue.close()
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

/** The failure of a provider that another one makes good, so that nobody has to do anything. */
function describeFailure({ message, details }: FoibleError): string {
  const { disagrees, reason, exitCode, exitSignal, stderr } = details
  const said = Array.isArray(stderr) && stderr.length > 0 ? `: ${String(stderr.at(-1))}` : ''
  if (exitCode !== undefined) return `its process ended with ${String(exitSignal ?? exitCode)}${said}.`
  if (disagrees === true || typeof reason !== 'string') return message
  return `onnxruntime broke off: ${reason}.`
}

function cancelled(): FoibleError {
  return new FoibleError('cancelled', 'The prediction was cancelled.')
}
