// Who fails where: the failing subset of models on every image, agreement of pairs, and labels that all get wrong alike.
import type { Bitset } from '../columns/bitset.ts'
import type { Codes } from '../columns/column.ts'
import { blockRows, visitRowBlocks } from '../columns/row-blocks.ts'
import { FoibleError } from '../errors.ts'
import { comparePairs } from './compare-pairs.ts'
import type { ModelPair } from './compare-pairs.ts'
import { failingMasks, sharedLabel, unjudgedMask } from './failing-masks.ts'

/** The most models that can be compared at once: subsets are bit masks. */
export const maxComparedModels = 24

export interface CompareInput {
  readonly rows: Bitset
  /** One column a model: 0 no verdict, 1 wrong, 2 right. */
  readonly correct: readonly Uint8Array[]
  /** What each model said, in one label space for all; 0 is no label. */
  readonly predicted: readonly Codes[]
  /** The class of each row; for the unanimous mistakes. */
  readonly truth: Codes
  /** For how many images each row stands; by default one each. */
  readonly weights?: Float64Array | null | undefined
  /** Called every few milliseconds; it throws where nobody waits for the answer any more. */
  readonly checkpoint?: (() => void) | undefined
}

/** Images on which exactly these models (indices, ascending) fail. */
export interface FailingSubset {
  readonly failing: readonly number[]
  readonly count: number
  /** Of these, images on which all the failing models say the same. */
  readonly sameLabel: number
}

/** A label that all models give, wrongly, to `count` images of class `truth`: suspects for label errors. */
export interface UnanimousMistake {
  readonly truth: number
  readonly predicted: number
  readonly count: number
}

export interface Comparison {
  /** Images with a verdict of every model, and images under the filter without. */
  readonly n: number
  readonly leftOut: number
  /** Most frequent first; the empty subset is where all are right. */
  readonly subsets: readonly FailingSubset[]
  readonly pairs: readonly ModelPair[]
  readonly unanimous: { readonly count: number; readonly mistakes: readonly UnanimousMistake[] }
}

/** Throws `usage` for more than 24 models. */
export function computeCompare(input: CompareInput): Comparison {
  const models = input.correct.length
  if (models > maxComparedModels) {
    const message = `At most ${maxComparedModels} models can be compared at once; ${models} were given.`
    throw new FoibleError('usage', message, { models })
  }
  const { masks, counts, same, mistakes, leftOut } = countSubsets(input)
  const places = Uint32Array.from(masks, (_, place) => place)
  places.sort((x, y) => counts[y]! - counts[x]! || masks[x]! - masks[y]!)
  return {
    n: counts.reduce((sum, count) => sum + count, 0),
    leftOut,
    subsets: Array.from(places, (place) => ({
      failing: membersOf(masks[place]!),
      count: counts[place]!,
      sameLabel: same[place]!,
    })),
    pairs: comparePairs(masks, counts, models),
    unanimous: rankMistakes(mistakes),
  }
}

/** In the order in which the subsets first occur. */
interface SubsetCounts {
  readonly masks: readonly number[]
  readonly counts: readonly number[]
  readonly same: readonly number[]
  /** By `truth * labelStride + predicted`. */
  readonly mistakes: ReadonlyMap<number, number>
  readonly leftOut: number
}

/** Above any label; products with class codes stay whole numbers. */
const labelStride = 2 ** 26

function countSubsets({ rows: bits, correct, predicted, truth, weights, checkpoint }: CompareInput): SubsetCounts {
  const models = correct.length
  const all = 2 ** models - 1
  // A mask's place in the lists plus one.
  const places = new Uint32Array(2 ** models)
  const masks: number[] = []
  const counts: number[] = []
  const same: number[] = []
  const mistakes = new Map<number, number>()
  const blockMasks = new Int32Array(blockRows)
  let leftOut = 0
  visitRowBlocks(bits, (rows, count) => {
    checkpoint?.()
    failingMasks(correct, rows, count, blockMasks)
    for (let index = 0; index < count; index++) {
      const row = rows[index]!
      const mask = blockMasks[index]!
      const images = weights?.[row] ?? 1
      if (mask >= unjudgedMask) {
        leftOut += images
        continue
      }
      if (images === 0) continue
      let place = places[mask]! - 1
      if (place < 0) {
        place = masks.push(mask) - 1
        places[mask] = place + 1
        counts.push(0)
        same.push(0)
      }
      counts[place]! += images
      const label = mask === 0 ? 0 : sharedLabel(predicted, mask, row)
      if (label === 0) continue
      same[place]! += images
      if (mask !== all) continue
      const mistake = truth[row]! * labelStride + label
      mistakes.set(mistake, (mistakes.get(mistake) ?? 0) + images)
    }
  })
  return { masks, counts, same, mistakes, leftOut }
}

/** The first `limit` subsets, and what lies in the others: 24 models may fail in millions of ways. */
export function splitSubsets(
  subsets: readonly FailingSubset[],
  limit: number,
): {
  readonly listed: readonly FailingSubset[]
  readonly others: { readonly subsets: number; readonly count: number }
} {
  const rest = subsets.slice(limit)
  const count = rest.reduce((sum, subset) => sum + subset.count, 0)
  return { listed: subsets.slice(0, limit), others: { subsets: rest.length, count } }
}

/** Indices of the set bits, ascending. */
function membersOf(mask: number): number[] {
  const members: number[] = []
  for (let rest = mask; rest !== 0; rest &= rest - 1) members.push(31 - Math.clz32(rest & -rest))
  return members
}

function rankMistakes(mistakes: ReadonlyMap<number, number>): Comparison['unanimous'] {
  const ranked = Array.from(mistakes, ([key, count]): UnanimousMistake => ({
    truth: Math.floor(key / labelStride),
    predicted: key % labelStride,
    count,
  })).sort((x, y) => y.count - x.count || x.truth - y.truth || x.predicted - y.predicted)
  return { count: ranked.reduce((sum, mistake) => sum + mistake.count, 0), mistakes: ranked }
}
