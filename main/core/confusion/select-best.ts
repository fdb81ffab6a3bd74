// The first few of very many, without sorting them all.

/**
 * The `limit` first of 0..size - 1 in the order of `compare`, ties by number. Those that `isWanted` refuses are left out.
 * Nearly all of them are done with one comparison: with the last of those that are first so far.
 */
export function selectBest(
  size: number,
  limit: number,
  isWanted: (item: number) => boolean,
  compare: (a: number, b: number) => number,
): number[] {
  const best: number[] = []
  for (let item = 0; item < size; item++) {
    if (!isWanted(item)) continue
    if (best.length === limit && (limit === 0 || compare(best[limit - 1]!, item) <= 0)) continue
    let low = 0
    let high = best.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (compare(best[middle]!, item) <= 0) low = middle + 1
      else high = middle
    }
    best.splice(low, 0, item)
    if (best.length > limit) best.pop()
  }
  return best
}
