import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { halfToFloat } from '#models/half-floats.ts'
import { toHalves, toKeptLogits } from '#models/keep-halves.ts'

const back = (halves: Uint16Array) => Array.from(halves, halfToFloat)

function softmax(logits: readonly number[]): number[] {
  const max = Math.max(...logits)
  const powers = logits.map((logit) => Math.exp(logit - max))
  const sum = powers.reduce((total, power) => total + power, 0)
  return powers.map((power) => power / sum)
}

describe('halves', () => {
  it('[KE44] are within 2^-11 of every number, relatively, and within 2^-25 of those near zero', () => {
    fc.assert(
      fc.property(fc.float({ min: -65_504, max: 65_504, noNaN: true }), (number) => {
        const [found] = back(toHalves(Float32Array.of(number)))
        expect(Math.abs(found! - number)).toBeLessThanOrEqual(Math.max(Math.abs(number) * 2 ** -11, 2 ** -25))
      }),
      { seed: 44 },
    )
  })

  it('[KE45] of logits give their probabilities within 1e-3 up to 4, and 4e-3 up to 16', () => {
    for (const [limit, bound] of [
      [4, 1e-3],
      [16, 4e-3],
    ] as const) {
      fc.assert(
        fc.property(
          fc.array(fc.float({ min: Math.fround(-limit), max: Math.fround(limit), noNaN: true }), {
            minLength: 2,
            maxLength: 20,
          }),
          (logits) => {
            const kept = softmax(back(toKeptLogits(Float32Array.from(logits), 'logits')))
            softmax(logits).forEach((probability, i) =>
              expect(Math.abs(kept[i]! - probability)).toBeLessThanOrEqual(bound),
            )
          },
        ),
        { seed: 45 },
      )
    }
  })

  it('[KE46] of probabilities are their logarithms: a softmax gives them back within 2^-10 of themselves, and 0 as 0', () => {
    const weights = fc.array(fc.float({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 20 })
    fc.assert(
      fc.property(weights, (given) => {
        const sum = given.reduce((total, weight) => total + weight, 0)
        fc.pre(sum > 1e-3)
        const probabilities = given.map((weight) => weight / sum)
        const kept = softmax(back(toKeptLogits(Float32Array.from(probabilities), 'probabilities')))
        probabilities.forEach((probability, i) =>
          expect(Math.abs(kept[i]! - probability)).toBeLessThanOrEqual(2 ** -10),
        )
      }),
      { seed: 46 },
    )
    expect(back(toKeptLogits(Float32Array.of(0, 1), 'probabilities'))).toEqual([-Infinity, 0])
  })
})
