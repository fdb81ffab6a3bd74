// A random order of labelled rows in which every class comes once before any comes again. Pure.

/**
 * The first `count` rows of that order, the same for the same seed: any beginning of it holds each class about equally often.
 * @param classes Of every row; null = none, such rows are left out.
 */
export function spreadOverClasses(classes: readonly (number | null)[], count: number, seed: number): Uint32Array {
  const rows = Uint32Array.from(classes.keys()).filter((row) => classes[row] !== null)
  shuffle(rows, seed)
  const seen = new Map<number | null | undefined, number>()
  const rounds: number[][] = []
  for (const row of rows) {
    const round = seen.get(classes[row]) ?? 0
    seen.set(classes[row], round + 1)
    const members = (rounds[round] ??= [])
    // What cannot be among the first is not kept.
    if (members.length < count) members.push(row)
  }
  return Uint32Array.from(rounds.flat().slice(0, count))
}

/** Fisher and Yates' shuffle with the generator mulberry32. */
function shuffle(rows: Uint32Array, seed: number): void {
  let state = seed >>> 0
  const random = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let word = Math.imul(state ^ (state >>> 15), state | 1)
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61)
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32
  }
  for (let last = rows.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1))
    const kept = rows[last]!
    rows[last] = rows[other]!
    rows[other] = kept
  }
}
