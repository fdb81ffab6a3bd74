// Results by two whole numbers, each worked out once.

/** Second numbers below this find theirs in an array; greater ones, up to the size of the world, in a map. */
const listed = 4096

/** `compute` remembered; `first` is 0..size - 1, `second` any whole number. */
export function createMemo<T>(
  size: number,
  compute: (first: number, second: number) => T,
): (first: number, second: number) => T {
  const lists: (T | undefined)[][] = Array.from({ length: size }, () => [])
  const maps: (Map<number, T> | undefined)[] = []
  return (first, second) => {
    if (second < listed) return (lists[first]![second] ??= compute(first, second))
    const known = (maps[first] ??= new Map<number, T>())
    const found = known.get(second)
    if (found !== undefined) return found
    const result = compute(first, second)
    known.set(second, result)
    return result
  }
}
