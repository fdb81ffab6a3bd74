// Two models on the same images: are the changes one-sided?
import { logGamma } from './gamma.ts'

/**
 * McNemar's exact two-sided mid-p from the discordant counts: images that only one, and only the other, gets right.
 * Binomial(b + c, 1/2); 1 where they are equal. M. W. Fagerland et al., BMC Med. Res. Methodol. 13 (2013).
 */
export function mcnemarMidP(b: number, c: number): number {
  const n = b + c
  const least = Math.min(b, c)
  if (b === c) return 1
  const at = Math.exp(logGamma(n + 1) - logGamma(least + 1) - logGamma(n - least + 1) - n * Math.LN2)
  let sum = at / 2
  let term = at
  for (let k = least; k > 0 && term > sum * 1e-17; k -= 1) {
    term *= k / (n - k + 1)
    sum += term
  }
  return Math.min(1, 2 * sum)
}
