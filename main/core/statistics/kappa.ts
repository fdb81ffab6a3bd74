// Agreement of two yes/no judgements beyond chance.

/** How often both, only the first, only the second, and neither said yes. */
export interface Agreement {
  readonly both: number
  readonly onlyA: number
  readonly onlyB: number
  readonly neither: number
}

/** Cohen's `(po - pe) / (1 - pe)`; null where it is not defined (no items, or chance alone agrees always). */
export function cohenKappa({ both, onlyA, onlyB, neither }: Agreement): number | null {
  const n = both + onlyA + onlyB + neither
  if (n === 0) return null
  const a = (both + onlyA) / n
  const b = (both + onlyB) / n
  const observed = (both + neither) / n
  const chance = a * b + (1 - a) * (1 - b)
  return chance === 1 ? null : (observed - chance) / (1 - chance)
}
