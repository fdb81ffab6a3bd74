// The value that an image's nearest examples vote for. Pure.
import { NearestList } from './nearest-list.ts'

/** Images whose value is known. */
export interface Examples {
  /** One embedding of length 1 an example, examples x dim. */
  readonly vectors: Float32Array
  readonly dim: number
  readonly sampleIds: Uint32Array
  /** From 1. */
  readonly codes: Uint32Array
}

export interface Vote {
  /** Best first; 0 = none. */
  readonly codes: Uint32Array
  /** Of all weights, 0 to 1, a number a code; 0 where there is none. */
  readonly shares: Float32Array
}

/** Weights as those of Wu et al. 2018 (https://arxiv.org/abs/1805.01978, section 3.4), who take .07. */
const defaultTemperature = 0.07

/**
 * The `k` examples nearest to `vector` (of length 1) vote with exp((similarity - greatest) / temperature). Of equally strong values
 * the one of the nearer example comes first.
 * @param ownId The image itself, which has no vote.
 * @param count Values that are told.
 * @param temperature The greater, the more alike the weights.
 */
export function voteOfNearest(
  examples: Examples,
  vector: Float32Array,
  ownId: number,
  k: number,
  count: number,
  temperature = defaultTemperature,
): Vote {
  const { vectors, dim, sampleIds } = examples
  const nearest = new NearestList(Math.min(k, sampleIds.length))
  // By their places, so that the code of each is at hand.
  for (let place = 0; place < sampleIds.length; place++) {
    if (sampleIds[place] !== ownId) nearest.offer(place, dot(vectors, place * dim, vector))
  }
  const weights = new Map<number, number>()
  let total = 0
  for (let i = 0; i < nearest.length; i++) {
    const code = examples.codes[nearest.ids[i]!]!
    const weight = Math.exp((nearest.similarities[i]! - nearest.similarities[0]!) / temperature)
    weights.set(code, (weights.get(code) ?? 0) + weight)
    total += weight
  }
  // A map keeps the order of insertion, and sorting keeps the order of what is equal.
  const best = [...weights].toSorted(([, a], [, b]) => b - a).slice(0, count)
  const vote = { codes: new Uint32Array(count), shares: new Float32Array(count) }
  best.forEach(([code, weight], place) => {
    vote.codes[place] = code
    vote.shares[place] = weight / total
  })
  return vote
}

/** Four sums at a time, so that none waits for the one before. */
function dot(vectors: Float32Array, from: number, vector: Float32Array): number {
  const size = vector.length
  const whole = size - (size % 4)
  let [a, b, c, d] = [0, 0, 0, 0]
  for (let i = 0; i < whole; i += 4) {
    a += vectors[from + i]! * vector[i]!
    b += vectors[from + i + 1]! * vector[i + 1]!
    c += vectors[from + i + 2]! * vector[i + 2]!
    d += vectors[from + i + 3]! * vector[i + 3]!
  }
  for (let i = whole; i < size; i++) a += vectors[from + i]! * vector[i]!
  return a + b + (c + d)
}
