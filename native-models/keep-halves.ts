// What a run keeps of a batch, as the bits of binary16: relative errors of at most 2^-11, and 2^-25 of numbers near zero. Pure.
import { floatToHalf } from './half-floats.ts'
import type { ScoreKind } from './rank-scores.ts'

export function toHalves(values: Float32Array): Uint16Array {
  const halves = new Uint16Array(values.length)
  for (let i = 0; i < values.length; i++) halves[i] = floatToHalf(values[i] ?? 0)
  return halves
}

/** Logits as they are. Probabilities as their logarithms (0 as -infinity): a softmax makes the same probabilities of both. */
export function toKeptLogits(scores: Float32Array, kind: ScoreKind): Uint16Array {
  return toHalves(kind === 'probabilities' ? scores.map((score) => Math.log(score)) : scores)
}
