// The logarithms of the gamma function, of factorials and of binomial coefficients, for numbers of any size.

const coefficients = [
  676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
]

/** From here on Stirling's series is right to the last digits. */
const stirlingFrom = 16
const halfLogTwoPi = 0.5 * Math.log(2 * Math.PI)

/** `ln Gamma(x)` for x > 0 (Lanczos, g = 7, nine terms; Stirling's series from 16 on): relative error about 1e-14. */
export function logGamma(x: number): number {
  if (x >= stirlingFrom) return (x - 0.5) * Math.log(x) - x + halfLogTwoPi + stirlingError(x)
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x)
  const y = x - 1
  let sum = 0.9999999999998099
  for (let i = 0; i < coefficients.length; i += 1) sum += (coefficients[i] ?? 0) / (y + i + 1)
  const t = y + 7.5
  return halfLogTwoPi + (y + 0.5) * Math.log(t) - t + Math.log(sum)
}

/** `ln Gamma(x)` less `(x - 1/2) ln x - x + ln(2 pi) / 2`, for x >= 16 (Abramowitz and Stegun 6.1.41). */
function stirlingError(x: number): number {
  const y = 1 / (x * x)
  return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - y / 1188) * y) * y) * y) / x
}

/**
 * `ln Beta(a, b)` for a, b > 0. What is great in the three gammas cancels before anything is added up, so that the absolute
 * error stays near 1e-16 times the smaller of the two.
 */
export function logBeta(a: number, b: number): number {
  if (a > b) return logBeta(b, a)
  if (b < stirlingFrom) return logGamma(a) + logGamma(b) - logGamma(a + b)
  const rest = stirlingError(b) - stirlingError(a + b) - (b - 0.5) * Math.log1p(a / b)
  if (a < stirlingFrom) return logGamma(a) + a - a * Math.log(a + b) + rest
  return halfLogTwoPi - 0.5 * Math.log(a) + a * Math.log(a / (a + b)) + stirlingError(a) + rest
}

/** `ln C(n, k)` for whole numbers 0 <= k <= n. */
export function logChoose(n: number, k: number): number {
  if (k === 0 || k === n) return 0
  if (k === 1 || k === n - 1) return Math.log(n)
  return -Math.log(n + 1) - logBeta(k + 1, n - k + 1)
}
