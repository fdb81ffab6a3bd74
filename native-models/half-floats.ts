// IEEE 754 binary16, which not every Node has an array of: bits to numbers and back. Pure.

const word = new Float32Array(1)
const bits = new Uint32Array(word.buffer)

/** The nearest of the 65,536 values, of two equally near ones the even one; beyond 65,504 it is infinity. */
export function floatToHalf(value: number): number {
  word[0] = value
  const from = bits[0] ?? 0
  const sign = (from >>> 16) & 0x8000
  const exponent = (from >>> 23) & 0xff
  const mantissa = from & 0x7fffff
  if (exponent === 0xff) return sign | 0x7c00 | (mantissa === 0 ? 0 : 0x200)
  const shifted = exponent - 112
  if (shifted >= 31) return sign | 0x7c00
  if (shifted > 0) return sign | roundedShift((shifted << 23) | mantissa, 13)
  // Subnormal halves: the hidden bit comes out, and below the least of them nothing is left.
  return shifted < -10 ? sign : sign | roundedShift(mantissa | 0x800000, 14 - shifted)
}

/** A carry runs into the exponent, as it should. */
function roundedShift(value: number, by: number): number {
  const kept = value >>> by
  const rest = value & ((1 << by) - 1)
  const half = 1 << (by - 1)
  return rest > half || (rest === half && (kept & 1) === 1) ? kept + 1 : kept
}

export function halfToFloat(half: number): number {
  const sign = half & 0x8000 ? -1 : 1
  const exponent = (half >>> 10) & 0x1f
  const mantissa = half & 0x3ff
  if (exponent === 0) return sign * mantissa * 2 ** -24
  if (exponent === 31) return mantissa === 0 ? sign * Infinity : Number.NaN
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15)
}
