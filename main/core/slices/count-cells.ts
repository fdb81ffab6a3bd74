// Images counted by value, class and number of failing models, in one pass: all that follows works on these cells, of which there
// are far fewer than images.

/** Cells that hold images. A key is `class * levels + m`, m = number of models that fail on the image, 0..levels - 1. */
export interface Cells {
  /** The cells of value v, by key ascending, at `offsets[v]` up to `offsets[v + 1]`; v = 0 are images without a value. */
  readonly offsets: Uint32Array
  readonly keys: Uint32Array
  /** Images. */
  readonly counts: Float64Array
}

/** Some images: the value and the key of each, and how many it stands for (null: each for itself). */
export interface MemberBlock {
  readonly values: Uint32Array
  readonly keys: Uint32Array
  readonly weights: Float64Array | null
  readonly count: number
}

/** All images, block by block. A block may be written over by the next; either all have weights or none has. */
export type VisitMembers = (visit: (block: MemberBlock) => void) => void

export interface CellShape {
  /** Values are 0..valueCount. */
  readonly valueCount: number
  /** Keys are 0..keyCount - 1. */
  readonly keyCount: number
  /** At most so many images are visited. */
  readonly size: number
  readonly weighted: boolean
}

/** A table of all cells there could be has at most so many entries, and so many for each image. */
const widestTable = 1 << 24
const entriesPerImage = 8
const freeEntries = 1 << 16

export function countCells(visitMembers: VisitMembers, shape: CellShape): Cells {
  const entries = (shape.valueCount + 1) * shape.keyCount
  const fits = entries <= Math.min(widestTable, Math.max(freeEntries, entriesPerImage * shape.size))
  return fits ? countInTable(visitMembers, shape) : countBySorting(visitMembers, shape)
}

function countInTable(visitMembers: VisitMembers, { valueCount, keyCount, weighted }: CellShape): Cells {
  const entries = (valueCount + 1) * keyCount
  if (weighted) {
    const table = new Float64Array(entries)
    visitMembers(({ values, keys, weights, count }) => {
      for (let index = 0; index < count; index++) table[values[index]! * keyCount + keys[index]!]! += weights![index]!
    })
    return listCells(table, valueCount, keyCount)
  }
  const table = new Uint32Array(entries)
  visitMembers(({ values, keys, count }) => {
    for (let index = 0; index < count; index++) table[values[index]! * keyCount + keys[index]!]!++
  })
  return listCells(table, valueCount, keyCount)
}

function listCells(table: Uint32Array | Float64Array, valueCount: number, keyCount: number): Cells {
  let used = 0
  for (let entry = 0; entry < table.length; entry++) if (table[entry] !== 0) used++
  const offsets = new Uint32Array(valueCount + 2)
  const keys = new Uint32Array(used)
  const counts = new Float64Array(used)
  let cell = 0
  for (let value = 0; value <= valueCount; value++) {
    const start = value * keyCount
    for (let key = 0; key < keyCount; key++) {
      const count = table[start + key]!
      if (count === 0) continue
      keys[cell] = key
      counts[cell++] = count
    }
    offsets[value + 1] = cell
  }
  return { offsets, keys, counts }
}

/** Two counting sorts, by key and then by value, which leave like next to like. */
function countBySorting(visitMembers: VisitMembers, { valueCount, keyCount, size, weighted }: CellShape): Cells {
  const memberValues = new Uint32Array(size)
  const memberKeys = new Uint32Array(size)
  const memberWeights = weighted ? new Float64Array(size) : null
  let members = 0
  visitMembers(({ values, keys, weights, count }) => {
    memberValues.set(values.subarray(0, count), members)
    memberKeys.set(keys.subarray(0, count), members)
    if (weights !== null) memberWeights?.set(weights.subarray(0, count), members)
    members += count
  })
  const byKey = sortByCode(memberKeys.subarray(0, members), keyCount, null)
  const order = sortByCode(memberValues.subarray(0, members), valueCount + 1, byKey)
  const offsets = new Uint32Array(valueCount + 2)
  const keys = new Uint32Array(members)
  const counts = new Float64Array(members)
  let cells = 0
  for (const member of order) {
    const weight = memberWeights === null ? 1 : memberWeights[member]!
    if (weight === 0) continue
    const value = memberValues[member]!
    const key = memberKeys[member]!
    if (offsets[value + 1] === 0 || keys[cells - 1] !== key) {
      keys[cells++] = key
      offsets[value + 1]!++
    }
    counts[cells - 1]! += weight
  }
  for (let value = 0; value <= valueCount; value++) offsets[value + 1]! += offsets[value]!
  return { offsets, keys: keys.subarray(0, cells), counts: counts.subarray(0, cells) }
}

/** Places 0..n - 1, or those of `order`, by code ascending; equal ones stay in their order. */
function sortByCode(codes: Uint32Array, codeCount: number, order: Uint32Array | null): Uint32Array {
  const next = new Uint32Array(codeCount + 1)
  for (let place = 0; place < codes.length; place++) next[codes[place]! + 1]!++
  for (let code = 0; code < codeCount; code++) next[code + 1]! += next[code]!
  const sorted = new Uint32Array(codes.length)
  for (let place = 0; place < codes.length; place++) {
    const member = order === null ? place : order[place]!
    sorted[next[codes[member]!]!++] = member
  }
  return sorted
}
