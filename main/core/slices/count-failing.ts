// How many models fail on each row of a block.
import { rightCode } from '../columns/column.ts'

/** What a missing verdict adds: counts from here on are of rows that not all models have judged. */
export const unjudged = 1 << 16

/** Writes, for the first `count` of `rows`, the number of columns, of which there is one at least, that say “wrong” (0 no verdict, 1 wrong, 2 right). */
export function countFailing(
  correct: readonly Uint8Array[],
  rows: Uint32Array,
  count: number,
  failing: Int32Array,
): void {
  const [first, ...others] = correct
  if (first === undefined) throw new Error('failures are counted over one model at least')
  for (let index = 0; index < count; index++) {
    const verdict = first[rows[index]!]!
    failing[index] = verdict === 0 ? unjudged : rightCode - verdict
  }
  for (const column of others) {
    for (let index = 0; index < count; index++) {
      const verdict = column[rows[index]!]!
      failing[index]! += verdict === 0 ? unjudged : rightCode - verdict
    }
  }
}
