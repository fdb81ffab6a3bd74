// A model's whole answer from the logits that FiftyOne keeps beside a label.
import { FoibleError } from '#core/errors.ts'
import type { ImportedPrediction } from './dataset-reader.ts'
import { readBinary } from './extended-json.ts'
import { inflateNpy } from './npy.ts'

const keptClasses = 5

/** Softmax of 32-bit logits is as exact as this; what differs more was calibrated, or made otherwise. */
const tolerance = 1e-4

/**
 * The best classes and their probabilities by softmax, of an array with one number a class; probabilities are taken as they
 * are. Null if there is no such array, or if it does not say what `label` and `confidence` (null: not given) say.
 */
export function readLogits(
  logits: unknown,
  classes: readonly string[] | null,
  label: string,
  confidence: number | null,
): Pick<ImportedPrediction, 'classes' | 'probabilities'> | null {
  const bytes = readBinary(logits)
  if (bytes === null || classes === null) return null
  const values = readArray(bytes)
  if (values === null || values.length !== classes.length || !values.every((value) => Number.isFinite(value)))
    return null
  const probabilities = toProbabilities(values)
  const best = Array.from(probabilities.keys())
    .sort((a, b) => probabilities[b]! - probabilities[a]!)
    .slice(0, keptClasses)
  const [first] = best
  if (first === undefined || classes[first] !== label) return null
  if (confidence !== null && Math.abs(probabilities[first]! - confidence) > tolerance) return null
  return { classes: best.map((i) => classes[i]!), probabilities: best.map((i) => probabilities[i]!) }
}

/** Null for an array that cannot be read: it is kept as it is, and the label says enough. */
function readArray(bytes: Uint8Array): Float64Array | null {
  try {
    return inflateNpy(bytes, 'samples.json').values
  } catch (error) {
    if (error instanceof FoibleError) return null
    throw error
  }
}

function toProbabilities(values: Float64Array): Float64Array {
  const sum = values.reduce((total, value) => total + value, 0)
  if (Math.abs(sum - 1) < 1e-3 && values.every((value) => value >= 0)) return values
  const largest = values.reduce((max, value) => Math.max(max, value), -Infinity)
  const powers = values.map((value) => Math.exp(value - largest))
  const total = powers.reduce((all, value) => all + value, 0)
  return powers.map((value) => value / total)
}
