import { describe, expect, it } from 'vitest'
import { betaCdf, betaQuantile } from '#core/statistics/beta.ts'
import { logBeta, logChoose } from '#core/statistics/gamma.ts'
import { mcnemarMidP } from '#core/statistics/mcnemar.ts'

const near = (actual: number, expected: number, relative: number) =>
  expect(Math.abs(actual / expected - 1)).toBeLessThan(relative)

// Expected figures by mpmath with 40 digits, and by SciPy.
describe('statistics of very many images', () => {
  it.each([
    [3, 1e9, -61.47665033327929],
    [0.5, 2e7, -7.833256466584433],
    [40, 60, -67.96861624748244],
    [1e5, 3e5, -224938.75152978362],
    [2e9, 5e9, -4187887129.717832],
    [16, 16, -22.293680785633526],
    [12, 5, -9.991498429858842],
  ])('[PS10] gives the logarithm of Beta(%d, %d)', (a, b, expected) => {
    near(logBeta(a, b), expected, 2e-14)
  })

  it.each([
    [10, 3, 4.787491742782046],
    [1000, 400, 669.3521451255453],
    [1e9, 3, 60.37803803861118],
    [1e12, 5, 133.3676138368507],
    [1e12, 1, 27.631021115928547],
    [1e12, 1e12, 0],
  ])('[PS10] counts the ways to choose of %d %d', (n, k, expected) => {
    expect(Math.abs(logChoose(n, k) - expected)).toBeLessThanOrEqual(2e-14 * expected)
  })

  it.each([
    [2e6, 3e6, 0.39971923469498366, [0.0013477371482390529, 0.15865527678528316, 0.6914785065207095]],
    [1.5e6, 9e8, 0.001662154127794381, [0.0013402887206407474, 0.1586552272986817, 0.6915341454690254]],
    [7e8, 2e9, 0.259248451070452, [0.001349648143837963, 0.1586552539571996, 0.6914643222886121]],
  ])('[PS11] gives quantiles and tails of Beta(%d, %d)', (a, b, quantile, tails) => {
    const mean = a / (a + b)
    const sd = Math.sqrt((mean * (1 - mean)) / (a + b + 1))
    expect(Math.abs(betaQuantile(0.1, a, b) - quantile)).toBeLessThan(1e-12)
    ;[-3, -1, 0.5].forEach((distance, index) => {
      expect(Math.abs(betaCdf(mean + distance * sd, a, b) - tails[index]!)).toBeLessThan(1e-7)
    })
  })

  it('[PS11] has no step where the normal takes over from the continued fraction', () => {
    for (const b of [1e6, 4e7]) {
      const [below, above] = [0.99e6, 1.01e6].map((a) => {
        const mean = a / (a + b)
        return (betaQuantile(0.1, a, b) - mean) / Math.sqrt((mean * (1 - mean)) / (a + b + 1))
      })
      expect(Math.abs(below! - above!)).toBeLessThan(1e-5)
    }
  })

  it.each([
    [300, 200, 0.0000073958115310295835],
    [60_000_000, 59_990_000, 0.36129042267022177],
    [49_000_000, 49_020_000, 0.043373123508593577],
    [510_000_000, 509_900_000, 0.001740491245504413],
  ])('[PS12] compares %d with %d discordant images', (b, c, expected) => {
    near(mcnemarMidP(b, c), expected, 2e-7)
  })
})
