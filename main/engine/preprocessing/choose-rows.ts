// Which labelled images a check is made on.
import { FoibleError } from '#core/errors.ts'
import { spreadOverClasses } from '#core/preprocessing/spread-over-classes.ts'
import type { ModelSpec } from '#models/model-spec.ts'
import { listProblemIds } from '#store/sample-table.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import type { Truth } from '../runs/truth.ts'

/** Below this nothing can be told. */
export const leastImages = 8
const mostRows = 50_000

/**
 * Rows to search on and others to confirm on, `sampleSize` each where there are as many, spread over the classes.
 * Throws `usage` where too few have a label that the model knows.
 */
export function chooseRows(
  dataset: DatasetHandle,
  spec: ModelSpec,
  { acceptedIds }: Truth,
  { sampleSize, seed }: { readonly sampleSize: number; readonly seed: number },
): [Uint32Array, Uint32Array] {
  const problems = new Set(listProblemIds(dataset.db))
  // Of a million rows every twentieth is looked at: the engine answers others meanwhile.
  const stride = Math.ceil(dataset.rowCount / mostRows)
  const first = seed % stride
  const classes = Array.from({ length: Math.ceil((dataset.rowCount - first) / stride) }, (_, i) => {
    const row = first + i * stride
    return problems.has(row + 1) ? null : (acceptedIds(row)?.[0] ?? null)
  })
  const rows = spreadOverClasses(classes, 2 * sampleSize, seed).map((i) => first + i * stride)
  if (rows.length < 2 * leastImages) throw tooFew(spec, rows.length)
  const half = Math.ceil(rows.length / 2)
  return [rows.subarray(0, half), rows.subarray(half)]
}

export function tooFew({ name }: ModelSpec, found: number): FoibleError {
  const message = `The preprocessing is checked on at least ${2 * leastImages} images whose class ${name} knows, and here are ${found}: choose a dataset with such labels, or say under “Class names” what its classes are.`
  return new FoibleError('usage', message, { model: name, found })
}
