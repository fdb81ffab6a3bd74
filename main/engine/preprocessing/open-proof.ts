// A prediction process in which a model is ready to be scored under several preprocessings.
import { raceAbort } from '#hub/race-abort.ts'
import { chooseProvider } from '#models/choose-provider.ts'
import type { ModelSpec } from '#models/model-spec.ts'
import type { AnswerPlan, PredictItem } from '#models/predictor.ts'
import { type Proof, startProof } from '#models/start-proof.ts'
import type { EngineParts } from '../engine-parts.ts'
import { withServerToken } from '../models/with-server-token.ts'

const probedImages = 8

/**
 * The model is loaded on the first provider that takes it; the caller kills the process.
 * @param items Of those that are to be scored: `auto` probes providers with some of them.
 */
export async function openProof(
  parts: EngineParts,
  spec: ModelSpec,
  answers: AnswerPlan,
  requested: string,
  items: readonly PredictItem[],
  signal: AbortSignal,
): Promise<{ readonly proof: Proof; readonly provider: string }> {
  const entry = parts.resources.predictEntry
  const model = await withServerToken(parts, spec)
  const choice = chooseProvider(requested, model, { items: items.slice(0, probedImages), entry })
  const { providers } = await raceAbort(choice, signal)
  for (const [place, provider] of providers.entries()) {
    const proof = startProof(entry, signal)
    try {
      await proof.openScores(model, provider, answers)
      return { proof, provider }
    } catch (error) {
      proof.kill()
      if (signal.aborted || place === providers.length - 1) throw error
    }
  }
  throw new Error('no provider was chosen')
}
