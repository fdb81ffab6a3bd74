// Exact nearest neighbours by cosine, in pieces short enough that other work of this thread is not held up.
import type { Bitset } from '#core/columns/bitset.ts'
import { testBit } from '#core/columns/bitset.ts'
import { NearestList } from '#core/infer/nearest-list.ts'
import { letOthersRun } from '#formats/let-others-run.ts'
import { type Vectors, halfValues } from './load-vectors.ts'

/** Products between two pauses: a few milliseconds. */
const productsTogether = 2 ** 23

/** Mean of the directions of some samples, of length 1; null where none of them has one. */
export function meanDirection(vectors: Vectors, ids: readonly number[]): Float32Array | null {
  const sum = new Float64Array(vectors.size)
  for (const id of ids) {
    const place = vectors.placeOf[id - 1] ?? -1
    const scale = place < 0 ? Number.NaN : vectors.inverseNorms[place]!
    if (Number.isNaN(scale)) continue
    const from = place * vectors.size
    for (let i = 0; i < sum.length; i++) sum[i]! += halfValues[vectors.halves[from + i]!]! * scale
  }
  const length = Math.sqrt(sum.reduce((total, value) => total + value * value, 0))
  return length > 0 ? Float32Array.from(sum, (value) => value / length) : null
}

/**
 * The k vectors nearest to `query` (of length 1), nearest first.
 * @param allowed Only samples of these rows; null = all.
 * @param excluded Ids that are left out.
 * Throws `cancelled`.
 */
export async function findNearest(
  vectors: Vectors,
  query: Float32Array,
  k: number,
  { allowed, excluded }: { readonly allowed: Bitset | null; readonly excluded: ReadonlySet<number> },
  signal: AbortSignal,
): Promise<{ readonly nearest: NearestList; readonly compared: number }> {
  const { sampleIds, size, inverseNorms } = vectors
  const nearest = new NearestList(Math.min(k, sampleIds.length))
  const together = Math.max(1, Math.floor(productsTogether / size))
  let compared = 0
  for (let start = 0; start < sampleIds.length; start += together) {
    const end = Math.min(start + together, sampleIds.length)
    for (let place = start; place < end; place++) {
      const id = sampleIds[place]!
      if (excluded.has(id) || (allowed !== null && !testBit(allowed, id - 1))) continue
      compared++
      nearest.offer(id, dotHalves(vectors.halves, place * size, query) * inverseNorms[place]!)
    }
    await letOthersRun(signal)
  }
  return { nearest, compared }
}

/** Four sums at a time, so that none waits for the one before. */
function dotHalves(halves: Uint16Array, from: number, query: Float32Array): number {
  const size = query.length
  const whole = size - (size % 4)
  let [a, b, c, d] = [0, 0, 0, 0]
  for (let i = 0; i < whole; i += 4) {
    const at = from + i
    a += halfValues[halves[at]!]! * query[i]!
    b += halfValues[halves[at + 1]!]! * query[i + 1]!
    c += halfValues[halves[at + 2]!]! * query[i + 2]!
    d += halfValues[halves[at + 3]!]! * query[i + 3]!
  }
  for (let i = whole; i < size; i++) a += halfValues[halves[from + i]!]! * query[i]!
  return a + b + (c + d)
}
