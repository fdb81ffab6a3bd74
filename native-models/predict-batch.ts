// One batch from encoded images to ranked scores. Runs in a worker thread of the prediction process, and blocks it.
import { FoibleError } from '#core/errors.ts'
import type { ModelSpec } from './model-spec.ts'
import { toHalves, toKeptLogits } from './keep-halves.ts'
import { createImageDecoder } from './preprocess/decode-image.ts'
import { createPreprocessor } from './preprocess/preprocessor.ts'
import type { LoadedItem, SessionPlan } from './predict-messages.ts'
import type { PredictBatch, ZeroShotPlan } from './predictor.ts'
import { rankAnswers } from './rank-answers.ts'
import { type ScoreKind, areDistributions } from './rank-scores.ts'
import { scoreTexts } from './score-texts.ts'
import type { OpenSession } from './watch-session.ts'

const nothing = { output: new Float32Array(0), embeddings: null }

/** A function of one batch of at most `batchSize` items: an image that cannot be read becomes one of its failures. */
export async function createBatchPredictor(
  { model, provider, threads, answers, keep }: SessionPlan,
  open: OpenSession,
): Promise<(items: readonly LoadedItem[]) => Promise<PredictBatch>> {
  const session = await open(model, provider, threads, keep.includes('embedding'))
  const decodeImage = await createImageDecoder()
  const preprocessor = createPreprocessor(model.preprocessing, model.layout)
  let values = new Float32Array((model.batch ?? 0) * session.imageValues)
  let scoreKind: ScoreKind | null = answers.kind === 'zero-shot' ? kindOfTexts(answers) : null

  return async (items) => {
    if (values.length < items.length * session.imageValues)
      values = new Float32Array(items.length * session.imageValues)
    const good: LoadedItem[] = []
    const sizes = new Uint32Array(items.length * 2)
    const failures: { sampleId: number; message: string }[] = []
    for (const item of items) {
      try {
        if (typeof item.bytes === 'string') throw new FoibleError('broken_file', item.bytes)
        const image = decodeImage(item.bytes)
        preprocessor.fill(image, values, good.length * session.imageValues)
        sizes.set([image.width, image.height], good.length * 2)
        good.push(item)
      } catch (error) {
        if (!(error instanceof FoibleError)) throw error
        failures.push({ sampleId: item.sampleId, message: error.message })
      }
    }
    const { output, embeddings } = good.length === 0 ? nothing : await session.runKeeping(values, good.length)
    const scores = answers.kind === 'zero-shot' ? scoreTexts(output, session.outputValues, answers) : output
    scoreKind ??= good.length === 0 ? null : checkedKind(model, scores, good.length)
    return {
      sampleIds: Uint32Array.from(good, (item) => item.sampleId),
      ...rankAnswers(
        answers,
        scores,
        answers.kind === 'zero-shot' ? answers.classCount : model.classes.length,
        scoreKind ?? 'logits',
        good.map((item) => item.acceptedIds),
      ),
      sizes: sizes.slice(0, good.length * 2),
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
