import { describe, expect, it } from 'vitest'
import { fullBitset } from '#core/columns/bitset.ts'
import { accuracyByValue } from '#core/compare/accuracy-by-value.ts'
import { computeCompare, splitSubsets } from '#core/compare/compute-compare.ts'

const digits = (text: string) => Uint8Array.from(text, Number)

describe('computeCompare', () => {
  const compare = computeCompare({
    rows: fullBitset(8),
    correct: ['11122210', '11212212', '21122212'].map(digits),
    predicted: ['33411124', '33424111', '13311111'].map(digits),
    truth: digits('11112222'),
  })

  it('[CM1] counts the images of every failing subset that occurs, and those without a verdict apart', () => {
    expect(compare).toMatchObject({ n: 7, leftOut: 1 })
    expect(compare.subsets).toEqual(
      [
        { failing: [], count: 2, sameLabel: 0 },
        { failing: [1], count: 1, sameLabel: 1 },
        { failing: [0, 1], count: 1, sameLabel: 1 },
        { failing: [0, 2], count: 1, sameLabel: 0 },
        { failing: [0, 1, 2], count: 2, sameLabel: 1 },
      ].sort((a, b) => b.count - a.count || mask(a.failing) - mask(b.failing)),
    )
  })

  it('[CM20] tells the most frequent subsets, and how many images the others hold', () => {
    const { listed, others } = splitSubsets(compare.subsets, 2)
    expect(listed).toEqual(compare.subsets.slice(0, 2))
    expect(others).toEqual({ subsets: 3, count: 3 })
    expect(splitSubsets(compare.subsets, 5).others).toEqual({ subsets: 0, count: 0 })
  })

  it('[CM2] gives the agreement of errors, fixed and regressed images of every pair', () => {
    const [first] = compare.pairs
    // Wrong by both 3, by the first alone 1, by the second alone 1, by neither 2.
    expect(first).toMatchObject({ a: 0, b: 1, bothWrong: 3, fixed: 1, regressed: 1, p: 1 })
    expect(first?.kappa).toBeCloseTo((5 / 7 - 25 / 49) / (1 - 25 / 49), 12)
    expect(compare.pairs.map(({ a, b }) => [a, b])).toEqual([
      [0, 1],
      [0, 2],
      [1, 2],
    ])
  })

  it('[CM3] lists the labels that all models give wrongly', () => {
    expect(compare.unanimous).toEqual({ count: 1, mistakes: [{ truth: 1, predicted: 3, count: 1 }] })
  })

  it('[CM4] compares up to 24 models and refuses more', () => {
    const wrong = digits('12')
    const run = (models: number) =>
      computeCompare({
        rows: fullBitset(2),
        correct: Array.from({ length: models }, () => wrong),
        predicted: Array.from({ length: models }, () => digits('21')),
        truth: digits('11'),
      })
    expect(run(24).subsets[1]).toMatchObject({ count: 1, sameLabel: 1 })
    expect(run(24).subsets[1]?.failing).toHaveLength(24)
    expect(() => run(25)).toThrow(expect.objectContaining({ code: 'usage' }))
  })
})

describe('accuracyByValue', () => {
  it('[CM5] gives every model’s accuracy on every value, over the images that it has judged', () => {
    const { overall, values } = accuracyByValue({
      rows: fullBitset(6),
      values: digits('011224'),
      valueCount: 4,
      correct: ['212100', '000012'].map(digits),
    })
    expect(overall.map(({ right, n }) => [right, n])).toEqual([
      [2, 4],
      [1, 2],
    ])
    expect(
      values.map(({ valueCode, models }) => [valueCode, ...models.map(({ right, n }) => `${right}/${n}`)]),
    ).toEqual([
      [0, '1/1', '0/0'],
      [1, '1/2', '0/0'],
      [2, '0/1', '0/1'],
      [4, '0/0', '1/1'],
    ])
    expect(values[1]?.models[0]).toMatchObject({ accuracy: 0.5 })
  })
})

function mask(failing: readonly number[]): number {
  return failing.reduce((sum, model) => sum + 2 ** model, 0)
}
