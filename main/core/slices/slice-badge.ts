// The word that a slice has earned, and how many images it would have taken to earn one (definitions 6 and 7).
import { harmonicNumber } from '../statistics/benjamini-hochberg.ts'
import type { FalseDiscoveryControl } from '../statistics/benjamini-hochberg.ts'

/** `always`: always fools; `more`: more than its classes usually do; `all-failed`: too few to tell; `less`: less. */
export type SliceBadge = 'always' | 'more' | 'all-failed' | 'less'

/** The false discovery rate that badges and the power line stand for. */
export const discoveryRate = 0.1

/** The first badge that holds, or null. */
export function sliceBadge(slice: {
  readonly n: number
  readonly allFailed: boolean
  readonly wilsonLower: number
  readonly expected: number
  readonly q: number | null
  readonly qLess: number | null
}): SliceBadge | null {
  const more = slice.q !== null && slice.q <= discoveryRate
  if (more && slice.allFailed && slice.n >= 5 && slice.wilsonLower > slice.expected) return 'always'
  if (more) return 'more'
  if (slice.allFailed) return 'all-failed'
  return slice.qLess !== null && slice.qLess <= discoveryRate ? 'less' : null
}

/**
 * The smallest n of n that could be the first discovery among `slices` slices at overall failure rate `overall`:
 * `max(3, ceil(ln(2 q / m) / ln F))`, with `m H_m` in place of m under Benjamini and Yekutieli's control; null where everything
 * fails or there are no slices.
 */
export function fewestAllFailing(slices: number, overall: number, control: FalseDiscoveryControl): number | null {
  if (slices === 0 || overall >= 1) return null
  if (overall === 0) return 3
  const tests = control === 'yekutieli' ? slices * harmonicNumber(slices) : slices
  return Math.max(3, Math.ceil(Math.log((2 * discoveryRate) / tests) / Math.log(overall)))
}
