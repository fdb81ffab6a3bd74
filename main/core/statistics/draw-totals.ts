// The total of a random draw from items that count 0..M each: the hypergeometric distribution, level by level.
import { likelyHypergeometric, negligible } from './hypergeometric.ts'
import type { LikelyRange } from './hypergeometric.ts'
import { createMemo } from './memo.ts'

/**
 * Gives the totals that are at all likely (above 1e-40) when `drawn` items are taken at random without replacement, where
 * `levelCounts[m]` items count m (m = 0..M). What draws of different sizes have in common is worked out once and kept.
 */
export function createDrawTotals(levelCounts: Float64Array): (drawn: number) => LikelyRange {
  const lefts = new Float64Array(levelCounts.length + 1)
  for (let level = levelCounts.length - 1; level >= 0; level--) lefts[level] = lefts[level + 1]! + levelCounts[level]!
  const mixed = createMemo((level, drawn) =>
    mix(level, likelyHypergeometric(lefts[level]!, levelCounts[level]!, drawn), drawn),
  )

  /** The total of a draw from the items that count `level` or more: it does not depend on who asks. */
  function drawFrom(level: number, drawn: number): LikelyRange {
    const count = levelCounts[level]!
    const left = lefts[level]!
    if (count === left || drawn === 0) return { least: level * drawn, probabilities: certain }
    if (count === 0) return drawFrom(level + 1, drawn)
    return mixed(level, drawn)
  }

  /** `ways`: how many of the drawn items count `level`; the others count more. */
  function mix(level: number, ways: LikelyRange, drawn: number): LikelyRange {
    const parts = Array.from(ways.probabilities, (weight, index) => {
      const here = ways.least + index
      const { least, probabilities } = drawFrom(level + 1, drawn - here)
      return { weight, least: least + level * here, probabilities }
    })
    let least = Infinity
    let end = 0
    for (const part of parts) {
      least = Math.min(least, part.least)
      end = Math.max(end, part.least + part.probabilities.length)
    }
    const totals = new Float64Array(end - least)
    for (const part of parts) addShifted(totals, part.probabilities, part.least - least, part.weight)
    return withoutNegligibleEnds(least, totals)
  }

  return (drawn) =>
    levelCounts.length === 2 ? likelyHypergeometric(lefts[0]!, levelCounts[1]!, drawn) : drawFrom(0, drawn)
}

const certain = Float64Array.of(1)

/** Passes over the ends of `source` that are negligible once weighted. */
function addShifted(target: Float64Array, source: Float64Array, shift: number, weight: number): void {
  const least = negligible / weight
  let start = 0
  while (start < source.length && source[start]! < least) start++
  let end = source.length
  while (end > start && source[end - 1]! < least) end--
  for (let index = start; index < end; index++) target[index + shift]! += source[index]! * weight
}

function withoutNegligibleEnds(least: number, totals: Float64Array): LikelyRange {
  let start = 0
  while (totals[start]! < negligible) start++
  let end = totals.length
  while (totals[end - 1]! < negligible) end--
  return { least: least + start, probabilities: totals.slice(start, end) }
}
