// Which of millions of names have come already, in a few bytes a name: their digests, not the names.
import { digestText } from '#core/digest-text.ts'

/**
 * A set of strings by 64-bit digest. A million names have one chance in thirty million of a false match; what is found here is
 * therefore renamed or counted, never trusted for more.
 */
export class NameSet {
  #slots = new Uint32Array(2 * 1024)
  #size = 0

  /** Whether it is new; it is in the set afterwards. */
  add(name: string): boolean {
    if (this.#size * 4 > this.#slots.length) this.#grow()
    const [high, low] = digestText(name)
    // Two zeroes stand for an empty slot.
    return this.#put(high, low || 1)
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
