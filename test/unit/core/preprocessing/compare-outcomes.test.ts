import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Outcomes, compareOutcomes, countRight, meanTruth } from '#core/preprocessing/compare-outcomes.ts'

function outcomes(
  ranks: readonly number[],
  truth = ranks.map((rank) => (rank === 0 ? Number.NaN : 1 / rank)),
): Outcomes {
  return {
    rank: Uint32Array.from(ranks),
    truth: Float64Array.from(truth),
    entropy: new Float64Array(ranks.length),
  }
}

const times = (count: number, rank: number) => Array.from({ length: count }, () => rank)

describe('compareOutcomes', () => {
  it('[PP204] counts what only one gets right, and where the right class comes higher up', () => {
    const a = outcomes([1, 1, 2, 3, 5, 0])
    const b = outcomes([1, 4, 1, 7, 5, 9])
    expect(compareOutcomes(a, b)).toMatchObject({ onlyThis: 1, onlyOther: 1, higher: 2, lower: 2, p: 1, favours: 0 })
    expect(countRight(a)).toBe(2)
    expect(meanTruth(outcomes([1, 0], [0.5, Number.NaN]))).toBe(0.25)
  })

  it('[PP205] takes the smaller mid-p of both tests, twice', () => {
    // McNemar 10 to 0: 2 * 0.5 / 2^10 = 2^-10 (mid-p halves the point); places 10 to 0: the same. Twice: 2^-9.
    const found = compareOutcomes(outcomes(times(10, 1)), outcomes(times(10, 2)))
    expect(found).toMatchObject({ onlyThis: 10, onlyOther: 0, favours: 1 })
    expect(found.p).toBeCloseTo(2 ** -9, 12)
    // No answer changes, but the right class is higher up on 12 of 12.
    const places = compareOutcomes(outcomes(times(12, 2)), outcomes(times(12, 9)))
    expect(places).toMatchObject({ onlyThis: 0, onlyOther: 0, higher: 12, favours: 1 })
    expect(places.p).toBeCloseTo(2 ** -11, 12)
  })

  it('[PP206] is not taken in by certainty: probabilities alone decide nothing', () => {
    const ranks = [1, 2, 1, 3, 1, 4]
    const sure = outcomes(ranks, [0.9, 0.1, 0.9, 0.05, 0.9, 0.02])
    const unsure = outcomes(ranks, [0.3, 0.2, 0.3, 0.2, 0.3, 0.2])
    expect(compareOutcomes(sure, unsure)).toMatchObject({ p: 1, favours: 0 })
  })

  it('[PP207] finds for neither where right answers and places contradict one another', () => {
    // Ten answers become right, and on thirty other images the right class falls.
    const a = outcomes([...times(10, 1), ...times(30, 90)])
    const b = outcomes([...times(10, 2), ...times(30, 40)])
    expect(compareOutcomes(a, b)).toMatchObject({ onlyThis: 10, onlyOther: 0, higher: 10, lower: 30, p: 1, favours: 0 })
  })

  it('[PP208] says the opposite of the same two turned round', () => {
    const rank = fc.integer({ min: 0, max: 6 })
    fc.assert(
      fc.property(fc.array(fc.tuple(rank, rank), { minLength: 1, maxLength: 60 }), (pairs) => {
        const [a, b] = [outcomes(pairs.map(([p]) => p)), outcomes(pairs.map(([, q]) => q))]
        const [there, back] = [compareOutcomes(a, b), compareOutcomes(b, a)]
        expect(there.p).toBeCloseTo(back.p, 12)
        expect(there.favours + back.favours).toBe(0)
        expect([there.onlyThis, there.higher]).toEqual([back.onlyOther, back.lower])
        expect(compareOutcomes(a, a)).toMatchObject({ p: 1, favours: 0 })
      }),
      { seed: 1 },
    )
  })
})
