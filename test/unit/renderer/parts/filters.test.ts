import { describe, expect, it } from 'vitest'
import { everything, type FilterExpr } from '../../../../main/core/filter/expr.ts'
import { formatFilter } from '../../../../main/core/filter/format.ts'
import { parseFilter } from '../../../../main/core/filter/parse.ts'
import {
  compareValues,
  failingFilter,
  rowState,
  toggleRow,
  valueFilter,
  within,
} from '../../../../renderer/parts/filters.ts'

const background = { kind: 'field', name: 'background' } as const
const size = { kind: 'field', name: 'size' } as const

describe('filters that views build', () => {
  it('[UB10] ask for a value, or for its absence', () => {
    expect(formatFilter(valueFilter(background, 'beach'))).toBe('background = beach')
    expect(formatFilter(valueFilter(background, null))).toBe('background is missing')
  })

  it('[UB10] ask for the failures of one model or of any of several', () => {
    expect(formatFilter(failingFilter(['lite0']))).toBe('lite0.correct = false')
    expect(formatFilter(failingFilter(['lite0', 'lite1']))).toBe('any_wrong(lite0, lite1)')
  })

  it('[UB10] stand within the current filter', () => {
    expect(formatFilter(within(valueFilter(background, 'beach'), everything, failingFilter(['lite0'])))).toBe(
      'background = beach and lite0.correct = false',
    )
  })
})

describe('rows that are ranges or crossings', () => {
  const bin = parseFilter('size >= 10 and size < 20')
  const next = parseFilter('size >= 20 and size <= 30')
  const text = (filter: FilterExpr) => formatFilter(filter)

  it('[UX5] take the place of what the filter said of the field, and go when clicked again', () => {
    const before = parseFilter('background = beach and size > 5')
    const picked = toggleRow(before, [size], bin)
    expect(text(picked)).toBe('background = beach and size >= 10 and size < 20')
    expect(rowState(picked, [size], bin)).toBe('included')
    expect(rowState(picked, [size], next)).toBe('neutral')
    expect(text(toggleRow(picked, [size], next))).toBe('background = beach and size >= 20 and size <= 30')
    expect(text(toggleRow(picked, [size], bin))).toBe('background = beach')
  })

  it('[UX5] are left out by Alt-click, and back in by another', () => {
    const without = toggleRow(everything, [size], bin, { exclude: true })
    expect(text(without)).toBe('not (size >= 10 and size < 20)')
    expect(rowState(without, [size], bin)).toBe('excluded')
    expect(text(toggleRow(without, [size], bin, { exclude: true }))).toBe('')
  })

  it('[UX5] of two fields speak of both', () => {
    const crossed = parseFilter('background = "a × b" and size >= 10 and size < 20')
    const picked = toggleRow(parseFilter('background = beach and split = test'), [background, size], crossed)
    expect(text(picked)).toBe('split = test and background = "a × b" and size >= 10 and size < 20')
    expect(rowState(picked, [background, size], crossed)).toBe('included')
    expect(text(toggleRow(picked, [background, size], crossed))).toBe('split = test')
  })
})

describe('rows by value', () => {
  it('[UX13] go by where ranges begin, else by their text', () => {
    const row = (value: string, text: string | null) => ({ value, filter: text === null ? null : parseFilter(text) })
    const rows = [
      row('1,200 to 2,000', 'size >= 1200 and size <= 2000'),
      row('900 to below 1,200', 'size >= 900 and size < 1200'),
      row('5', 'size = 5'),
    ]
    expect(rows.toSorted(compareValues).map(({ value }) => value)).toEqual([
      '5',
      '900 to below 1,200',
      '1,200 to 2,000',
    ])
    const plain = [row('b10', null), row('b9', null), row('a', null)]
    expect(plain.toSorted(compareValues).map(({ value }) => value)).toEqual(['a', 'b9', 'b10'])
  })
})
