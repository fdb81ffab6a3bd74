// The distribution of a sum of independent whole numbers, grown term by term in one buffer.

/** Probabilities below this are let go at the ends; so tails are right down to about 1e-25. */
const negligible = 1e-30

export class SumDistribution {
  #buffer = new Float64Array(1024)
  /** The sum that `#buffer[0]` stands for, and the part of the buffer in use. */
  #base = 0
  #start = 0
  #end = 1

  constructor() {
    this.reset()
  }

  /** Back to the empty sum: 0 for certain. */
  reset(): void {
    this.#base = 0
    this.#start = 0
    this.#end = 1
    this.#buffer[0] = 1
  }

  /** Adds a number that is `least`, `least + 1`, ... with these probabilities. */
  add(least: number, probabilities: Float64Array): void {
    const more = probabilities.length - 1
    this.#base += least
    if (more === 0) return
    if (this.#end + more > this.#buffer.length) this.#makeRoom(more)
    const buffer = this.#buffer
    const start = this.#start
    const end = this.#end + more
    buffer.fill(0, this.#end, end)
    // From the top down, so that what is still needed has not been written over.
    for (let index = end - 1; index >= start; index--) {
      const terms = Math.min(more, index - start)
      let total = 0
      for (let term = 0; term <= terms; term++) total += buffer[index - term]! * probabilities[term]!
      buffer[index] = total
    }
    this.#end = end
    while (buffer[this.#start]! < negligible) this.#start++
    while (buffer[this.#end - 1]! < negligible) this.#end--
  }

  /** P(sum < k), P(sum = k) and P(sum > k), the tails summed from their far ends. */
  around(k: number): { readonly below: number; readonly at: number; readonly above: number } {
    const place = k - this.#base
    let below = 0
    for (let index = this.#start; index < Math.min(place, this.#end); index++) below += this.#buffer[index]!
    let above = 0
    for (let index = this.#end - 1; index > Math.max(place, this.#start - 1); index--) above += this.#buffer[index]!
    const inside = place >= this.#start && place < this.#end
    return { below, at: inside ? this.#buffer[place]! : 0, above }
  }

  /** Moves the part in use to the front of a buffer that has room for `more`. */
  #makeRoom(more: number): void {
    const used = this.#end - this.#start
    const buffer = new Float64Array(Math.max(this.#buffer.length, 2 * (used + more)))
    buffer.set(this.#buffer.subarray(this.#start, this.#end))
    this.#buffer = buffer
    this.#base += this.#start
    this.#start = 0
    this.#end = used
  }
}
