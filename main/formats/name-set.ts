// Which of millions of names have come already, in a few bytes a name: their hashes, not the names.

/**
 * A set of strings by 64-bit hash (cyrb53's two halves, both kept whole). A million names have one chance in thirty million of
 * a false match; what is found here is therefore renamed or counted, never trusted for more.
 */
export class NameSet {
  #slots = new Uint32Array(2 * 1024)
  #size = 0

  /** Whether it is new; it is in the set afterwards. */
  add(name: string): boolean {
    if (this.#size * 4 > this.#slots.length) this.#grow()
    const { high, low } = hash(name)
    return this.#put(high, low)
  }

  #put(high: number, low: number): boolean {
    const slots = this.#slots
    const mask = slots.length / 2 - 1
    for (let slot = low & mask; ; slot = (slot + 1) & mask) {
      const at = slot * 2
      if (slots[at] === 0 && slots[at + 1] === 0) {
        slots[at] = high
        slots[at + 1] = low
        this.#size++
        return true
      }
      if (slots[at] === high && slots[at + 1] === low) return false
    }
  }

  #grow(): void {
    const old = this.#slots
    this.#slots = new Uint32Array(old.length * 2)
    this.#size = 0
    for (let at = 0; at < old.length; at += 2) {
      if (old[at] !== 0 || old[at + 1] !== 0) this.#put(old[at]!, old[at + 1]!)
    }
  }
}

/** cyrb53 (public domain, github.com/bryc/code), with its first half not cut to 21 bits; never two zeroes. */
function hash(text: string): { high: number; low: number } {
  let a = 0xdeadbeef
  let b = 0x41c6ce57
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    a = Math.imul(a ^ unit, 2654435761)
    b = Math.imul(b ^ unit, 1597334677)
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909)
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909)
  return { high: b >>> 0, low: a >>> 0 || 1 }
}
