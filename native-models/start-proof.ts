// The engine's side of a prediction process that draws tensors and scores preprocessings. Loads no runtime.
import { FoibleError, throwIfCancelled } from '#core/errors.ts'
import { forkPredictProcess } from './fork-predict-process.ts'
import type { ModelSpec } from './model-spec.ts'
import { physicalCores } from './plan-workers.ts'
import type { AnswerPlan, PredictItem } from './predictor.ts'
import type { Feeding } from './preprocess/list-candidates.ts'
import type { ProofRequest, ScoredItems, TensorPicture } from './proof-messages.ts'

export interface DrawnImage {
  /** One a feeding. */
  readonly pictures: readonly TensorPicture[]
  /** Of the upright source image, border included, in pixels. */
  readonly width: number
  readonly height: number
}

/** A process of its own. Its requests are answered one at a time; a second one while the first runs is a bug. */
export interface Proof {
  /** Throws what an image cannot be drawn for: `broken_file`, `unsupported_format`, `too_large`. */
  readonly draw: (request: Omit<Extract<ProofRequest, { type: 'draw' }>, 'type'>) => Promise<DrawnImage>
  /** Throws `model_invalid` where the runtime cannot load the model. */
  readonly openScores: (model: ModelSpec, provider: string, answers: AnswerPlan) => Promise<void>
  /** Throws `model_unsupported`, `predictor_failed`. */
  readonly score: (items: readonly PredictItem[], feedings: readonly Feeding[]) => Promise<ScoredItems>
  readonly kill: () => void
}

/**
 * @param entry The predict-process module where it does not lie beside this one.
 * @param signal Aborting it kills the process: what waits for an answer throws `cancelled`.
 */
export function startProof(entry: URL | string | undefined, signal: AbortSignal): Proof {
  throwIfCancelled(signal)
  const child = forkPredictProcess(entry)
  const onAbort = () => child.fail(new FoibleError('cancelled', 'Cancelled.'))
  signal.addEventListener('abort', onAbort, { once: true })
  return {
    async draw(request) {
      child.send({ type: 'draw', ...request })
      const { result } = await child.next('drawn')
      if ('problem' in result) throw new FoibleError(result.problem.code, result.problem.message)
      return result
    },
    async openScores(model, provider, answers) {
      const threads = provider === 'cpu' ? physicalCores() : 1
      child.send({ type: 'open-scores', model, provider, threads, answers })
      await child.next('scores-open')
    },
    async score(items, feedings) {
      child.send({ type: 'score', items, feedings })
      return (await child.next('scored')).result
    },
    kill() {
      signal.removeEventListener('abort', onAbort)
      child.kill()
    },
  }
}
