// How often each pair of two codes occurs, without a table of all pairs: memory grows with the items and one row of codes.

/** Pairs that occur, in order of the first code and then the second; parallel arrays. */
export interface PairCounts {
  readonly first: Uint32Array
  readonly second: Uint32Array
  readonly count: Uint32Array
}

/** A list of code pairs that grows; codes up to `greatest` take the narrowest type. */
export class PairList {
  #first: Uint16Array | Uint32Array
  #second: Uint16Array | Uint32Array
  #length = 0

  constructor(greatest: number) {
    const Narrow = greatest <= 0xffff ? Uint16Array : Uint32Array
    this.#first = new Narrow(1024)
    this.#second = new Narrow(1024)
  }

  push(first: number, second: number): void {
    if (this.#length === this.#first.length) {
      this.#first = doubled(this.#first)
      this.#second = doubled(this.#second)
    }
    this.#first[this.#length] = first
    this.#second[this.#length++] = second
  }

  /** Sorts the pairs into buckets by their first code (up to `greatestFirst`), then counts each bucket's second codes. */
  count(greatestFirst: number, greatestSecond: number): PairCounts {
    const { starts, seconds } = this.#sortIntoBuckets(greatestFirst)
    const [first, second] = [new Uint32Array(seconds.length), new Uint32Array(seconds.length)]
    const count = new Uint32Array(seconds.length)
    const line = new Uint32Array(greatestSecond + 1)
    const seen = new Uint32Array(greatestSecond + 1)
    let used = 0
    for (let code = 0; code <= greatestFirst; code++) {
      let distinct = 0
      for (let i = starts[code]!; i < starts[code + 1]!; i++) {
        if (line[seconds[i]!]!++ === 0) seen[distinct++] = seconds[i]!
      }
      if (distinct > 1) seen.subarray(0, distinct).sort()
      for (let i = 0; i < distinct; i++) {
        first[used] = code
        second[used] = seen[i]!
        count[used++] = line[seen[i]!]!
        line[seen[i]!] = 0
      }
    }
    return { first: first.slice(0, used), second: second.slice(0, used), count: count.slice(0, used) }
  }

  /** The second codes by first code, those of code c at `starts[c]` up to `starts[c + 1]`. */
  #sortIntoBuckets(greatestFirst: number) {
    const [first, second, length] = [this.#first, this.#second, this.#length]
    const starts = new Uint32Array(greatestFirst + 2)
    for (let i = 0; i < length; i++) starts[first[i]! + 1]!++
    for (let code = 0; code <= greatestFirst; code++) starts[code + 1]! += starts[code]!
    const next = starts.slice()
    const seconds = second.slice(0, length)
    for (let i = 0; i < length; i++) seconds[next[first[i]!]!++] = second[i]!
    return { starts, seconds }
  }
}

function doubled(codes: Uint16Array | Uint32Array): Uint16Array | Uint32Array {
  const longer = codes instanceof Uint16Array ? new Uint16Array(codes.length * 2) : new Uint32Array(codes.length * 2)
  longer.set(codes)
  return longer
}
