// Wilson's score interval for one proportion.
import type { Interval } from './interval.ts'
import { z95 } from './normal.ts'

/**
 * The 95 % interval for `k` of `n` (k may be fractional, 0 <= k <= n); [0, 1] where n is 0.
 * E. B. Wilson, JASA 22 (1927).
 */
export function wilsonInterval(k: number, n: number, z = z95): Interval {
  if (n === 0) return [0, 1]
  const rate = k / n
  const scale = 1 + (z * z) / n
  const centre = (rate + (z * z) / (2 * n)) / scale
  const half = (z / scale) * Math.sqrt((rate * (1 - rate)) / n + (z * z) / (4 * n * n))
  return [k === 0 ? 0 : Math.max(0, centre - half), k === n ? 1 : Math.min(1, centre + half)]
}
