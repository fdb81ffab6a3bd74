// A model as it is fed from a dataset whose images have a border that belongs to none of them.
import type { ModelSpec } from '#models/model-spec.ts'

/** The model with the dataset's border taken off before its own preprocessing. */
export function withoutBorder(spec: ModelSpec, cropBorderPx: number): ModelSpec {
  return cropBorderPx === 0 ? spec : { ...spec, preprocessing: { ...spec.preprocessing, cropBorderPx } }
}
