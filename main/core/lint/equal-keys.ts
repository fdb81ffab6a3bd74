// Which of many rows have equal keys, in little memory: keys are 64-bit digests, and only those that repeat are looked at twice. Pure.

/** Collects a 64-bit key a row, 0 for none. */
export class KeyColumn {
  readonly #words: Uint32Array
  readonly #keys: BigUint64Array

  constructor(rowCount: number) {
    this.#keys = new BigUint64Array(rowCount)
    this.#words = new Uint32Array(this.#keys.buffer)
  }

  set(row: number, upper: number, lower: number): void {
    this.#words[row * 2] = lower
    this.#words[row * 2 + 1] = upper
  }

  /** Groups of two and more rows with one key, ascending; in the order of their first rows. */
  groups(): number[][] {
    const sorted = this.#keys.toSorted()
    const groups = new Map<bigint, number[]>()
    for (let at = 1; at < sorted.length; at++) {
      if (sorted[at] !== 0n && sorted[at] === sorted[at - 1]) groups.set(sorted[at]!, [])
    }
    if (groups.size === 0) return []
    this.#keys.forEach((key, row) => groups.get(key)?.push(row))
    return [...groups.values()].sort((a, b) => a[0]! - b[0]!)
  }
}
