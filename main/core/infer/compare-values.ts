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
  const judged: { readonly margin: number; readonly isRight: boolean }[] = []
  const wrong = new Map<string, { known: string; inferred: string; count: number }>()
  let outside = 0
  let open = 0
  for (const row of rows) {
    const knownCode = known.codes[row]!
    if (knownCode === 0) continue
    const key = knownKeys[knownCode - 1] ?? null
    const code = inferred.codes[row]!
    if (key === null) outside++
    else if (code === 0) open++
    else {
      const isRight = inferredKeys[code - 1] === key
      judged.push({ margin: margins[row]!, isRight })
      if (!isRight) countPair(wrong, known.values[knownCode - 1]!, inferred.values[code - 1]!)
    }
  }
  judged.sort((a, b) => a.margin - b.margin)
  return {
    ...shareOf(judged),
    outside,
    open,
    byMargin: splitByMargin(judged),
    atLeast: marginThresholds.map((margin) => ({
      margin,
      ...shareOf(judged.filter((item) => item.margin >= margin)),
    })),
    confused: [...wrong.values()]
      .sort((a, b) => b.count - a.count || (a.known < b.known ? -1 : 1))
      .slice(0, mostConfused),
  }
}

function countPair(
  pairs: Map<string, { known: string; inferred: string; count: number }>,
  known: string,
  inferred: string,
) {
  const key = JSON.stringify([known, inferred])
  const pair = pairs.get(key) ?? { known, inferred, count: 0 }
  pair.count++
  pairs.set(key, pair)
}

function shareOf(items: readonly { readonly isRight: boolean }[]): Share {
  const right = items.filter(({ isRight }) => isRight).length
  return { n: items.length, right, wilson: wilsonInterval(right, items.length) }
}

function splitByMargin(judged: readonly { readonly margin: number; readonly isRight: boolean }[]) {
  const split: (Share & { from: number; to: number })[] = []
  let start = 0
  for (let part = 1; part <= parts && start < judged.length; part++) {
    let end = Math.max(start + 1, Math.round((part * judged.length) / parts))
    while (end < judged.length && judged[end]!.margin === judged[end - 1]!.margin) end++
    const items = judged.slice(start, end)
    split.push({ from: items[0]!.margin, to: items.at(-1)!.margin, ...shareOf(items) })
    start = end
  }
  return split
}
