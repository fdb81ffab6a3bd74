// Newcombe's interval for the difference of two independent proportions.
import type { Interval } from './interval.ts'
import { wilsonInterval } from './wilson.ts'

/** The 95 % interval of `k1/n1 - k2/n2`, both n > 0. R. G. Newcombe, Statistics in Medicine 17 (1998), method 10. */
export function newcombeInterval(k1: number, n1: number, k2: number, n2: number): Interval {
  const [p1, p2] = [k1 / n1, k2 / n2]
  const [low1, high1] = wilsonInterval(k1, n1)
  const [low2, high2] = wilsonInterval(k2, n2)
  const difference = p1 - p2
  return [difference - Math.hypot(p1 - low1, high2 - p2), difference + Math.hypot(high1 - p1, p2 - low2)]
}
