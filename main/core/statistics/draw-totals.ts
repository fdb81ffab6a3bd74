// The total of a random draw from items that count 0..M each: the hypergeometric distribution, level by level.
import { hypergeometric } from './hypergeometric.ts'

/**
 * Probabilities of the total 0..M * drawn, where `levelCounts[m]` items count m (m = 0..M) and `drawn` of them are
 * taken at random without replacement.
 */
export function drawTotals(levelCounts: Uint32Array, drawn: number): Float64Array {
  let left = 0
  for (const count of levelCounts) left += count
  if (levelCounts.length === 2) return hypergeometric(left, levelCounts[1]!, drawn)
  if (drawn === 1) return Float64Array.from(levelCounts, (count) => count / left)
  const most = levelCounts.length - 1
  // States: how many are drawn already, and the distribution of their total so far.
  let states = new Map<number, Float64Array>([[0, Float64Array.of(1)]])
  for (let level = 0; level < most; level++) {
    const count = levelCounts[level]!
    if (count > 0) states = drawLevel(states, level, count, left, drawn)
    left -= count
  }
  const totals = new Float64Array(most * drawn + 1)
  for (const [taken, distribution] of states) addShifted(totals, distribution, most * (drawn - taken), 1)
  return totals
}

function drawLevel(
  states: ReadonlyMap<number, Float64Array>,
  level: number,
  count: number,
  left: number,
  drawn: number,
): Map<number, Float64Array> {
  const next = new Map<number, Float64Array>()
  for (const [taken, distribution] of states) {
    const ways = hypergeometric(left, count, drawn - taken)
    for (let more = 0; more < ways.length; more++) {
      if (ways[more] === 0) continue
      const total = next.get(taken + more) ?? new Float64Array(level * (taken + more) + 1)
      addShifted(total, distribution, level * more, ways[more]!)
      next.set(taken + more, total)
    }
  }
  return next
}

function addShifted(target: Float64Array, source: Float64Array, shift: number, weight: number): void {
  for (let index = 0; index < source.length; index++) target[index + shift]! += source[index]! * weight
}
