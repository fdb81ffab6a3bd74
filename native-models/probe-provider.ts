// In a process of its own: does a provider work here, does it agree with the processor on this model and these images, and is it faster?
import { FoibleError } from '#core/errors.ts'
import { compareScores, describeDisagreement } from './compare-scores.ts'
import { explainFailure } from './explain-failure.ts'
import type { ModelSpec } from './model-spec.ts'
import { physicalCores } from './plan-workers.ts'
import { createBatchPredictor } from './predict-batch.ts'
import type { LoadedItem } from './predict-messages.ts'
import { createBatchPreparer, tensorValues } from './prepare-batch.ts'
import { type OpenSession, type WatchedRun, watchSession } from './watch-session.ts'

export interface ProviderReport {
  readonly provider: string
  /** Times as fast as the processor; null where it does not work or does not agree. */
  readonly speedup: number | null
  /** One sentence. */
  readonly reason: string
  /** Nothing was learnt of it: another time it may run. */
  readonly isUntried?: boolean
}

/**
 * Runs one batch of `items` on the processor and on the provider. May hang or crash with the driver: the parent keeps the time.
 * @param onProvider Called when the processor's part is over, however that ended, and the provider's begins.
 */
export async function probeProvider(
  provider: string,
  model: ModelSpec,
  items: readonly LoadedItem[],
  open: OpenSession,
  onProvider: () => void,
): Promise<ProviderReport> {
  const refused = (reason: string) => ({ provider, speedup: null, reason: `${provider}: ${reason}` })
  try {
    const expected = await secondRun(model, 'cpu', physicalCores(), items, open).finally(onProvider)
    if (expected === null) {
      return { ...refused('not tried, as none of the first images can be read.'), isUntried: true }
    }
    const found = await secondRun(model, provider, 1, items, open)
    if (found === null) return refused('it did not run.')
    const width = expected.scores.length / expected.count
    const difference = compareScores(expected.scores, found.scores, width, model.outputKind !== 'embedding')
    if (difference !== null) return refused(`${describeDisagreement(difference)}.`)
    const speedup = expected.elapsedMs / found.elapsedMs
    const times = speedup.toPrecision(2)
    const reason = `${provider}: agrees with the processor and is ${times} times as fast on this model.`
    return { provider, speedup, reason }
  } catch (error) {
    if (!(error instanceof FoibleError)) throw error
    return refused(explainFailure(provider, String(error.details['reason'] ?? error.message), process.platform))
  }
}

/** Null where no image could be prepared. The second run is timed: the first one compiles and allocates. */
async function secondRun(
  model: ModelSpec,
  provider: string,
  threads: number,
  items: readonly LoadedItem[],
  open: OpenSession,
): Promise<WatchedRun | null> {
  const runs: WatchedRun[] = []
  const close: (() => Promise<void>)[] = []
  const openWatched: OpenSession = async (...request) => {
    const session = await open(...request)
    close.push(session.close)
    return watchSession(session, (run) => void runs.push({ ...run, scores: run.scores.slice() }))
  }
  const plan = { role: 'run', model, provider, threads, answers: { kind: 'all' }, keep: [] } as const
  const predict = await createBatchPredictor(plan, openWatched)
  const values = new Float32Array(tensorValues(model, items.length))
  const prepared = (await createBatchPreparer(model))(items, values)
  await predict(values, prepared)
  await predict(values, prepared)
  for (const end of close) await end()
  return runs[1] ?? null
}
