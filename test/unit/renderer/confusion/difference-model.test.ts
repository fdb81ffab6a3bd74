import { describe, expect, it } from 'vitest'
import type { ConfusionDifference } from '../../../../main/contract/analysis.ts'
import { formatFilter } from '../../../../main/core/filter/format.ts'
import { answerFilter, truthFilter } from '../../../../renderer/confusion/confusion-filters.ts'
import { changedPairs, drawDifference } from '../../../../renderer/confusion/difference-model.ts'

const cell = (
  truth: number,
  predicted: number,
  difference: number | null,
  q: number | null,
): ConfusionDifference['cells'][number] => ({
  truth,
  predicted,
  counts: [3, 1],
  n: [4, 10],
  difference,
  interval: difference === null ? null : [difference - 0.2, difference + 0.2],
  q,
})
const difference: ConfusionDifference = {
  version: 1,
  model: 'lite0',
  by: 'background',
  value: 'beach',
  minus: null,
  classes: ['a', 'b', 'c'].map((name, id) => ({ name, ids: [id], ofDataset: true })),
  n: [12, 30],
  cells: [cell(0, 1, 0.6, 0.3), cell(0, 2, -0.4, 0.05), cell(1, 1, 0.2, 0.9), cell(1, 0, null, null), cell(2, 1, 0, 1)],
}
const options = { order: 'index', top: null, foldOutside: true, hideDiagonal: true } as const

describe('the difference of two matrices', () => {
  it('[UB28] draws sure cells last, and leaves out what cannot be compared', () => {
    const { cells, maxDifference } = drawDifference(difference, options)
    expect(maxDifference).toBe(0.6)
    expect(cells.map(({ row, column, sure }) => [row, column, sure])).toEqual([
      [2, 1, false],
      [0, 1, false],
      [0, 2, true],
    ])
    expect(cells.at(-1)?.level).toBeCloseTo(-0.4 / 0.6)
  })

  it('[UB28] ranks sure pairs first, then the greater change', () => {
    expect(changedPairs(difference, 10).map(({ truth, predicted }) => [truth, predicted])).toEqual([
      [0, 2],
      [0, 1],
    ])
    expect(changedPairs(difference, 1)).toHaveLength(1)
  })
})

describe('the samples behind a cell', () => {
  it('[UB29] are a class and an answer; `other` stands for all of its classes', () => {
    const { classes } = difference
    expect(formatFilter(truthFilter({ name: 'a', members: [0] }, classes, 'label'))).toBe('label = a')
    expect(formatFilter(answerFilter({ name: 'other (2)', members: [1, 2] }, classes, 'lite0'))).toBe(
      'lite0.predicted in (b, c)',
    )
  })
})
