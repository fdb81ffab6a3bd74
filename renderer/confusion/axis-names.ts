// Which names of an axis are drawn: as many as fit, and always those that must be. Pure.

export interface AxisWindow {
  readonly count: number
  /** Position at the window's edge, in cells. */
  readonly start: number
  /** Pixels of the window, and of a cell. */
  readonly span: number
  readonly cell: number
}

/** Names lie at least this far apart. */
export const nameStepPx = 12

/** Indices to name. Those that `must` be named push their neighbours out; of two too near each other the first stays. */
export function namedIndices({ count, start, span, cell }: AxisWindow, must: readonly number[]): readonly number[] {
  const isInside = (index: number) => {
    const middle = (index + 0.5 - start) * cell
    return index >= 0 && index < count && middle >= 0 && middle < span
  }
  const isClearOf = (others: readonly number[], index: number) =>
    others.every((other) => Math.abs(other - index) * cell >= nameStepPx - 1e-6)
  const first: number[] = []
  for (const index of must) if (isInside(index) && isClearOf(first, index)) first.push(index)
  const step = Math.max(1, Math.ceil(nameStepPx / cell))
  const named = [...first]
  const from = Math.max(0, Math.ceil((start - 0.5) / step) * step)
  for (let index = from; index < count && (index + 0.5 - start) * cell < span; index += step) {
    if (isInside(index) && isClearOf(first, index)) named.push(index)
  }
  return named
}
