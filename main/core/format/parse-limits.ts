// Limits of bins as people type them, and as names of bins. Pure.
import { FoibleError } from '../errors.ts'

export const mostLimits = 101

/** `0, 50, 100`, also with semicolons or spaces. Throws `usage` for what is no ascending list of two numbers or more. */
export function parseLimits(text: string): number[] {
  const parts = text.split(/[\s,;]+/).filter((part) => part !== '')
  const limits = parts.map(Number)
  const stray = limits.findIndex((limit) => !Number.isFinite(limit))
  if (stray >= 0) throw new FoibleError('usage', `“${parts[stray]}” is not a number. Write limits as in 0, 50, 100.`)
  if (limits.length < 2) throw new FoibleError('usage', 'Bins need two limits or more, as in 0, 50, 100.')
  if (limits.length > mostLimits) throw new FoibleError('usage', `At most ${mostLimits} limits can be given.`)
  const fall = limits.findIndex((limit, i) => i > 0 && limit <= limits[i - 1]!)
  if (fall > 0) {
    throw new FoibleError('usage', `Limits ascend, and ${parts[fall]} comes after ${parts[fall - 1]}.`)
  }
  return limits
}

/** Ascending limits in the fewest digits (three at least) that keep them apart; whole numbers in full, with separators. */
export function formatLimits(limits: readonly number[]): string[] {
  for (let digits = 3; digits < 17; digits++) {
    const rounded = limits.map((limit) => (Number.isInteger(limit) ? limit : Number(limit.toPrecision(digits))))
    if (rounded.every((limit, i) => i === 0 || limit > rounded[i - 1]!)) return rounded.map(formatLimit)
  }
  return limits.map(String)
}

function formatLimit(limit: number): string {
  const size = Math.abs(limit)
  if (size !== 0 && (size < 1e-4 || size >= 1e15)) return String(limit)
  return limit.toLocaleString('en-US', { maximumSignificantDigits: 17 })
}
