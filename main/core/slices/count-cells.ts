// Images counted by value, class and number of failing models: all that follows works on these cells, of which there are fewer than
// images. Keys are sorted by value first, so that each value is counted in a small table that stays in the processor's cache.

import type { Codes } from '../columns/column.ts'

/** Cells that hold images. A key is `class * levels + m`, m = number of models that fail on the image, 0..levels - 1. */
export interface Cells {
  /** The cells of value v stand at `starts[v]` up to `ends[v]`, by key ascending; v = 0 are images without a value. */
  readonly starts: Uint32Array
  readonly ends: Uint32Array
  readonly keys: Uint32Array
  /** Images. */
  readonly counts: Uint32Array | Float64Array
}

/** Calls `visit` with the rows of all images and with their keys, block by block; a block may be written over by the next. */
export type VisitMembers = (visit: (rows: Uint32Array, keys: Uint32Array, count: number) => void) => void

export interface CellInput {
  /** By row: the value, 0..V. */
  readonly values: Codes
  /** By row: how many images it stands for; null: one each. */
  readonly weights: Float64Array | null
  /** By value: at least as many as there are rows of it among the members. */
  readonly rooms: Uint32Array
  /** Keys are 0..keyCount - 1. */
  readonly keyCount: number
}

/** A value with a greater share of all keys than this is counted by passing over the table, another by sorting its keys. */
const denseShare = 1 / 8

export function countCells(visitMembers: VisitMembers, { values, weights, rooms, keyCount }: CellInput): Cells {
  const starts = new Uint32Array(rooms.length)
  for (let value = 1; value < rooms.length; value++) starts[value] = starts[value - 1]! + rooms[value - 1]!
  const room = (starts.at(-1) ?? 0) + (rooms.at(-1) ?? 0)
  const ends = starts.slice()
  const keys = new Uint32Array(room)
  const placed = weights && new Float64Array(room)
  visitMembers((rows, members, count) => {
    if (weights === null || placed === null) placeKeys(values, rows, members, count, keys, ends)
    else placeWeights(values, weights, rows, members, count, keys, placed, ends)
  })
  const counts = placed ?? new Uint32Array(room)
  const table = weights === null ? new Uint32Array(keyCount) : new Float64Array(keyCount)
  for (let value = 0; value < rooms.length; value++) {
    const [start, end] = [starts[value]!, ends[value]!]
    if (start === end) continue
    const count = end - start > keyCount * denseShare ? countMany : countFew
    ends[value] = count(keys, counts, start, end, table, placed)
  }
  return { starts, ends, keys, counts }
}

function placeKeys(
  values: Codes,
  rows: Uint32Array,
  members: Uint32Array,
  count: number,
  keys: Uint32Array,
  ends: Uint32Array,
): void {
  for (let index = 0; index < count; index++) keys[ends[values[rows[index]!]!]!++] = members[index]!
}

function placeWeights(
  values: Codes,
  weights: Float64Array,
  rows: Uint32Array,
  members: Uint32Array,
  count: number,
  keys: Uint32Array,
  placed: Float64Array,
  ends: Uint32Array,
): void {
  for (let index = 0; index < count; index++) {
    const row = rows[index]!
    const weight = weights[row]!
    if (weight === 0) continue
    const place = ends[values[row]!]!++
    keys[place] = members[index]!
    placed[place] = weight
  }
}

// Both put, in place of the keys from `start` up to `end`, each that occurs once, ascending, and beside it in `counts` how often it
// does (`weights` null) or the sum of its weights. They give where these end. The table is all zeros before and after.

type CountKeys = (
  keys: Uint32Array,
  counts: Uint32Array | Float64Array,
  start: number,
  end: number,
  table: Uint32Array | Float64Array,
  weights: Float64Array | null,
) => number

const countMany: CountKeys = (keys, counts, start, end, table, weights) => {
  if (weights === null) for (let place = start; place < end; place++) table[keys[place]!]!++
  else for (let place = start; place < end; place++) table[keys[place]!]! += weights[place]!
  let cell = start
  // Whether a key occurs is anybody's guess, so nothing branches on it; what is written past the last cell does not count.
  for (let key = 0; key < table.length && cell < end; key++) {
    const count = table[key]!
    keys[cell] = key
    counts[cell] = count
    cell += Number(count !== 0)
    table[key] = 0
  }
  return cell
}

const countFew: CountKeys = (keys, counts, start, end, table, weights) => {
  let distinct = start
  for (let place = start; place < end; place++) {
    const key = keys[place]!
    const count = table[key]!
    if (count === 0) keys[distinct++] = key
    table[key] = count + (weights === null ? 1 : weights[place]!)
  }
  if (distinct - start > 1) keys.subarray(start, distinct).sort()
  for (let cell = start; cell < distinct; cell++) {
    const key = keys[cell]!
    counts[cell] = table[key]!
    table[key] = 0
  }
  return distinct
}
