// One batch from its input tensor to ranked scores. Runs in a worker thread of the prediction process, and blocks it.
import type { ModelSpec } from './model-spec.ts'
import { toHalves, toKeptLogits } from './keep-halves.ts'
import type { SessionPlan } from './predict-messages.ts'
import type { PredictBatch, ZeroShotPlan } from './predictor.ts'
import type { PreparedBatch } from './prepare-batch.ts'
import { rankAnswers } from './rank-answers.ts'
import { type ScoreKind, areDistributions } from './rank-scores.ts'
import { scoreTexts } from './score-texts.ts'
import type { OpenSession } from './watch-session.ts'

const nothing = { output: new Float32Array(0), embeddings: null }

/** A function of one batch: a tensor, and what lies in it. */
type BatchPredictor = (values: Float32Array, prepared: PreparedBatch) => Promise<PredictBatch>

export async function createBatchPredictor(
  { model, provider, threads, answers, keep }: SessionPlan,
  open: OpenSession,
): Promise<BatchPredictor> {
  const session = await open(model, provider, threads, keep.includes('embedding'))
  let scoreKind: ScoreKind | null = answers.kind === 'zero-shot' ? kindOfTexts(answers) : null

  return async (values, { sampleIds, acceptedIds, sizes, failures }) => {
    const count = sampleIds.length
    const { output, embeddings } = count === 0 ? nothing : await session.runKeeping(values, count)
    const scores = answers.kind === 'zero-shot' ? scoreTexts(output, session.outputValues, answers) : output
    scoreKind ??= count === 0 ? null : checkedKind(model, scores, count)
    return {
      sampleIds,
      ...rankAnswers(
        answers,
        scores,
        answers.kind === 'zero-shot' ? answers.classCount : model.classes.length,
        scoreKind ?? 'logits',
        acceptedIds,
      ),
      sizes,
      kept: {
        ...(keep.includes('logits') && { logits: toKeptLogits(scores, scoreKind ?? 'logits') }),
        ...(embeddings !== null && { embedding: toHalves(embeddings) }),
      },
      failures,
    }
  }
}

/** What the graph's last operator says, corrected by what comes out: a softmax may be written in other operators. */
export function checkedKind(model: ModelSpec, scores: Float32Array, rows: number): ScoreKind {
  if (areDistributions(scores, rows, model.classes.length)) return 'probabilities'
  const isBelowZero = scores.some((score) => score < 0)
  return isBelowZero || model.outputKind === 'embedding' ? 'logits' : model.outputKind
}

export function kindOfTexts({ activation }: ZeroShotPlan): ScoreKind {
  return activation === 'sigmoid' ? 'independent' : 'logits'
}
