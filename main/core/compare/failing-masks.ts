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
  masks: Int32Array,
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

/** The label that all models of the mask give on the row, or 0. */
export function sharedLabel(predicted: readonly Codes[], mask: number, row: number): number {
  let label = 0
  for (let rest = mask; rest !== 0; rest &= rest - 1) {
    const said = predicted[31 - Math.clz32(rest & -rest)]![row]!
    if (said === 0 || (label !== 0 && said !== label)) return 0
    label = said
  }
  return label
}
