// How often inferred values are those that are known: all told, by how sure the model was, and what is taken for what. Pure.
import type { Codes } from '../columns/column.ts'
import type { Interval } from '../statistics/interval.ts'
import { wilsonInterval } from '../statistics/wilson.ts'
import { wordKey } from './plain-words.ts'

export interface Coded {
  readonly codes: Codes
  readonly values: readonly string[]
}

export interface CompareInput {
  readonly rows: Uint32Array
  /** What the model says, whatever a person said later. */
  readonly inferred: Coded
  readonly known: Coded
  readonly margins: Float32Array | Float64Array
}

export interface Share {
  readonly n: number
  readonly right: number
  readonly wilson: Interval
}

export interface ValueComparison extends Share {
  /** Rows whose known value is none of the vocabulary: not counted in n. */
  readonly outside: number
  /** Rows with a known value and none inferred: not counted in n. */
  readonly open: number
  /** Parts of about equally many images, least sure first; equal margins stay together. */
  readonly byMargin: readonly (Share & { readonly from: number; readonly to: number })[]
  /** What would be left with margins of at least `margin`. */
  readonly atLeast: readonly (Share & { readonly margin: number })[]
  /** Known values that were taken for others, the most frequent first. */
  readonly confused: readonly { readonly known: string; readonly inferred: string; readonly count: number }[]
}

const parts = 5
const mostConfused = 20
export const marginThresholds: readonly number[] = [0.05, 0.1, 0.2, 0.3, 0.5]

/** Values are the same where their words are, see `wordKey`. */
export function compareValues({ rows, inferred, known, margins }: CompareInput): ValueComparison {
  const inferredKeys = inferred.values.map(wordKey)
  const vocabulary = new Set(inferredKeys)
  const knownKeys = known.values.map((value) => {
    const key = wordKey(value)
    return vocabulary.has(key) ? key : null
  })
  const margin = { all: new Float64Array(rows.length), right: new Float64Array(rows.length) }
  const wrong = new Map<number, number>()
  let [n, right, outside, open] = [0, 0, 0, 0]
  for (const row of rows) {
    const knownCode = known.codes[row]!
    if (knownCode === 0) continue
    const key = knownKeys[knownCode - 1] ?? null
    const code = inferred.codes[row]!
    if (key === null) outside++
    else if (code === 0) open++
    else {
      margin.all[n++] = margins[row]!
      const pair = knownCode * (inferredKeys.length + 1) + code
      if (inferredKeys[code - 1] === key) margin.right[right++] = margins[row]!
      else wrong.set(pair, (wrong.get(pair) ?? 0) + 1)
    }
  }
  // Without a function that compares, a million numbers are sorted in a tenth of a second.
  const judged = { all: margin.all.subarray(0, n).sort(), right: margin.right.subarray(0, right).sort() }
  return {
    ...shareOf(n, right),
    outside,
    open,
    byMargin: splitByMargin(judged),
    atLeast: marginThresholds.map((from) => ({
      margin: from,
      ...shareOf(n - countBelow(judged.all, from), right - countBelow(judged.right, from)),
    })),
    confused: listConfused(wrong, known.values, inferred.values),
  }
}

/** Margins of what could be compared and of what is right of it, ascending. */
interface Judged {
  readonly all: Float64Array
  readonly right: Float64Array
}

function listConfused(
  wrong: ReadonlyMap<number, number>,
  known: readonly string[],
  inferred: readonly string[],
): ValueComparison['confused'] {
  return Array.from(wrong, ([pair, count]) => ({
    known: known[Math.floor(pair / (inferred.length + 1)) - 1]!,
    inferred: inferred[(pair % (inferred.length + 1)) - 1]!,
    count,
  }))
    .sort((a, b) => b.count - a.count || (a.known < b.known ? -1 : 1))
    .slice(0, mostConfused)
}

function shareOf(n: number, right: number): Share {
  return { n, right, wilson: wilsonInterval(right, n) }
}

/** How many of ascending numbers are less than `limit`. */
function countBelow(ascending: Float64Array, limit: number): number {
  let [low, high] = [0, ascending.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ascending[middle]! < limit) low = middle + 1
    else high = middle
  }
  return low
}

function splitByMargin({ all, right }: Judged): ValueComparison['byMargin'] {
  const split: (Share & { from: number; to: number })[] = []
  let [start, startRight] = [0, 0]
  for (let part = 1; part <= parts && start < all.length; part++) {
    let end = Math.max(start + 1, Math.round((part * all.length) / parts))
    while (end < all.length && all[end] === all[end - 1]) end++
    const endRight = end < all.length ? countBelow(right, all[end]!) : right.length
    split.push({ from: all[start]!, to: all[end - 1]!, ...shareOf(end - start, endRight - startRight) })
    ;[start, startRight] = [end, endRight]
  }
  return split
}
