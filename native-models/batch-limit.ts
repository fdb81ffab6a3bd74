// How many prepared images may be in memory at once. Pure.
import type { ModelSpec } from './model-spec.ts'

/** Of input tensors of all workers together: one image of 4096 x 4096 in float32 has 192 MiB. */
const tensorBudgetBytes = 2 ** 28

type InputSize = Pick<ModelSpec, 'width' | 'height' | 'batch'>

/** At least 1, however large an image is. */
export function imagesWithinBudget({ width, height }: InputSize): number {
  return Math.max(1, Math.floor(tensorBudgetBytes / (3 * width * height * Float32Array.BYTES_PER_ELEMENT)))
}

/** Workers that can each hold a batch of the graph's own size, or one image. */
export function workersWithinBudget(model: InputSize): number {
  return Math.max(1, Math.floor(imagesWithinBudget(model) / (model.batch ?? 1)))
}
