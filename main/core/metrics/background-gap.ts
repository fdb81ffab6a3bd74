// How much a model leans on backgrounds: ImageNet-9's gap between backgrounds of the same class and of random ones.
import { rowsOf } from '../columns/bitset.ts'
import type { Bitset } from '../columns/bitset.ts'
import { rightCode } from '../columns/column.ts'
import type { Codes } from '../columns/column.ts'
import type { Interval } from '../statistics/interval.ts'
import { newcombeInterval } from '../statistics/newcombe.ts'
import { type ShareOf, shareOf } from './value-metrics.ts'

export interface BackgroundInput {
  readonly rows: Bitset
  readonly correct: Uint8Array
  readonly variations: Codes
  /** Codes of the variations; 0 where the field has none. */
  readonly same: number
  readonly random: number
  /** For how many images each row stands; by default one each. */
  readonly weights?: Float64Array | null | undefined
}

export interface BackgroundGap {
  readonly same: ShareOf
  readonly random: ShareOf
  /** Accuracy on mixed-same less accuracy on mixed-rand. K. Xiao et al., Noise or Signal, ICLR 2021. */
  readonly gap: number
  /** Newcombe's, as if the two sets were different images; they share foregrounds, so it is rather too wide. */
  readonly interval: Interval
}

/** null where either variation has no judged image under the filter. */
export function backgroundGap(input: BackgroundInput): BackgroundGap | null {
  const { rows, correct, variations, same, random, weights } = input
  const [n, right] = [
    { same: 0, random: 0 },
    { same: 0, random: 0 },
  ]
  for (const row of rowsOf(rows)) {
    const [verdict, variation] = [correct[row]!, variations[row]!]
    if (verdict === 0 || variation === 0) continue
    const side = variation === same ? 'same' : variation === random ? 'random' : null
    if (side === null) continue
    const images = weights?.[row] ?? 1
    n[side] += images
    if (verdict === rightCode) right[side] += images
  }
  if (n.same === 0 || n.random === 0) return null
  return {
    same: shareOf(right.same, n.same),
    random: shareOf(right.random, n.random),
    gap: right.same / n.same - right.random / n.random,
    interval: newcombeInterval(right.same, n.same, right.random, n.random),
  }
}
