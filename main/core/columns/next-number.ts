// Neighbours of a number among the doubles, so that `<` is `<=` of the next one below.

const cell = new Float64Array(1)
const raw = new BigInt64Array(cell.buffer)

/** The least double above; NaN above infinity and NaN, where no number is. */
export function nextAbove(value: number): number {
  if (Number.isNaN(value) || value === Infinity) return NaN
  if (value === 0) return Number.MIN_VALUE
  cell[0] = value
  raw[0]! += value > 0 ? 1n : -1n
  return cell[0]
}

/** The greatest double below; NaN below minus infinity and NaN. */
export function nextBelow(value: number): number {
  return -nextAbove(-value)
}
