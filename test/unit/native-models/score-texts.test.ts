import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ZeroShotPlan } from '#models/predictor.ts'
import { rankScores } from '#models/rank-scores.ts'
import { normaliseRows, scoreTexts } from '#models/score-texts.ts'
import { fillTemplate } from '#models/text/encode-texts.ts'

const plan = (weights: readonly number[], dim: number, rule: Partial<ZeroShotPlan> = {}): ZeroShotPlan => ({
  kind: 'zero-shot',
  weights: Float32Array.from(weights),
  classCount: weights.length / dim,
  dim,
  scale: 100,
  bias: 0,
  activation: 'softmax',
  ...rule,
})

describe('scores of texts', () => {
  it('[DE5] are scale x cosine + bias, whatever the length of the image’s embedding', () => {
    const scores = scoreTexts(Float32Array.of(3, 4, 0, -2), 2, plan([1, 0, 0, 1, 0.6, 0.8], 2, { scale: 10, bias: -1 }))
    expect([...scores].map((score) => Number(score.toFixed(5)))).toEqual([5, 7, 9, -1, -11, -9])
  })

  it('[DE5] leave embeddings as they were, and are no numbers where these are none', () => {
    const embeddings = Float32Array.of(3, 4)
    scoreTexts(embeddings, 2, plan([1, 0], 2))
    expect([...embeddings]).toEqual([3, 4])
    expect([...scoreTexts(Float32Array.of(0, 0, Number.NaN, 1), 2, plan([1, 0], 2))]).toEqual([0, Number.NaN])
  })

  it('[DE6] refuse texts of another number of values', () => {
    expect(() => scoreTexts(Float32Array.of(1, 2, 3), 3, plan([1, 0], 2))).toThrow(
      expect.objectContaining({ code: 'model_unsupported', details: { part: 'embedding', found: 2, expected: 3 } }),
    )
  })

  it('[DE5] rows have length 1', () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ min: -1000, max: 1000, noNaN: true }), { minLength: 8, maxLength: 8 }),
        (numbers) => {
          const rows = Float32Array.from(numbers)
          const before = [Math.hypot(...rows.subarray(0, 4)), Math.hypot(...rows.subarray(4))]
          normaliseRows(rows, 4)
          for (const row of [0, 1]) {
            const length = Math.hypot(...rows.subarray(row * 4, row * 4 + 4))
            // Squares of what is smaller are no numbers of float64 any more.
            if (before[row]! > 1e-30) expect(length).toBeCloseTo(1, 5)
          }
        },
      ),
      { seed: 11, numRuns: 200 },
    )
  })
})

describe('sigmoid probabilities', () => {
  const logits = Float32Array.of(0, 2, -2, 2)
  const ranked = rankScores(logits, 4, 'independent', [[3]], null)

  it('[DE7] each stand for themselves, and the lower id comes first of equal ones', () => {
    expect([...ranked.topIds]).toEqual([1, 3, 0, 2, -1])
    const sigmoid = [2, 2, 0, -2].map((x) => 1 / (1 + Math.exp(-x)))
    expect([...ranked.topProbabilities.subarray(0, 4)]).toEqual(sigmoid.map(Math.fround))
    expect([ranked.truthRank[0], ranked.truthConfidence[0], ranked.margin[0]]).toEqual([2, Math.fround(sigmoid[0]!), 0])
  })

  it('[DE7] have the entropy of their shares', () => {
    const sigmoid = [0, 2, -2, 2].map((x) => 1 / (1 + Math.exp(-x)))
    const sum = sigmoid.reduce((total, p) => total + p)
    const entropy = sigmoid.reduce((total, p) => total - (p / sum) * Math.log(p / sum), 0)
    expect(ranked.entropy[0]).toBeCloseTo(entropy, 6)
  })

  it('[DE7] keep their order where all are almost nothing', () => {
    const { topIds } = rankScores(Float32Array.of(-300, -250, -260), 3, 'independent', [null], null)
    expect([...topIds.subarray(0, 3)]).toEqual([1, 2, 0])
  })
})

describe('a template', () => {
  it('[DE8] takes a class as it is in every place for it', () => {
    expect(fillTemplate('{} or {}', 'a $& {}')).toBe('a $& {} or a $& {}')
  })
})
