// Of the rows of a block, which models fail on each, and what these say.
import { wrongCode } from '../columns/column.ts'
import type { Codes } from '../columns/column.ts'

/** Set in the mask of a row that not all models have judged; above all models' bits. */
export const unjudgedMask = 2 ** 30

/** Writes the masks of the first `count` of `rows`: bit k is set where model k is wrong. */
export function failingMasks(
  correct: readonly Uint8Array[],
  rows: Uint32Array,
  count: number,
  masks: Uint32Array,
): void {
  masks.fill(0, 0, count)
  correct.forEach((column, model) => {
    const bit = 1 << model
    for (let index = 0; index < count; index++) {
      const verdict = column[rows[index]!]!
      if (verdict === wrongCode) masks[index]! |= bit
      else if (verdict === 0) masks[index]! |= unjudgedMask
    }
  })
}

/** Writes the label that all failing models of a row give: 0 where none fails, -1 where they differ or one gives none. */
export function sharedLabels(
  predicted: readonly Codes[],
  rows: Uint32Array,
  count: number,
  masks: Uint32Array,
  labels: Int32Array,
): void {
  labels.fill(0, 0, count)
  predicted.forEach((column, model) => {
    for (let index = 0; index < count; index++) {
      if (((masks[index]! >>> model) & 1) === 0) continue
      const said = column[rows[index]!]!
      const label = labels[index]!
      labels[index] = said !== 0 && (label === 0 || label === said) ? said : -1
    }
  })
}
