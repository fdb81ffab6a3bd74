import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Examples, voteOfNearest } from '#core/infer/nearest-vote.ts'

/** Of length 1, at these angles in degrees. */
function examplesAt(angles: readonly number[], codes: readonly number[]): Examples {
  return {
    vectors: Float32Array.from(angles.flatMap((angle) => [...unit(angle)])),
    dim: 2,
    sampleIds: Uint32Array.from(angles, (_, i) => i + 1),
    codes: Uint32Array.from(codes),
  }
}

function unit(angle: number): Float32Array {
  return Float32Array.of(Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180))
}

describe('the vote of the nearest examples', () => {
  it('[KE41] goes to the value with the greatest share of the weights, of which nearer examples have more', () => {
    const examples = examplesAt([1, 40, 41, 180], [7, 2, 2, 3])
    const vote = voteOfNearest(examples, unit(0), 99, 3, 5)
    expect([...vote.codes]).toEqual([7, 2, 0, 0, 0])
    const weights = [1, 40, 41].map((angle) => Math.exp(Math.cos((angle * Math.PI) / 180) / 0.07))
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    expect(vote.shares[0]).toBeCloseTo(weights[0]! / total, 5)
    expect(vote.shares[1]).toBeCloseTo((weights[1]! + weights[2]!) / total, 5)
    expect([...vote.shares.subarray(2)]).toEqual([0, 0, 0])
  })

  it('[KE42] leaves out the image itself, and comes to nothing where no other is', () => {
    const examples = examplesAt([0, 90], [1, 2])
    expect([...voteOfNearest(examples, unit(0), 1, 5, 2).codes]).toEqual([2, 0])
    const alone = voteOfNearest(examplesAt([0], [1]), unit(0), 1, 5, 2)
    expect([[...alone.codes], [...alone.shares]]).toEqual([
      [0, 0],
      [0, 0],
    ])
  })

  it('[KE43] has shares that add up to 1 where all values are told, each value once, best first', () => {
    const angle = fc.integer({ min: 0, max: 359 })
    fc.assert(
      fc.property(
        fc.array(fc.tuple(angle, fc.integer({ min: 1, max: 4 })), { minLength: 1, maxLength: 20 }),
        angle,
        fc.integer({ min: 1, max: 25 }),
        (given, query, k) => {
          const examples = examplesAt(
            given.map(([at]) => at),
            given.map(([, code]) => code),
          )
          const { codes, shares } = voteOfNearest(examples, unit(query), 0, k, 4)
          expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5)
          const known = [...codes].filter((code) => code > 0)
          expect(new Set(known).size).toBe(known.length)
          expect([...shares]).toEqual([...shares].toSorted((a, b) => b - a))
        },
      ),
      { seed: 43 },
    )
  })
})
