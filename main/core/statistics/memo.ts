// Results by two whole numbers, each worked out once.

/** Second numbers below this find theirs in an array; greater ones, up to the size of the world, in a map. */
const listed = 4096

/** `compute` remembered; both numbers are whole and at least 0, the first one of a few thousand. */
export function createMemo<T>(compute: (first: number, second: number) => T): (first: number, second: number) => T {
  const lists: (T | undefined)[][] = []
  const maps: (Map<number, T> | undefined)[] = []
  return (first, second) => {
    if (second < listed) return ((lists[first] ??= [])[second] ??= compute(first, second))
    const known = (maps[first] ??= new Map<number, T>())
    const found = known.get(second)
    if (found !== undefined) return found
    const result = compute(first, second)
    known.set(second, result)
    return result
  }
}
