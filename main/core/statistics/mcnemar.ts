// Two models on the same images: are the changes one-sided?
import { logChoose } from './gamma.ts'
import { normalUpperTail } from './normal.ts'

/** Above so many the binomial's tail is the normal's to eight digits about the middle (at 1e-280, to three), and too long to add up. */
const exactUpTo = 1e8

/**
 * McNemar's exact two-sided mid-p from the discordant counts: images that only one, and only the other, gets right.
 * Binomial(b + c, 1/2), above 1e8 of them its normal limit; 1 where they are equal. M. W. Fagerland et al., BMC Med. Res. Methodol. 13 (2013).
 */
export function mcnemarMidP(b: number, c: number): number {
  const n = b + c
  const least = Math.min(b, c)
  if (b === c) return 1
  if (n > exactUpTo) return 2 * normalUpperTail(Math.abs(b - c) / Math.sqrt(n))
  const at = Math.exp(logChoose(n, least) - n * Math.LN2)
  let sum = at / 2
  let term = at
  for (let k = least; k > 0 && term > sum * 1e-17; k -= 1) {
    term *= k / (n - k + 1)
    sum += term
  }
  return Math.min(1, 2 * sum)
}
