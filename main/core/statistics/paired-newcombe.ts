// Newcombe's interval for the difference of two proportions of the same items.
import type { Interval } from './interval.ts'
import type { Agreement } from './kappa.ts'
import { wilsonInterval } from './wilson.ts'

/**
 * The 95 % interval of the share of A minus the share of B over the same items, of which there is at least one.
 * R. G. Newcombe, Statistics in Medicine 17:2635 (1998), method 10: Wilson's limits, squared and added, less what the two
 * have in common.
 */
export function pairedNewcombeInterval({ both, onlyA, onlyB, neither }: Agreement): Interval {
  const n = both + onlyA + onlyB + neither
  const [p1, p2] = [(both + onlyA) / n, (both + onlyB) / n]
  const [low1, high1] = wilsonInterval(both + onlyA, n)
  const [low2, high2] = wilsonInterval(both + onlyB, n)
  const phi = correctedPhi({ both, onlyA, onlyB, neither })
  const reach = (a: number, b: number) => Math.sqrt(Math.max(0, a * a - 2 * phi * a * b + b * b))
  const difference = p1 - p2
  return [difference - reach(p1 - low1, high2 - p2), difference + reach(high1 - p1, p2 - low2)]
}

/** The correlation of the two, with Newcombe's correction for continuity where it is positive; 0 where a margin is empty. */
function correctedPhi({ both, onlyA, onlyB, neither }: Agreement): number {
  const margins = (both + onlyA) * (onlyB + neither) * (both + onlyB) * (onlyA + neither)
  if (margins === 0) return 0
  const product = both * neither - onlyA * onlyB
  const n = both + onlyA + onlyB + neither
  const corrected = product > 0 ? Math.max(product - n / 2, 0) : product
  return corrected / Math.sqrt(margins)
}
