// Draws without replacement from marked and unmarked items, and the exact comparison of two proportions.

/** Probabilities below this are let go: well below what any tail that is told rests on. */
export const negligible = 1e-40

/** Probabilities of `least`, `least + 1`, ... */
export interface LikelyRange {
  readonly least: number
  readonly probabilities: Float64Array
}

/** Probabilities of 0..min(drawn, marked) marked items among `drawn` of `total`, of which `marked` are marked. */
export function hypergeometric(total: number, marked: number, drawn: number): Float64Array {
  const { least, probabilities } = outwardFromMode(total, marked, drawn, 0)
  const out = new Float64Array(Math.min(drawn, marked) + 1)
  out.set(probabilities, least)
  return out
}

/** The same without the ends that are negligible: about 27 standard deviations wide, however many are drawn. */
export function likelyHypergeometric(total: number, marked: number, drawn: number): LikelyRange {
  return outwardFromMode(total, marked, drawn, negligible)
}

/**
 * Ratios of neighbours from the mode outward, down to `limit` times the mode's probability, then scaled to sum 1: no
 * factorials, no cancellation.
 */
function outwardFromMode(total: number, marked: number, drawn: number, limit: number): LikelyRange {
  const least = Math.max(0, drawn - (total - marked))
  const most = Math.min(drawn, marked)
  const mode = Math.min(most, Math.max(least, Math.floor(((drawn + 1) * (marked + 1)) / (total + 2))))
  const unmarked = total - marked - drawn
  // How far the ends lie, before anything is kept.
  let end = mode
  let sum = 1
  for (let up = 1; end < most; end++) {
    up *= ((marked - end) * (drawn - end)) / ((end + 1) * (unmarked + end + 1))
    if (up <= limit) break
    sum += up
  }
  let start = mode
  for (let down = 1; start > least; start--) {
    down *= (start * (unmarked + start)) / ((marked - start + 1) * (drawn - start + 1))
    if (down <= limit) break
    sum += down
  }
  const probabilities = new Float64Array(end - start + 1)
  let up = 1 / sum
  probabilities[mode - start] = up
  for (let k = mode; k < end; k++) {
    up *= ((marked - k) * (drawn - k)) / ((k + 1) * (unmarked + k + 1))
    probabilities[k + 1 - start] = up
  }
  let down = 1 / sum
  for (let k = mode; k > start; k--) {
    down *= (k * (unmarked + k)) / ((marked - k + 1) * (drawn - k + 1))
    probabilities[k - 1 - start] = down
  }
  return { least: start, probabilities }
}

/** The exact two-sided mid-p of a comparison, and the smallest one that counts with the same margins could have. */
export interface ProportionComparison {
  readonly midP: number
  readonly leastMidP: number
}

/**
 * Do "k1 of n1" and "k2 of n2" (n > 0) share one rate? Twice the smaller one-sided mid-p of the hypergeometric
 * distribution given both margins, at most 1.
 */
export function compareProportions(k1: number, n1: number, k2: number, n2: number): ProportionComparison {
  const probabilities = hypergeometric(n1 + n2, k1 + k2, n1)
  const least = Math.max(0, k1 - n2 + k2)
  let below = 0
  for (let k = least; k < k1; k++) below += probabilities[k]!
  let above = 0
  for (let k = probabilities.length - 1; k > k1; k--) above += probabilities[k]!
  const at = probabilities[k1]!
  return {
    midP: Math.min(1, 2 * Math.min(below + at / 2, above + at / 2)),
    leastMidP: Math.min(probabilities[least]!, probabilities.at(-1)!),
  }
}
