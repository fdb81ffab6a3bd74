// In mid-run: a few images of a batch once more on the processor, so that a provider that begins to err does not go on.
import { FoibleError } from '#core/errors.ts'
import { compareScores, describeDisagreement } from './compare-scores.ts'
import type { ModelSpec } from './model-spec.ts'
import type { ScoreSession } from './open-session.ts'
import type { OpenSession, WatchedRun } from './watch-session.ts'

/** The processor is slower than what it checks: two images tell enough. */
const checkedImages = 2

/** Batches between two checks. With 32 images a batch, an accelerator 50 times as fast loses 5 % by it. */
const checkEvery = 64

/**
 * Whether the batch of this number (from 0) is checked: the first, then ever more sparsely. Graphs of a fixed batch have to run a whole
 * one for a single image, so they are checked less often.
 */
export function isCheckDue(sequence: number, { batch }: Pick<ModelSpec, 'batch'>): boolean {
  const every = checkEvery * (batch ?? 1)
  if (sequence % every === 0) return true
  return sequence < every && Number.isInteger(Math.log2(sequence))
}

/**
 * A function that throws `predictor_failed` (details: `{provider, disagrees: true, share}`) where a run's scores are not the processor's.
 * Its own session is opened by the first check.
 */
export function createAgreementCheck(
  model: ModelSpec,
  provider: string,
  open: OpenSession,
): (run: WatchedRun) => Promise<void> {
  let reference: Promise<ScoreSession> | null = null
  return async ({ values, count, scores }) => {
    reference ??= open(model, 'cpu', 1)
    const images = Math.min(count, checkedImages)
    const expected = await (await reference).run(values, images)
    const width = scores.length / count
    const found = compareScores(expected, scores.subarray(0, images * width), width, model.outputKind !== 'embedding')
    if (found === null) return
    throw new FoibleError(
      'predictor_failed',
      `${provider} does not agree with the processor: ${describeDisagreement(found)}. Bring its driver up to date.`,
      { provider, disagrees: true, share: found.share },
    )
  }
}
