// Of the rows of a block, which models fail on each, and what these say.
import type { Codes } from '../columns/column.ts'

/** Set in the mask of a row that not all models have judged; above all models' bits. */
export const unjudgedMask = 2 ** 30

// Verdicts come in no order, so that a branch on them would be guessed wrongly half of the time: there is none in the loops.

/** Writes the masks of the first `count` of `rows`: bit k is set where model k is wrong (0 no verdict, 1 wrong, 2 right). */
export function failingMasks(
  correct: readonly Uint8Array[],
  rows: Uint32Array,
  count: number,
  masks: Uint32Array,
): void {
  masks.fill(0, 0, count)
  correct.forEach((column, model) => {
    for (let index = 0; index < count; index++) {
      const verdict = column[rows[index]!]!
      const isWrong = verdict & 1
      const isMissing = (verdict - 1) >>> 31
      masks[index]! |= (isWrong << model) | (isMissing << 30)
    }
  })
}

/** Of each row the labels of its failing models, all bits of any and common bits of all: these are equal where the labels are. */
export interface LabelBits {
  readonly any: Uint32Array
  readonly all: Uint32Array
}

export function failingLabels(
  predicted: readonly Codes[],
  rows: Uint32Array,
  count: number,
  masks: Uint32Array,
  { any, all }: LabelBits,
): void {
  any.fill(0, 0, count)
  all.fill(0xffffffff, 0, count)
  predicted.forEach((column, model) => {
    for (let index = 0; index < count; index++) {
      const failing = -((masks[index]! >>> model) & 1)
      const label = column[rows[index]!]!
      any[index]! |= label & failing
      all[index]! &= label | ~failing
    }
  })
}
