// What a number kept in 32 bits was before it was kept.

/** A float32 read as a double has digits nobody wrote: the shortest decimal that is the same float32 is what was meant. */
export function shortestDecimal(value: number): number {
  if (Number.isInteger(value)) return value
  for (let digits = 6; digits <= 9; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return short
  }
  return value
}
