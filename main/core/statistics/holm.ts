// Family-wise error rate: adjusted p values of a few comparisons.

/**
 * `p~_(j) = max over l <= j of min(1, (m - l + 1) p_(l))`, in the order of `p`; valid under any dependence.
 * S. Holm, Scand. J. Stat. 6 (1979).
 */
export function holm(p: ArrayLike<number>): Float64Array {
  const order = Uint32Array.from({ length: p.length }, (_, index) => index)
  order.sort((a, b) => (p[a] ?? 0) - (p[b] ?? 0))
  const adjusted = new Float64Array(p.length)
  let greatest = 0
  order.forEach((index, rank) => {
    greatest = Math.max(greatest, Math.min(1, (p.length - rank) * (p[index] ?? 0)))
    adjusted[index] = greatest
  })
  return adjusted
}
