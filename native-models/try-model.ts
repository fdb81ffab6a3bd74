// One image through a model before it is added: what the file promises and the runtime makes of it are two things.
import { FoibleError } from '#core/errors.ts'
import type { ModelSpec } from './model-spec.ts'
import { startPredictor } from './start-predictor.ts'

/** A PNG of one pixel in the mean colour of ImageNet. */
const onePixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mOoKckAAALIAVlhA0r6AAAAAElFTkSuQmCC',
  'base64',
)

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
    answers: { kind: 'all' } as const,
    items: oneImage(),
  }
  for await (const { topIds, failures } of startPredictor(options)) {
    const [failure] = failures
    if (failure !== undefined) throw new Error(`the image of the trial could not be prepared: ${failure.message}`)
    if (topIds[0] !== -1) continue
    throw new FoibleError(
      'model_unsupported',
      `${model.name} answers a plain image with scores that are no numbers: export it again, in float32 if it was made smaller.`,
      { part: 'output', found: 'NaN', expected: 'numbers' },
    )
  }
}
