// Finds images that look alike among many: hashes that differ in few bits, in less than the square of their number. Pure.
import { createBitset, setBit, testBit } from '../columns/bitset.ts'
import { gridWords } from './image-look.ts'
import { hashDistance } from './perceptual-hash.ts'

/** What is compared: row `i` has two words of `hashes` and eight of `grids` (see `ImageLook`). */
export interface HashedImages {
  readonly hashes: Uint32Array
  readonly grids: Uint32Array
}

/** Bits of 64 in which likenesses differ at most. */
export const nearDistance = 5
/** Of 31 steps: how much a colour of the grid differs at most. The hash is blind to colour, and to small things before one background. */
const colourTolerance = 2
/** Entries of one bucket that a hash is compared with: thousands of images of one hash are alike by their neighbours. */
const comparedAtMost = 64
const rowsBetweenYields = 4096

/** The 64 bits in three bands: five differing bits leave one band with at most one. */
const bands = [
  { shift: 0, bits: 22 },
  { shift: 22, bits: 21 },
  { shift: 43, bits: 21 },
] as const

/**
 * Groups of two and more rows, each ascending, that are alike, directly or through others of the group. Only `rows` are
 * looked at. A generator: it yields every few thousand rows, for whoever must not be kept from other work.
 * Multi-index hashing (Norouzi et al., "Fast Exact Search in Hamming Space with Multi-Index Hashing", 2014).
 */
export function* findNearDuplicates(images: HashedImages, rows: Uint32Array): Generator<void, number[][]> {
  const parents = Uint32Array.from(rows, (_, at) => at)
  for (const { shift, bits } of bands) {
    const keys = Uint32Array.from(rows, (row) =>
      bandOf(images.hashes[row * 2]!, images.hashes[row * 2 + 1]!, shift, bits),
    )
    const index = new KeyIndex(keys, bits)
    for (let at = 0; at < rows.length; at++) {
      if (at % rowsBetweenYields === 0) yield
      for (let flip = -1; flip < bits; flip++) {
        const key = flip < 0 ? keys[at]! : keys[at]! ^ (1 << flip)
        if (!index.has(key)) continue
        let compared = 0
        for (let other = index.newest(key); other >= 0 && compared++ < comparedAtMost; other = index.older(other)) {
          if (isAlike(images, rows[at]!, rows[other]!)) unite(parents, at, other)
        }
      }
      // Only now: whoever comes later finds it.
      index.add(at)
    }
  }
  return collect(parents, rows)
}

/** Bits `shift` to `shift + bits` of the 64, counted from the lowest. */
function bandOf(upper: number, lower: number, shift: number, bits: number): number {
  const mask = (1 << bits) - 1
  if (shift === 0) return lower & mask
  if (shift < 32) return ((lower >>> shift) | (upper << (32 - shift))) & mask
  return (upper >>> (shift - 32)) & mask
}

/** Positions by their key, the newest first. Open addressing: a slot holds the newest position of one key. */
class KeyIndex {
  readonly #keys: Uint32Array
  readonly #slots: Int32Array
  readonly #older: Int32Array
  /** One bit a key: small enough to stay near, it spares most of the look-ups. */
  readonly #present: Uint32Array

  constructor(keys: Uint32Array, bits: number) {
    this.#keys = keys
    this.#slots = new Int32Array(1 << Math.max(4, Math.ceil(Math.log2(keys.length + 1)) + 1)).fill(-1)
    this.#older = new Int32Array(keys.length)
    this.#present = createBitset(1 << bits)
  }

  has(key: number): boolean {
    return testBit(this.#present, key)
  }

  add(position: number): void {
    const slot = this.#slotOf(this.#keys[position]!)
    this.#older[position] = this.#slots[slot]!
    this.#slots[slot] = position
    setBit(this.#present, this.#keys[position]!)
  }

  /** Of a key that is there. */
  newest(key: number): number {
    return this.#slots[this.#slotOf(key)]!
  }

  older(position: number): number {
    return this.#older[position]!
  }

  #slotOf(key: number): number {
    const mask = this.#slots.length - 1
    let slot = Math.imul(key ^ (key >>> 15), 0x9e3779b1) & mask
    while (this.#slots[slot]! >= 0 && this.#keys[this.#slots[slot]!] !== key) slot = (slot + 1) & mask
    return slot
  }
}

function isAlike({ hashes, grids }: HashedImages, a: number, b: number): boolean {
  if (hashDistance(hashes[a * 2]!, hashes[a * 2 + 1]!, hashes[b * 2]!, hashes[b * 2 + 1]!) > nearDistance) return false
  for (let word = 0; word < gridWords; word++) {
    const x = grids[a * gridWords + word]!
    const y = grids[b * gridWords + word]!
    if (x === y) continue
    for (const shift of channelShifts) {
      if (Math.abs(((x >>> shift) & 31) - ((y >>> shift) & 31)) > colourTolerance) return false
    }
  }
  return true
}

/** The upper five bits of every channel of the two colours of a word. */
const channelShifts = [27, 22, 16, 11, 6, 0] as const

function rootOf(parents: Uint32Array, at: number): number {
  while (parents[at] !== at) {
    parents[at] = parents[parents[at]!]!
    at = parents[at]!
  }
  return at
}

function unite(parents: Uint32Array, a: number, b: number): void {
  const [x, y] = [rootOf(parents, a), rootOf(parents, b)]
  parents[Math.max(x, y)] = Math.min(x, y)
}

function collect(parents: Uint32Array, rows: Uint32Array): number[][] {
  const groups = new Map<number, number[]>()
  for (let at = 0; at < rows.length; at++) {
    const root = rootOf(parents, at)
    if (root === at) continue
    const group = groups.get(root)
    if (group === undefined) groups.set(root, [rows[root]!, rows[at]!])
    else group.push(rows[at]!)
  }
  return [...groups.values()]
}
