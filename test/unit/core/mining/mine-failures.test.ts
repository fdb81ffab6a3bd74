import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fullBitset } from '#core/columns/bitset.ts'
import { mineFailures } from '#core/mining/mine-failures.ts'
import { minedFilter } from '#core/mining/mined-filter.ts'
import { parseFilter } from '#core/filter/parse.ts'
import { formatFilter } from '#core/filter/format.ts'

const digits = (text: string) => Uint8Array.from(text, Number)

describe('mineFailures', () => {
  const mining = mineFailures({
    rows: fullBitset(8),
    surrogates: ['11122210', '11212212'].map(digits),
    others: ['12112222', '00000001'].map(digits),
    against: ['12122212', '11112222'].map(digits),
  })

  it('[MN1] counts the images on which at least so many surrogates fail, among those that all have judged', () => {
    expect(mining).toMatchObject({ pool: 7, leftOut: 1, byFailing: [2, 2, 3] })
    expect(mining.sets.map(({ threshold, count }) => [threshold, count])).toEqual([
      [1, 5],
      [2, 3],
    ])
  })

  it('[MN2] tells how models outside fail on the mined set beside the whole pool', () => {
    expect(mining.poolFailures).toEqual([
      { n: 7, failures: 3 },
      { n: 0, failures: 0 },
    ])
    expect(mining.sets.map(({ transfer }) => transfer[0])).toEqual([
      { n: 5, failures: 3 },
      { n: 3, failures: 1 },
    ])
  })

  it('[MN3] compares mined sets of two sets of surrogates over images judged by both', () => {
    const [atLeastOne, both] = mining.sets
    expect(atLeastOne?.agreement).toMatchObject({ both: 5, onlyA: 0, onlyB: 0, neither: 2, jaccard: 1 })
    expect(both?.agreement).toMatchObject({ both: 1, onlyA: 2, onlyB: 1, neither: 3, jaccard: 0.25 })
    expect(both?.agreement?.kappa).toBeCloseTo((4 / 7 - (3 * 2 + 4 * 5) / 49) / (1 - (3 * 2 + 4 * 5) / 49), 12)
  })

  it('[MN4] refuses to mine without surrogates, and with more than 24', () => {
    const input = { rows: fullBitset(1), others: [], against: null }
    const one = digits('1')
    expect(() => mineFailures({ ...input, surrogates: [] })).toThrow('at least one surrogate')
    expect(() => mineFailures({ ...input, surrogates: Array.from({ length: 25 }, () => one) })).toThrow('At most 24')
    expect(mineFailures({ ...input, surrogates: Array.from({ length: 24 }, () => one) }).sets[23]?.count).toBe(1)
  })

  it('[MN5] equals a count image by image', () => {
    const verdicts = (rows: number) => fc.uint8Array({ min: 0, max: 2, minLength: rows, maxLength: rows })
    const cases = fc
      .integer({ min: 1, max: 60 })
      .chain((rows) =>
        fc.tuple(
          fc.constant(rows),
          fc.array(verdicts(rows), { minLength: 1, maxLength: 4 }),
          fc.array(verdicts(rows), { minLength: 1, maxLength: 3 }),
        ),
      )
    fc.assert(
      fc.property(cases, ([rows, surrogates, others]) => {
        const { sets } = mineFailures({ rows: fullBitset(rows), surrogates, others, against: null })
        const all = Array.from({ length: rows }, (_, row) => row)
        const pool = all.filter((row) => surrogates.every((column) => column[row] !== 0))
        for (const { threshold, count, transfer } of sets) {
          const mined = pool.filter((row) => surrogates.filter((column) => column[row] === 1).length >= threshold)
          expect(count).toBe(mined.length)
          expect(transfer).toEqual(
            others.map((column) => ({
              n: mined.filter((row) => column[row] !== 0).length,
              failures: mined.filter((row) => column[row] === 1).length,
            })),
          )
        }
      }),
    )
  })
})

describe('minedFilter', () => {
  it('[MN6] is a rule in the filter language', () => {
    const text = formatFilter(minedFilter(['a', 'b', 'c'], 2))
    expect(text).toBe(
      '(exactly_wrong(2, a, b, c) or exactly_wrong(3, a, b, c)) and a.correct is not missing and b.correct is not missing and c.correct is not missing',
    )
    expect(parseFilter(text)).toEqual(minedFilter(['a', 'b', 'c'], 2))
    expect(formatFilter(minedFilter(['a', 'b'], 2))).toBe('all_wrong(a, b)')
  })
})
