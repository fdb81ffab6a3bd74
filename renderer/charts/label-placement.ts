// Keeps labels beside points from lying on each other: moves them up or down, and drops what finds no room.

export interface LabelRequest {
  readonly key: string
  /** Pixels of the point; the label's middle wants to be there. */
  readonly y: number
}

/**
 * Labels in the order of their importance get the free place nearest to their point, at most `reach` pixels away,
 * within [0, height]; `lineHeight` apart from each other. Returns the middle of each label that found a place.
 */
export function placeLabels(
  requests: readonly LabelRequest[],
  lineHeight: number,
  height: number,
  reach: number,
): ReadonlyMap<string, number> {
  const placed = new Map<string, number>()
  const isFree = (y: number) => [...placed.values()].every((other) => Math.abs(other - y) >= lineHeight)
  for (const { key, y } of requests) {
    for (let step = 0; step <= reach; step += 1) {
      const spot = [y - step, y + step].find(
        (candidate) => candidate >= lineHeight / 2 && candidate <= height - lineHeight / 2 && isFree(candidate),
      )
      if (spot === undefined) continue
      placed.set(key, spot)
      break
    }
  }
  return placed
}
