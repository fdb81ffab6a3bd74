import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sixteenGroups } from '#core/labels/map-sixteen.ts'
import { groupScores } from '#models/group-scores.ts'
import { rankAnswers } from '#models/rank-answers.ts'

const groups = [[0], [1, 2, 3], [5]]

/** Softmax over all classes, mean of the members, in float64 and without a trick. */
function naive(scores: readonly number[]): number[] {
  const max = Math.max(...scores)
  const powers = scores.map((score) => Math.exp(score - max))
  const sum = powers.reduce((a, b) => a + b)
  const means = groups.map((ids) => ids.reduce((all, id) => all + powers[id]! / sum, 0) / ids.length)
  const total = means.reduce((a, b) => a + b)
  return means.map((mean) => mean / total)
}

describe('categories of classes', () => {
  it('[ID1] takes the mean of the members’ probabilities, not their sum nor the best', () => {
    const scores = Float32Array.of(1, 1.5, -9, -9, 30, 0)
    const found = groupScores(scores, 6, 'logits', groups)
    naive([...scores]).forEach((mean, i) => expect(found[i]).toBeCloseTo(mean, 6))
    const { topIds } = rankAnswers({ kind: 'grouped', groups }, scores, 6, 'logits', [[1]])
    // Class 1 has the best score of all members, but one of three.
    expect([...topIds]).toEqual([0, 1, 2, -1, -1])
  })

  it('[ID2] agrees with a softmax in float64 on any logits, also where the categories have almost no share', () => {
    const score = fc.double({ min: -60, max: 60, noNaN: true }).map(Math.fround)
    const row = fc.array(score, { minLength: 6, maxLength: 6 })
    fc.assert(
      fc.property(row, row, (a, b) => {
        const found = groupScores(Float32Array.of(...a, ...b), 6, 'logits', groups)
        for (const [i, mean] of [...naive(a), ...naive(b)].entries()) {
          if (Number.isFinite(mean)) expect(found[i]).toBeCloseTo(mean, 5)
        }
        for (const start of [0, 3]) {
          const sum = found.subarray(start, start + 3).reduce((x, y) => x + y, 0)
          expect(sum).toBeCloseTo(1, 5)
        }
      }),
      { seed: 16, numRuns: 300 },
    )
    const far = groupScores(Float32Array.of(-800, -801, -802, -803, 900, -804), 6, 'logits', groups)
    expect(far.every((value) => value > 0)).toBe(true)
  })

  it('[ID3] takes probabilities as they are', () => {
    const found = groupScores(Float32Array.of(0.1, 0.2, 0.1, 0, 0.5, 0.1), 6, 'probabilities', groups)
    ;[0.1 / 0.3, 0.1 / 0.3, 0.1 / 0.3].forEach((share, i) => expect(found[i]).toBeCloseTo(share, 6))
  })

  it('[ID4] knows 207 ImageNet classes in 16 categories, none of them in two', () => {
    const ids = sixteenGroups.flat()
    expect(sixteenGroups).toHaveLength(16)
    expect(ids).toHaveLength(207)
    expect(new Set(ids).size).toBe(207)
    expect(Math.max(...ids)).toBeLessThan(1000)
  })
})
