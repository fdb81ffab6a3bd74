// The distribution of a sum of independent whole numbers, grown term by term in one buffer.

/** Probabilities below this are let go at the ends; so tails are right down to about 1e-35. */
const negligible = 1e-40

/** Free places below the sum, where probabilities reach for zeros. */
const headroom = 256

export class SumDistribution {
  #buffer = new Float64Array(4096)
  /** The sum that `#buffer[0]` stands for, and the part of the buffer in use. */
  #base = -headroom
  #start = headroom
  #end = headroom + 1

  constructor() {
    this.reset()
  }

  /** Back to the empty sum: 0 for certain. */
  reset(): void {
    this.#base = -headroom
    this.#start = headroom
    this.#end = headroom + 1
    this.#buffer[headroom] = 1
  }

  /** Adds a number that is `least`, `least + 1`, ... with these probabilities. */
  add(least: number, probabilities: Float64Array): void {
    const more = probabilities.length - 1
    this.#base += least
    if (more === 0) return
    if (this.#start < more || this.#end + more > this.#buffer.length) this.#makeRoom(more)
    const buffer = this.#buffer
    const start = this.#start
    const end = this.#end + more
    buffer.fill(0, start - more, start)
    buffer.fill(0, this.#end, end)
    if (more === 1) addTwoPoint(buffer, start, end, probabilities[0]!, probabilities[1]!)
    else if (more === 3) addFourPoint(buffer, start, end, probabilities)
    else addPoints(buffer, start, end, probabilities)
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

  /** Moves the part in use to where it has room for `more` on both sides. */
  #makeRoom(more: number): void {
    const used = this.#end - this.#start
    const room = 4 * more + headroom
    const buffer = new Float64Array(Math.max(this.#buffer.length, 2 * room + used))
    buffer.set(this.#buffer.subarray(this.#start, this.#end), room)
    this.#buffer = buffer
    this.#base += this.#start - room
    this.#start = room
    this.#end = room + used
  }
}

// Both go from the top down, so that what is still needed has not been written over; below `start` there are zeros.

function addTwoPoint(buffer: Float64Array, start: number, end: number, none: number, one: number): void {
  let here = buffer[end - 1]!
  for (let index = end - 1; index >= start; index--) {
    const below = buffer[index - 1]!
    buffer[index] = here * none + below * one
    here = below
  }
}

/** One image under three models: the most common draw but one. */
function addFourPoint(buffer: Float64Array, start: number, end: number, probabilities: Float64Array): void {
  const [none, one, two, three] = [probabilities[0]!, probabilities[1]!, probabilities[2]!, probabilities[3]!]
  let here = buffer[end - 1]!
  let below1 = buffer[end - 2]!
  let below2 = buffer[end - 3]!
  for (let index = end - 1; index >= start; index--) {
    const below3 = buffer[index - 3]!
    buffer[index] = here * none + below1 * one + below2 * two + below3 * three
    here = below1
    below1 = below2
    below2 = below3
  }
}

/** At least three points; the first three apart, since most draws are of one image. */
function addPoints(buffer: Float64Array, start: number, end: number, probabilities: Float64Array): void {
  const [none, one, two] = [probabilities[0]!, probabilities[1]!, probabilities[2]!]
  const points = probabilities.length
  for (let index = end - 1; index >= start; index--) {
    let total = buffer[index]! * none + buffer[index - 1]! * one + buffer[index - 2]! * two
    for (let term = 3; term < points; term++) total += buffer[index - term]! * probabilities[term]!
    buffer[index] = total
  }
}
