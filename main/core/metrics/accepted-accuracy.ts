// Accuracy against reviewed labels, of which an image may have several: as ReaL counts it, and as ImageNet-M does.
import { rowsOf } from '../columns/bitset.ts'
import type { Bitset } from '../columns/bitset.ts'
import { rightCode } from '../columns/column.ts'
import type { Codes } from '../columns/column.ts'
import { type ShareOf, shareOf } from './value-metrics.ts'

export interface AcceptedInput {
  readonly rows: Bitset
  /** 0 not judged (no label fits), 1 wrong, 2 right: whether the answer is among the accepted labels. */
  readonly correct: Uint8Array
  /** 0: the reviewers did not see the image; 1: fit to be scored, 2: not. */
  readonly problematic: Codes
  /** The original class of each row, 1..classCount; 0 is missing. */
  readonly classes: Codes
  readonly classCount: number
}

export interface AcceptedAccuracy {
  /** Mean over reviewed images with an accepted label. L. Beyer et al., Are we done with ImageNet?, 2020. */
  readonly real: ShareOf
  /**
   * Without the problematic images: mean over the images of each original class, then over the classes that have any.
   * V. Shankar et al., Evaluating Machine Accuracy on ImageNet, ICML 2020.
   */
  readonly multiLabel: { readonly n: number; readonly right: number; readonly classes: number; readonly rate: number }
}

/** null where no image under the filter was reviewed and judged. */
export function acceptedAccuracy(input: AcceptedInput): AcceptedAccuracy | null {
  const { correct, problematic, classes, classCount } = input
  const judged = new Uint32Array(classCount + 1)
  const right = new Uint32Array(classCount + 1)
  let [seen, seenRight] = [0, 0]
  for (const row of rowsOf(input.rows)) {
    const verdict = correct[row]!
    if (verdict === 0 || problematic[row] === 0) continue
    seen++
    if (verdict === rightCode) seenRight++
    const original = classes[row]!
    if (problematic[row] === 2 || original === 0) continue
    judged[original]!++
    if (verdict === rightCode) right[original]!++
  }
  if (seen === 0) return null
  const present = Array.from(judged.keys()).filter((code) => judged[code]! > 0)
  const rates = present.reduce((sum, code) => sum + right[code]! / judged[code]!, 0)
  return {
    real: shareOf(seenRight, seen),
    multiLabel: {
      n: judged.reduce((sum, count) => sum + count, 0),
      right: right.reduce((sum, count) => sum + count, 0),
      classes: present.length,
      rate: present.length === 0 ? 0 : rates / present.length,
    },
  }
}
