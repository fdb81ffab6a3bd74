// How near images are to texts in the space of a dual encoder, and what is made of it. Pure.
import { FoibleError } from '#core/errors.ts'
import type { ZeroShotPlan } from './predictor.ts'

/** Rows of length 1, in place; a row of zeros stays one. */
export function normaliseRows(values: Float32Array, dim: number): void {
  for (let start = 0; start < values.length; start += dim) {
    const row = values.subarray(start, start + dim)
    let sum = 0
    for (const value of row) sum += value * value
    const length = Math.sqrt(sum)
    if (length > 0) for (let i = 0; i < row.length; i++) row[i] = (row[i] ?? 0) / length
  }
}

/**
 * Logits, n x classCount: scale x cosine + bias (CLIP, arXiv 2103.00020; SigLIP, arXiv 2303.15343).
 * @param embeddings n x dim, of any length.
 * Throws `model_unsupported` (details: `{part, found, expected}`) where images and texts are described by other numbers of values.
 */
export function scoreTexts(embeddings: Float32Array, embeddingSize: number, plan: ZeroShotPlan): Float32Array {
  const { weights, classCount, dim, scale, bias } = plan
  if (embeddingSize !== dim) {
    throw new FoibleError(
      'model_unsupported',
      `The model describes images by ${embeddingSize} numbers and texts by ${dim}: export both of its halves from the same model.`,
      { part: 'embedding', found: dim, expected: embeddingSize },
    )
  }
  const images = embeddings.slice()
  normaliseRows(images, dim)
  const rows = images.length / dim
  const scores = new Float32Array(rows * classCount)
  for (let row = 0; row < rows; row++) {
    const image = images.subarray(row * dim, (row + 1) * dim)
    for (let id = 0; id < classCount; id++) {
      const offset = id * dim
      let cosine = 0
      for (let i = 0; i < dim; i++) cosine += (image[i] ?? 0) * (weights[offset + i] ?? 0)
      scores[row * classCount + id] = scale * cosine + bias
    }
  }
  return scores
}
