// Models two by two on the same images: agreement of their errors, and whether one is the better.
import { cohenKappa } from '../statistics/kappa.ts'
import { mcnemarMidP } from '../statistics/mcnemar.ts'

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

/** Every pair, from how many images (`counts`) each failing subset (`masks`, bit k = model k) has. */
export function comparePairs(masks: readonly number[], counts: readonly number[], models: number): ModelPair[] {
  let n = 0
  const wrong = new Float64Array(models)
  // Images that both get wrong, at `a * models + b`, a < b.
  const bothWrong = new Float64Array(models * models)
  for (let place = 0; place < masks.length; place++) {
    const count = counts[place]!
    n += count
    for (let rest = masks[place]!; rest !== 0; rest &= rest - 1) {
      const a = 31 - Math.clz32(rest & -rest)
      wrong[a]! += count
      for (let above = rest & (rest - 1); above !== 0; above &= above - 1) {
        bothWrong[a * models + 31 - Math.clz32(above & -above)]! += count
      }
    }
  }
  const pairs: ModelPair[] = []
  for (let a = 0; a < models; a++) {
    for (let b = a + 1; b < models; b++) {
      const both = bothWrong[a * models + b]!
      const [onlyA, onlyB] = [wrong[a]! - both, wrong[b]! - both]
      const kappa = cohenKappa({ both, onlyA, onlyB, neither: n - both - onlyA - onlyB })
      pairs.push({ a, b, bothWrong: both, fixed: onlyA, regressed: onlyB, kappa, p: mcnemarMidP(onlyA, onlyB) })
    }
  }
  return pairs
}
