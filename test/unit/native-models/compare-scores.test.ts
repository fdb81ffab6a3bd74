import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareScores, describeDisagreement } from '#models/compare-scores.ts'

const row = (...scores: number[]) => Float32Array.from(scores)

describe('comparing scores', () => {
  it('[RN1] takes differences of up to 2 % of the range for rounding', () => {
    const own = row(0, 4, 10, 1)
    expect(compareScores(own, row(0.19, 4.1, 9.9, 0.9), 4, true)).toBeNull()
    expect(compareScores(own, row(0, 4, 10, 1.3), 4, true)).toMatchObject({ kind: 'scores' })
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -0.019, max: 0.019, noNaN: true }), { minLength: 8, maxLength: 8 }),
        (noise) => {
          const scores = row(-5, 0, 1, 5, 5, 2, -5, 0)
          const other = scores.map((score, i) => score + 10 * (noise[i] ?? 0))
          return compareScores(scores, other, 4, false) === null
        },
      ),
    )
  })

  it('[RN2] demands the same first answer, unless the processor’s own two best lie closer than rounding', () => {
    expect(compareScores(row(0, 9.9, 10), row(0, 10, 9.95), 3, true)).toMatchObject({ kind: 'top1' })
    expect(compareScores(row(0, 9.99, 10), row(0, 10, 9.99), 3, true)).toBeNull()
    expect(compareScores(row(0, 9.9, 10), row(0, 10, 9.95), 3, false)).toBeNull()
    expect(compareScores(row(10, 0, 0, 10), row(10, 0, 0, 10), 2, true)).toBeNull()
  })

  it('[RN3] holds scores that are no numbers against the provider only where the processor has some', () => {
    expect(compareScores(row(1, NaN), row(1, NaN), 2, true)).toBeNull()
    const found = compareScores(row(1, 2), row(1, NaN), 2, true)
    expect(found).toMatchObject({ kind: 'scores' })
    expect(describeDisagreement(found!)).toContain('no numbers')
    expect(compareScores(row(1, 2), row(1), 2, true)).not.toBeNull()
    expect(compareScores(row(3, 3), row(3, 3), 2, true)).toBeNull()
  })
})
