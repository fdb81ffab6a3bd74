import { describe, expect, it } from 'vitest'
import type { SliceRow } from '../../../../main/contract/analysis.ts'
import {
  arrangeSlices,
  badgeCounts,
  defaultSliceSort,
  funnelMarks,
  nextSort,
  rowSentence,
} from '../../../../renderer/slices/slices-model.ts'

const slice = (value: SliceRow['value'], patch: Partial<SliceRow> = {}): SliceRow => ({
  value,
  filter: null,
  n: 52,
  failures: 41,
  rate: 41 / 52,
  wilson: [0.66, 0.878],
  expected: 0.38,
  ratio: 2.07,
  riskDifference: 0.41,
  ebMean: 0.7,
  ebLower: 0.6,
  pAbove: 1,
  p: 0.0001,
  q: 0.002,
  qLess: null,
  badge: 'more',
  strip: [],
  ...patch,
})

describe('the order of slices', () => {
  const rows = [
    slice('street', { ebLower: 0.2, q: null, badge: null }),
    slice('beach', { ebLower: 0.6 }),
    slice('attic', { ebLower: 0.2, q: 0.5, badge: 'less' }),
  ]

  it('[UB12] is by the 10 % quantile, ties by value', () => {
    expect(arrangeSlices(rows, defaultSliceSort, '').map(({ value }) => value)).toEqual(['beach', 'attic', 'street'])
  })

  it('[UB12] puts slices without a q last, whichever way it goes', () => {
    for (const descending of [false, true]) {
      expect(arrangeSlices(rows, { column: 'q', descending }, '').at(-1)?.value).toBe('street')
    }
  })

  it('[UB12] compares numbers in values as numbers', () => {
    const numbered = ['room 10', 'room 9'].map((value) => slice(value))
    expect(arrangeSlices(numbered, { column: 'value', descending: false }, '').map(({ value }) => value)).toEqual([
      'room 9',
      'room 10',
    ])
  })

  it('[UB12] turns round at the second click', () => {
    expect(nextSort(defaultSliceSort, 'q')).toEqual({ column: 'q', descending: false })
    expect(nextSort({ column: 'q', descending: false }, 'q')).toEqual({ column: 'q', descending: true })
  })

  it('[UB13] is searched without regard to case', () => {
    expect(arrangeSlices(rows, defaultSliceSort, ' BEA').map(({ value }) => value)).toEqual(['beach'])
    expect(arrangeSlices([slice(null)], defaultSliceSort, 'miss')).toHaveLength(1)
  })
})

describe('a slice in words and in the funnel', () => {
  it('[UB14] never gives a rate without n and interval', () => {
    expect(rowSentence(slice('beach'))).toBe('41 of 52 fail, 79 % [66, 88]; expected 38 %; q .002')
    expect(rowSentence(slice('beach', { q: null }))).not.toContain('q')
  })

  it('[UB14] gives badged slices the labels; too few to tell is no mark', () => {
    const rows = [slice('a', { badge: 'all-failed' }), slice('b', { badge: 'less' }), slice('c', { badge: 'always' })]
    expect(funnelMarks(rows).map(({ label, tone }) => [label, tone])).toEqual([
      ['c', 'always'],
      ['b', 'less'],
      ['a', 'none'],
    ])
    expect(badgeCounts(rows)).toEqual({ more: 1, less: 1 })
  })
})
