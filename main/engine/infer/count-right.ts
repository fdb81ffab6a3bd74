// How many examples get their own value by the votes of the others: what tells which of two ways to compare is better.
import { type Examples, voteOfNearest } from '#core/infer/nearest-vote.ts'
import { letOthersRun } from '#formats/let-others-run.ts'

/** Multiplications between two moments in which others have their turn. */
const workTogether = 20_000_000
/**
 * Votes weigh exp(similarity - greatest). Sharper weights let the nearest images alone decide, and these are of the same object
 * rather than of the same value.
 */
export const voteTemperature = 1
/** Examples that are tried, at most. */
const triedExamples = 400

/** Votes that are counted until others have their turn. */
export function votesTogether({ vectors }: Examples): number {
  return Math.max(1, Math.floor(workTogether / vectors.length))
}

/** Of some examples, spread over all. Throws `cancelled`. */
export async function countRight(examples: Examples, neighbours: number, signal: AbortSignal): Promise<number> {
  const { sampleIds, vectors, dim, codes } = examples
  const step = Math.max(1, Math.ceil(sampleIds.length / triedExamples))
  const together = votesTogether(examples)
  let right = 0
  let tried = 0
  for (let place = 0; place < sampleIds.length; place += step) {
    if (tried++ % together === 0) await letOthersRun(signal)
    const vector = vectors.subarray(place * dim, (place + 1) * dim)
    const vote = voteOfNearest(examples, vector, sampleIds[place]!, neighbours, 1, voteTemperature)
    if (vote.codes[0] === codes[place]) right++
  }
  return right
}
