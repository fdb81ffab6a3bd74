// The images that statistics rest on, block by block: those with a class and a verdict of every model, and not excluded.
import { countBits, intersectWith, subtractFrom } from '../columns/bitset.ts'
import type { Bitset } from '../columns/bitset.ts'
import type { Codes } from '../columns/column.ts'
import { blockRows, visitRowBlocks } from '../columns/row-blocks.ts'
import { countFailing, unjudged } from './count-failing.ts'

export interface JudgedInput {
  /** The images under the filter. */
  readonly rows: Bitset
  /** The class of each row, 1..classCount; 0 is missing. */
  readonly classes: Codes
  readonly classCount: number
  /** One column a model: 0 no prediction or no truth, 1 wrong, 2 right. At least one model. */
  readonly correct: readonly Uint8Array[]
  /** Images that a review took out, and so kept out of the statistics. */
  readonly excluded?: Bitset
  /** For how many images each row stands, whole numbers; by default one each. */
  readonly weights?: Float64Array | null | undefined
  /** Called every few milliseconds; it throws where nobody waits for the answer any more. */
  readonly checkpoint?: (() => void) | undefined
}

/** Images under the filter that are not in the statistics, each counted under the first reason that holds. */
export interface LeftOut {
  readonly excluded: number
  readonly noClass: number
  readonly noPrediction: number
}

/**
 * Calls `visit` with the rows of such images and their keys, `class * levels + m`, m = number of models that fail; both arrays
 * are written over by the next block.
 */
export function visitJudged(
  input: JudgedInput,
  visit: (rows: Uint32Array, keys: Uint32Array, count: number) => void,
): LeftOut {
  const { classes, correct, excluded, checkpoint } = input
  const weights = input.weights ?? null
  const levels = correct.length + 1
  const judged = new Uint32Array(blockRows)
  const keys = new Uint32Array(blockRows)
  const failing = new Int32Array(blockRows)
  let [noClass, noPrediction] = [0, 0]
  visitRowBlocks(countedRows(input), (rows, count) => {
    checkpoint?.()
    countFailing(correct, rows, count, failing)
    let kept = 0
    for (let index = 0; index < count; index++) {
      const row = rows[index]!
      const classCode = classes[row]!
      const failed = failing[index]!
      if (classCode === 0) noClass += weights === null ? 1 : weights[row]!
      else if (failed >= unjudged) noPrediction += weights === null ? 1 : weights[row]!
      else {
        judged[kept] = row
        keys[kept++] = classCode * levels + failed
      }
    }
    visit(judged, keys, kept)
  })
  const out = excluded === undefined ? 0 : countImages(intersectWith(input.rows.slice(), excluded), weights)
  return { excluded: out, noClass, noPrediction }
}

/** Rows under the filter that are not excluded. */
export function countedRows({ rows, excluded }: Pick<JudgedInput, 'rows' | 'excluded'>): Bitset {
  return excluded === undefined ? rows : subtractFrom(rows.slice(), excluded)
}

/** Images that the rows stand for. */
function countImages(rows: Bitset, weights: Float64Array | null): number {
  if (weights === null) return countBits(rows)
  let images = 0
  visitRowBlocks(rows, (block, count) => {
    for (let index = 0; index < count; index++) images += weights[block[index]!]!
  })
  return images
}
