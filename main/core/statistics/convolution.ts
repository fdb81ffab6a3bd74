// The distribution of a sum of independent whole numbers.

/** Probabilities of the sum of two independent numbers, each given as probabilities of 0, 1, 2, ... */
export function convolve(a: Float64Array, b: Float64Array): Float64Array {
  const [long, short] = a.length >= b.length ? [a, b] : [b, a]
  const out = new Float64Array(long.length + short.length - 1)
  for (let shift = 0; shift < short.length; shift++) {
    const weight = short[shift]!
    if (weight === 0) continue
    for (let index = 0; index < long.length; index++) out[index + shift]! += long[index]! * weight
  }
  return out
}
