// The cells of two confusions on the same axes as one list.
import type { Confusion, ConfusionCells } from './compute-confusion.ts'

export interface UnitedCells {
  readonly truth: Uint32Array
  readonly predicted: Uint32Array
  readonly counts: readonly [Uint32Array, Uint32Array]
}

/** Every cell that has images in `a` or in `b`, in order of truth and then predicted: walks both sorted lists at once. */
export function uniteCells(a: Confusion, b: Confusion): UnitedCells {
  const most = a.count.length + b.count.length
  const [truth, predicted] = [new Uint32Array(most), new Uint32Array(most)]
  const [countA, countB] = [new Uint32Array(most), new Uint32Array(most)]
  let [i, j, used] = [0, 0, 0]
  while (i < a.count.length || j < b.count.length) {
    const order = orderOf(a, i, b, j)
    truth[used] = order <= 0 ? a.truth[i]! : b.truth[j]!
    predicted[used] = order <= 0 ? a.predicted[i]! : b.predicted[j]!
    if (order <= 0) countA[used] = a.count[i++]!
    if (order >= 0) countB[used] = b.count[j++]!
    used++
  }
  return {
    truth: truth.slice(0, used),
    predicted: predicted.slice(0, used),
    counts: [countA.slice(0, used), countB.slice(0, used)],
  }
}

/** Below 0: the cell of `a` comes first; an exhausted list comes last. */
function orderOf(a: ConfusionCells, i: number, b: ConfusionCells, j: number): number {
  if (i === a.count.length) return 1
  if (j === b.count.length) return -1
  return a.truth[i]! - b.truth[j]! || a.predicted[i]! - b.predicted[j]!
}
