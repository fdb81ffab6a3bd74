import { describe, expect, it } from 'vitest'
import { formatFilter } from '../../../../main/core/filter/format.ts'
import { subsetFilter, subsetTitle, upsetColumns } from '../../../../renderer/charts/upset-model.ts'

const models = ['a', 'b', 'c']
const subsets = [
  { failing: [], count: 50, sameLabel: 0 },
  { failing: ['a'], count: 10, sameLabel: 10 },
  { failing: ['a', 'b'], count: 10, sameLabel: 4 },
  { failing: ['a', 'b', 'c'], count: 30, sameLabel: 12 },
  { failing: ['c'], count: 0, sameLabel: 0 },
]

describe('the columns of an UpSet strip', () => {
  it('[UB7] come by count or by number of failing models, without empty ones', () => {
    const byCount = upsetColumns(subsets, models, 'count', 10).columns
    expect(byCount.map(({ count }) => count)).toEqual([50, 30, 10, 10])
    expect(byCount[2]?.failing).toEqual(['a', 'b'])
    const byDegree = upsetColumns(subsets, models, 'degree', 10).columns
    expect(byDegree.map(({ failing }) => failing.length)).toEqual([3, 2, 1, 0])
  })

  it('[UB7] say how many samples the limit leaves undrawn', () => {
    const { columns, rest } = upsetColumns(subsets, models, 'count', 2)
    expect(columns).toHaveLength(2)
    expect(rest).toBe(20)
    expect(columns[0]?.share).toBe(0.5)
  })

  it('[UB8] are named in words', () => {
    expect(subsets.map(({ failing }) => subsetTitle(failing, models))).toEqual([
      'None fails',
      'Only a fails',
      'a and b fail',
      'All 3 fail',
      'Only c fails',
    ])
  })

  it('[UB8] are filters that name every model, so that sets do not overlap', () => {
    expect(formatFilter(subsetFilter(['b'], models))).toBe(
      'a.correct = true and b.correct = false and c.correct = true',
    )
  })
})
