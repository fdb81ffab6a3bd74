// Who fails where: the failing subset of models on every image, agreement of pairs, and labels that all get wrong alike.
import { rowsOf } from '../columns/bitset.ts'
import type { Bitset } from '../columns/bitset.ts'
import { wrongCode } from '../columns/column.ts'
import type { Codes } from '../columns/column.ts'
import { FoibleError } from '../errors.ts'
import { cohenKappa } from '../statistics/kappa.ts'
import { mcnemarMidP } from '../statistics/mcnemar.ts'

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
}

/** Images on which exactly these models (indices, ascending) fail. */
export interface FailingSubset {
  readonly failing: readonly number[]
  readonly count: number
  /** Of these, images on which all the failing models say the same. */
  readonly sameLabel: number
}

/** Two models on the same images; b seen as the successor of a. */
export interface ModelPair {
  readonly a: number
  readonly b: number
  readonly bothWrong: number
  /** Wrong by a and right by b; and the other way round. */
  readonly fixed: number
  readonly regressed: number
  /** Agreement of their errors; null where it is not defined. */
  readonly kappa: number | null
  /** McNemar's exact two-sided mid-p of "as many fixed as regressed". */
  readonly p: number
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
export function computeCompare({ rows: bits, correct, predicted, truth }: CompareInput): Comparison {
  const models = correct.length
  if (models > maxComparedModels) {
    const message = `At most ${maxComparedModels} models can be compared at once; ${models} were given.`
    throw new FoibleError('usage', message, { models })
  }
  const rows = rowsOf(bits)
  const all = 2 ** models - 1
  // A mask's place in the two lists plus one.
  const places = new Uint32Array(2 ** models)
  const masks: number[] = []
  const counts: number[] = []
  const same: number[] = []
  const mistakes = new Map<string, { truth: number; predicted: number; count: number }>()
  let n = 0
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index]!
    const mask = failingMask(correct, row)
    if (mask < 0) continue
    n++
    let place = places[mask]! - 1
    if (place < 0) {
      place = masks.push(mask) - 1
      places[mask] = place + 1
      counts.push(0)
      same.push(0)
    }
    counts[place]!++
    const label = mask === 0 ? 0 : sharedLabel(predicted, mask, row)
    if (label === 0) continue
    same[place]!++
    if (mask === all) addMistake(mistakes, truth[row]!, label)
  }
  const subsets = masks
    .map((mask, place): FailingSubset & { readonly mask: number } => ({
      mask,
      failing: membersOf(mask, models),
      count: counts[place]!,
      sameLabel: same[place]!,
    }))
    .sort((x, y) => y.count - x.count || x.mask - y.mask)
  return {
    n,
    leftOut: rows.length - n,
    subsets: subsets.map(({ failing, count, sameLabel }) => ({ failing, count, sameLabel })),
    pairs: comparePairs(subsets, models),
    unanimous: rankMistakes(mistakes),
  }
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

/** Bit k is set where model k is wrong; -1 where a verdict is missing. */
function failingMask(correct: readonly Uint8Array[], row: number): number {
  let mask = 0
  for (let model = 0; model < correct.length; model++) {
    const verdict = correct[model]![row]!
    if (verdict === 0) return -1
    if (verdict === wrongCode) mask |= 1 << model
  }
  return mask
}

/** The label that all models of the mask give, or 0. */
function sharedLabel(predicted: readonly Codes[], mask: number, row: number): number {
  let label = 0
  for (let model = 0; model < predicted.length; model++) {
    if (((mask >>> model) & 1) === 0) continue
    const said = predicted[model]![row]!
    if (said === 0 || (label !== 0 && said !== label)) return 0
    label = said
  }
  return label
}

function membersOf(mask: number, models: number): number[] {
  return Array.from({ length: models }, (_, model) => model).filter((model) => (mask >>> model) & 1)
}

function comparePairs(
  subsets: readonly { readonly mask: number; readonly count: number }[],
  models: number,
): ModelPair[] {
  const pairs: ModelPair[] = []
  for (let a = 0; a < models; a++) {
    for (let b = a + 1; b < models; b++) {
      // Indexed by "a is wrong" + 2 * "b is wrong".
      const table: [number, number, number, number] = [0, 0, 0, 0]
      for (const { mask, count } of subsets) table[((mask >>> a) & 1) + 2 * ((mask >>> b) & 1)]! += count
      const [neither, onlyA, onlyB, both] = table
      const kappa = cohenKappa({ both, onlyA, onlyB, neither })
      pairs.push({ a, b, bothWrong: both, fixed: onlyA, regressed: onlyB, kappa, p: mcnemarMidP(onlyA, onlyB) })
    }
  }
  return pairs
}

function addMistake(
  mistakes: Map<string, { truth: number; predicted: number; count: number }>,
  truth: number,
  predicted: number,
): void {
  const key = `${truth} ${predicted}`
  const mistake = mistakes.get(key)
  if (mistake === undefined) mistakes.set(key, { truth, predicted, count: 1 })
  else mistake.count++
}

function rankMistakes(mistakes: ReadonlyMap<string, UnanimousMistake>): Comparison['unanimous'] {
  const ranked = [...mistakes.values()].sort(
    (x, y) => y.count - x.count || x.truth - y.truth || x.predicted - y.predicted,
  )
  return { count: ranked.reduce((sum, mistake) => sum + mistake.count, 0), mistakes: ranked }
}
