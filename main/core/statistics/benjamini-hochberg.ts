// False discovery rate: q values from p values.

/** Whose step-up procedure: Benjamini and Hochberg's, or Benjamini and Yekutieli's for tests that depend on each other. */
export type FalseDiscoveryControl = 'hochberg' | 'yekutieli'

/**
 * `q_(j) = min over l >= j of m p_(l) / l`, at most 1, in the order of `p`. For p values of slices that partition the
 * images. Y. Benjamini and Y. Hochberg, JRSS B 57 (1995).
 */
export function benjaminiHochberg(p: ArrayLike<number>): Float64Array {
  return stepUp(p, 1)
}

/** The same, valid under any dependence: m times the harmonic number. Y. Benjamini and D. Yekutieli, Ann. Stat. 29 (2001). */
export function benjaminiYekutieli(p: ArrayLike<number>): Float64Array {
  return stepUp(p, harmonicNumber(p.length))
}

/** `1 + 1/2 + ... + 1/m`; 0 for m = 0. */
export function harmonicNumber(m: number): number {
  let harmonic = 0
  for (let l = 1; l <= m; l += 1) harmonic += 1 / l
  return harmonic
}

function stepUp(p: ArrayLike<number>, factor: number): Float64Array {
  const order = Uint32Array.from({ length: p.length }, (_, index) => index)
  order.sort((a, b) => (p[a] ?? 0) - (p[b] ?? 0))
  const q = new Float64Array(p.length)
  let least = 1
  for (let rank = p.length; rank >= 1; rank -= 1) {
    const index = order[rank - 1] ?? 0
    least = Math.min(least, (factor * p.length * (p[index] ?? 0)) / rank)
    q[index] = least
  }
  return q
}
