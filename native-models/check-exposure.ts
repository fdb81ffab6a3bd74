// A graph that was edited to give its embedding must still give the same scores: tried once, before a run relies on it.
import { FoibleError } from '#core/errors.ts'
import type { ModelSpec } from './model-spec.ts'
import { openSession } from './open-session.ts'

/** Of the greatest score: where an operator in between is no longer fused with the next one, sums round differently. */
const tolerance = 1e-4

/** Runs one batch on the processor through the model as it is and as it was edited. Throws `model_unsupported`. */
export async function checkExposure(model: ModelSpec, threads: number): Promise<void> {
  const images = model.batch ?? 1
  const values = Float32Array.from(
    { length: images * 3 * model.width * model.height },
    (_, i) => ((i * 37) % 255) / 255,
  )
  const plain = await scoresOf(model, threads, values, images, false)
  const edited = await scoresOf(model, threads, values, images, true)
  const range = plain.reduce((greatest, score) => Math.max(greatest, Math.abs(score)), 0)
  const differs = plain.some((score, i) => !(Math.abs(score - (edited[i] ?? Number.NaN)) <= tolerance * range))
  if (!differs) return
  throw new FoibleError(
    'model_unsupported',
    `${model.name} gives other scores once its embedding is an output: predict without keeping embeddings.`,
    { part: 'embedding', output: model.embedding?.output ?? null },
  )
}

async function scoresOf(
  model: ModelSpec,
  threads: number,
  values: Float32Array,
  images: number,
  keepsEmbedding: boolean,
): Promise<Float32Array> {
  const session = await openSession(model, 'cpu', threads, keepsEmbedding)
  try {
    return await session.run(values, images)
  } finally {
    await session.close()
  }
}
