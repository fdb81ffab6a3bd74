// Groups rows that agree in every column into cells, with the images that each stands for. Pure; knows no file.

/** The most cells that Foible keeps together: beyond it, a cube is no summary any more. */
export const maxCells = 5_000_000

/** The greatest count that a double holds exactly. */
export const maxImages = Number.MAX_SAFE_INTEGER

const firstSlots = 1024

/**
 * Rows of equal codes are one cell. An open-addressing table over the columns themselves: no key is ever built, so that a million
 * rows of twenty columns cost a few bytes each.
 */
export class CellGrouper {
  readonly #columns: readonly ArrayLike<number>[]
  /** The cell of a slot plus one; 0 = free. */
  #slots = new Uint32Array(firstSlots)
  /** The first row of each cell, and what its rows stand for together. */
  #rows = new Uint32Array(firstSlots / 2)
  #counts = new Float64Array(firstSlots / 2)
  #size = 0

  constructor(columns: readonly ArrayLike<number>[]) {
    this.#columns = columns
  }

  get size(): number {
    return this.#size
  }

  /** A row of each cell, in the order in which the cells came. */
  get rows(): Uint32Array {
    return this.#rows.subarray(0, this.#size)
  }

  /** The images of each cell. */
  get counts(): Float64Array {
    return this.#counts.subarray(0, this.#size)
  }

  add(row: number, count: number): void {
    let slot = this.#find(row)
    if (this.#slots[slot] === 0) {
      if (this.#size === this.#rows.length) {
        this.#grow()
        slot = this.#find(row)
      }
      this.#rows[this.#size] = row
      this.#slots[slot] = ++this.#size
    }
    this.#counts[this.#slots[slot]! - 1]! += count
  }

  /** The slot of the row's cell, or the free one where it belongs. */
  #find(row: number): number {
    const mask = this.#slots.length - 1
    let slot = this.#hash(row) & mask
    for (;;) {
      const cell = this.#slots[slot]!
      if (cell === 0 || this.#isSame(this.#rows[cell - 1]!, row)) return slot
      slot = (slot + 1) & mask
    }
  }

  #hash(row: number): number {
    let hash = 0x811c9dc5
    for (const column of this.#columns) {
      hash = Math.imul(hash ^ column[row]!, 0x01000193)
      hash ^= hash >>> 15
    }
    hash = Math.imul(hash ^ (hash >>> 13), 0x5bd1e995)
    return (hash ^ (hash >>> 16)) >>> 0
  }

  #isSame(a: number, b: number): boolean {
    return this.#columns.every((column) => column[a] === column[b])
  }

  /** Twice as many slots, at most half of them taken. */
  #grow(): void {
    const slots = this.#slots.length * 2
    this.#slots = new Uint32Array(slots)
    this.#rows = enlarge(this.#rows, new Uint32Array(slots / 2))
    this.#counts = enlarge(this.#counts, new Float64Array(slots / 2))
    for (let cell = 0; cell < this.#size; cell++) this.#slots[this.#find(this.#rows[cell]!)] = cell + 1
  }
}

function enlarge<T extends Uint32Array | Float64Array>(from: T, to: T): T {
  to.set(from)
  return to
}
