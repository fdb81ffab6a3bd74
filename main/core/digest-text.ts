// A 64-bit digest of a text, for telling millions of names apart without keeping them. Not for secrets. Pure.

/**
 * Two 32-bit halves from independent recurrences over the UTF-16 units: FNV-1a, and one that turns before it multiplies. Among a
 * million texts two have the same digest with a chance of one in thirty million.
 */
export function digestText(text: string): readonly [number, number] {
  let byProduct = 0x811c9dc5
  let byTurn = text.length
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    byProduct = Math.imul(byProduct ^ unit, 0x01000193)
    byTurn = Math.imul(((byTurn << 13) | (byTurn >>> 19)) ^ unit, 0xcc9e2d51)
  }
  return [mix(byProduct), mix(byTurn)]
}

/** Lets every bit depend on every other: the 32-bit finaliser of MurmurHash3. */
function mix(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
