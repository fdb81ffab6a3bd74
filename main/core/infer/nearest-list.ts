// The k nearest of what is offered, nearest first. Pure.

/** Of equally near ones the lower id comes first, whatever the order in which they are offered. */
export class NearestList {
  readonly ids: Uint32Array
  readonly similarities: Float64Array
  #length = 0

  constructor(k: number) {
    this.ids = new Uint32Array(k)
    this.similarities = new Float64Array(k)
  }

  get length(): number {
    return this.#length
  }

  /** NaN is never near. */
  offer(id: number, similarity: number): void {
    const { ids, similarities } = this
    const k = ids.length
    const isFull = this.#length === k
    if (!(similarity >= -Infinity) || (isFull && !isNearer(similarity, id, similarities[k - 1]!, ids[k - 1]!))) return
    let place = isFull ? k - 1 : this.#length++
    for (; place > 0 && isNearer(similarity, id, similarities[place - 1]!, ids[place - 1]!); place--) {
      ids[place] = ids[place - 1]!
      similarities[place] = similarities[place - 1]!
    }
    ids[place] = id
    similarities[place] = similarity
  }
}

function isNearer(similarity: number, id: number, than: number, thanId: number): boolean {
  return similarity > than || (similarity === than && id < thanId)
}
