// Shared-failure mining (ImageNet-D, CVPR 2024): images that surrogate models fail on together, and whether other models do too.
import type { Bitset } from '../columns/bitset.ts'
import { wrongCode } from '../columns/column.ts'
import { blockRows, visitRowBlocks } from '../columns/row-blocks.ts'
import { FoibleError } from '../errors.ts'
import { countFailing, unjudged } from '../slices/count-failing.ts'
import { type Agreement, cohenKappa } from '../statistics/kappa.ts'

/** The most models of one set of surrogates. */
export const maxSurrogates = 24

export interface MiningInput {
  readonly rows: Bitset
  /** One column a surrogate: 0 no verdict, 1 wrong, 2 right. */
  readonly surrogates: readonly Uint8Array[]
  /** Models that took no part in mining; none of them is a surrogate. */
  readonly others: readonly Uint8Array[]
  /** A second set of surrogates whose mined sets are compared; null = none. */
  readonly against: readonly Uint8Array[] | null
  /** For how many images each row stands; by default one each. */
  readonly weights?: Float64Array | null | undefined
  /** Called every few milliseconds; it throws where nobody waits for the answer any more. */
  readonly checkpoint?: (() => void) | undefined
}

/** Failures of a model among the images that it has judged. */
export interface Failures {
  readonly n: number
  readonly failures: number
}

/** The hard set `H_t`: images on which at least `threshold` surrogates fail. */
export interface MinedSet {
  readonly threshold: number
  readonly count: number
  /** One a model of `others`: how it fares on the hard set. */
  readonly transfer: readonly Failures[]
  /** Beside the set that as many of `against` mine, over images judged by both; null without a second set, or where it is smaller. */
  readonly agreement: (Agreement & { readonly kappa: number | null; readonly jaccard: number | null }) | null
}

export interface Mining {
  /** Images with a verdict of every surrogate: what is mined; and images under the filter without. */
  readonly pool: number
  readonly leftOut: number
  /** Images by the number of surrogates that fail, 0..S. */
  readonly byFailing: readonly number[]
  /** One a model of `others`, over the pool. */
  readonly poolFailures: readonly Failures[]
  /** By threshold, 1..S. */
  readonly sets: readonly MinedSet[]
}

/** Throws `usage` without surrogates, or for more than 24 of a kind. */
export function mineFailures(input: MiningInput): Mining {
  const { surrogates, others, against } = input
  for (const { length } of [surrogates, against ?? []]) {
    if (length > maxSurrogates) {
      const message = `At most ${maxSurrogates} models can be surrogates at once; ${length} were given.`
      throw new FoibleError('usage', message, { models: length })
    }
  }
  if (surrogates.length === 0) throw new FoibleError('usage', 'Mining needs at least one surrogate model.')
  const { leftOut, byFailing, judged, failed, both } = countPool(input)
  const from = (threshold: number) =>
    others.map((_, model) => ({
      n: sumFrom(judged[model]!, threshold),
      failures: sumFrom(failed[model]!, threshold),
    }))
  return {
    pool: sumFrom(byFailing, 0),
    leftOut,
    byFailing: [...byFailing],
    poolFailures: from(0),
    sets: surrogates.map((_, place) => ({
      threshold: place + 1,
      count: sumFrom(byFailing, place + 1),
      transfer: from(place + 1),
      agreement:
        against === null || place >= against.length
          ? null
          : agreementAt(both, surrogates.length + 1, against.length + 1, place + 1),
    })),
  }
}

/** Images by the number of surrogates that fail; of each of the others, those that it has judged and failed on. */
function countPool({ rows: bits, surrogates, others, against, weights, checkpoint }: MiningInput) {
  const levels = surrogates.length + 1
  const otherLevels = (against?.length ?? 0) + 1
  const byFailing = new Float64Array(levels)
  const judged = others.map(() => new Float64Array(levels))
  const failed = others.map(() => new Float64Array(levels))
  // Images judged by both sets, by how many of each fail.
  const both = new Float64Array(levels * otherLevels)
  const failing = new Int32Array(blockRows)
  const failingAgainst = new Int32Array(blockRows)
  let leftOut = 0
  visitRowBlocks(bits, (rows, count) => {
    checkpoint?.()
    countFailing(surrogates, rows, count, failing)
    if (against !== null) countFailing(against, rows, count, failingAgainst)
    for (let index = 0; index < count; index++) {
      const row = rows[index]!
      const images = weights?.[row] ?? 1
      const level = failing[index]!
      if (level >= unjudged) {
        leftOut += images
        continue
      }
      byFailing[level]! += images
      for (let model = 0; model < others.length; model++) {
        const verdict = others[model]![row]!
        if (verdict === 0) continue
        judged[model]![level]! += images
        if (verdict === wrongCode) failed[model]![level]! += images
      }
      if (against !== null && failingAgainst[index]! < unjudged) {
        both[level * otherLevels + failingAgainst[index]!]! += images
      }
    }
  })
  return { leftOut, byFailing, judged, failed, both }
}

function sumFrom(counts: Float64Array, start: number): number {
  let sum = 0
  for (let at = start; at < counts.length; at++) sum += counts[at]!
  return sum
}

function agreementAt(
  counts: Float64Array,
  levels: number,
  otherLevels: number,
  threshold: number,
): MinedSet['agreement'] {
  const table = { both: 0, onlyA: 0, onlyB: 0, neither: 0 }
  for (let a = 0; a < levels; a++) {
    for (let b = 0; b < otherLevels; b++) {
      const isMined = a >= threshold
      const isMinedToo = b >= threshold
      const cell = isMined ? (isMinedToo ? 'both' : 'onlyA') : isMinedToo ? 'onlyB' : 'neither'
      table[cell] += counts[a * otherLevels + b]!
    }
  }
  const union = table.both + table.onlyA + table.onlyB
  return { ...table, kappa: cohenKappa(table), jaccard: union === 0 ? null : table.both / union }
}
