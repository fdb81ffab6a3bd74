import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { areDistributions, rankScores } from '#models/rank-scores.ts'

const logits = Float32Array.of(1, 3, 2, 0, -1, 2.5)

function naive(scores: readonly number[], ids: readonly number[]) {
  const powers = ids.map((id) => Math.exp((scores[id] ?? 0) - Math.max(...ids.map((i) => scores[i] ?? 0))))
  const sum = powers.reduce((a, b) => a + b)
  const ranked = ids.map((id, i) => ({ id, p: (powers[i] ?? 0) / sum })).sort((a, b) => b.p - a.p || a.id - b.id)
  return { ranked, entropy: -ranked.reduce((nats, { p }) => nats + (p > 0 ? p * Math.log(p) : 0), 0) }
}

describe('ranking of scores', () => {
  it('[PR1] orders the top five by probability, equal ones by id, and leaves unused places at -1 and NaN', () => {
    const { topIds } = rankScores(logits, 6, 'logits', [null], null)
    expect([...topIds]).toEqual([1, 5, 2, 0, 3])
    expect([...rankScores(Float32Array.of(1, 1, 1), 3, 'logits', [null], null).topIds]).toEqual([0, 1, 2, -1, -1])
    expect([...rankScores(Float32Array.of(1, 1), 2, 'logits', [null], null).topProbabilities]).toEqual([
      0.5,
      0.5,
      NaN,
      NaN,
      NaN,
    ])
    expect([...rankScores(Float32Array.of(0, 0, 1), 3, 'probabilities', [null], null).topIds]).toEqual([
      2, 0, 1, -1, -1,
    ])
  })

  it('[PR2] agrees with a softmax, sort and sum in float64 on any scores, masked or not', () => {
    const score = fc.double({ min: -30, max: 30, noNaN: true }).map(Math.fround)
    fc.assert(
      fc.property(
        fc.array(score, { minLength: 1, maxLength: 40 }),
        fc.array(fc.nat(39), { maxLength: 4 }),
        fc.boolean(),
        (scores, accepted, isMasked) => {
          const ids = scores.map((_, id) => id).filter((id) => !isMasked || id % 2 === 0)
          const found = rankScores(
            Float32Array.from(scores),
            scores.length,
            'logits',
            [accepted],
            isMasked ? ids : null,
          )
          const { ranked, entropy } = naive(scores, ids)
          const top = Array.from({ length: 5 }, (_, i) => ranked[i]?.id ?? -1)
          expect([...found.topIds]).toEqual(top)
          expect(found.entropy[0]).toBeCloseTo(entropy, 5)
          expect(found.margin[0]).toBeCloseTo((ranked[0]?.p ?? 0) - (ranked[1]?.p ?? 0), 5)
          const rank = ranked.findIndex(({ id }) => accepted.includes(id)) + 1
          expect(found.truthRank[0]).toBe(rank)
          if (rank === 0) expect(found.truthConfidence[0]).toBeNaN()
          else expect(found.truthConfidence[0]).toBeCloseTo(ranked[rank - 1]?.p ?? NaN, 5)
        },
      ),
      { seed: 3, numRuns: 500 },
    )
  })

  it('[PR3] takes the best of several accepted ids, and is right exactly where the first place is accepted', () => {
    const { truthRank, truthConfidence, topIds, topProbabilities } = rankScores(
      Float32Array.of(...logits, ...logits, ...logits, ...logits),
      6,
      'logits',
      [[4, 1], [2, 5], [], null],
      null,
    )
    expect([...truthRank]).toEqual([1, 2, 0, 0])
    expect(truthConfidence[0]).toBe(topProbabilities[0])
    expect(truthConfidence[2]).toBeNaN()
    expect(topIds[0]).toBe(1)
  })

  it('[PR4] confines argmax, probabilities and truth to the allowed ids', () => {
    const { topIds, topProbabilities, truthRank } = rankScores(
      Float32Array.of(...logits, ...logits),
      6,
      'logits',
      [[0], [1]],
      [4, 0, 3],
    )
    expect([...topIds.subarray(0, 5)]).toEqual([0, 3, 4, -1, -1])
    expect((topProbabilities[0] ?? 0) + (topProbabilities[1] ?? 0) + (topProbabilities[2] ?? 0)).toBeCloseTo(1, 6)
    expect([...truthRank]).toEqual([1, 0])
  })

  it('[PR5] leaves probabilities as they are, and divides those that do not sum to 1', () => {
    const sure = rankScores(Float32Array.of(0.25, 0.75), 2, 'probabilities', [null], null)
    expect([...sure.topProbabilities.subarray(0, 2)]).toEqual([0.75, 0.25])
    const sigmoids = rankScores(Float32Array.of(0.5, 1, 0.5), 3, 'probabilities', [null], null)
    expect([...sigmoids.topProbabilities.subarray(0, 3)]).toEqual([0.5, 0.25, 0.25])
  })

  it('[PR6] knows distributions by their values', () => {
    expect(areDistributions(Float32Array.of(0.25, 0.75, 1, 0), 2, 2)).toBe(true)
    expect(areDistributions(Float32Array.of(0.25, 0.75, 1, 0.1), 2, 2)).toBe(false)
    expect(areDistributions(Float32Array.of(-0.1, 1.1), 1, 2)).toBe(false)
    expect(areDistributions(Float32Array.of(NaN, 1), 1, 2)).toBe(false)
    expect(areDistributions(new Float32Array(0), 0, 2)).toBe(false)
  })
})
