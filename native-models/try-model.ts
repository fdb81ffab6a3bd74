// One image through a model before it is added: what the file promises and the runtime makes of it are two things.
import { FoibleError } from '#core/errors.ts'
import type { ModelSpec } from './model-spec.ts'
import type { AnswerPlan } from './predictor.ts'
import { startPredictor } from './start-predictor.ts'
import { encodeTexts, planZeroShot } from './text/encode-texts.ts'

/** A PNG of one pixel in the mean colour of ImageNet. */
const onePixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mOoKckAAALIAVlhA0r6AAAAAElFTkSuQmCC',
  'base64',
)

/** Any two texts will do. */
const trialTexts = ['a photo of a cat', 'a photo of a dog']

/**
 * Loads the model in a process of its own and lets it answer once, on the processor.
 * @param entry The predict-process module where it does not lie beside this one.
 * Throws `model_invalid`, `model_unsupported`, `predictor_failed`, `cancelled`.
 */
export async function tryModel(model: ModelSpec, entry: string, signal: AbortSignal): Promise<void> {
  async function* oneImage() {
    yield { sampleId: 0, image: { bytes: new Uint8Array(onePixel) }, acceptedIds: null }
  }
  const options = {
    model,
    entry,
    signal,
    provider: 'cpu',
    batchSize: 1,
    answers: await trialAnswers(model, entry, signal),
    items: oneImage(),
  }
  for await (const { topIds, failures } of startPredictor(options)) {
    const [failure] = failures
    if (failure !== undefined) throw new Error(`the image of the trial could not be prepared: ${failure.message}`)
    if (topIds[0] !== -1 || !answersAnything(model)) continue
    throw new FoibleError(
      'model_unsupported',
      `${model.name} answers a plain image with scores that are no numbers: export it again, in float32 if it was made smaller.`,
      { part: 'output', found: 'NaN', expected: 'numbers' },
    )
  }
}

/** A dual encoder shows with the trial that its text half works too. */
async function trialAnswers(model: ModelSpec, entry: string, signal: AbortSignal): Promise<AnswerPlan> {
  if (model.text === undefined) return { kind: 'all' }
  return planZeroShot(model.text, await encodeTexts(model, trialTexts, signal, entry))
}

function answersAnything({ outputKind, text }: ModelSpec): boolean {
  return outputKind !== 'embedding' || text !== undefined
}
