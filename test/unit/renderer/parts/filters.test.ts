import { describe, expect, it } from 'vitest'
import { everything } from '../../../../main/core/filter/expr.ts'
import { formatFilter } from '../../../../main/core/filter/format.ts'
import { crossFilter, failingFilter, valueFilter, within } from '../../../../renderer/parts/filters.ts'

const background = { kind: 'field', name: 'background' } as const
const indoors = { kind: 'field', name: 'indoors' } as const
const fields = [
  { name: 'background', kind: 'category' as const },
  { name: 'indoors', kind: 'boolean' as const },
]

describe('filters that views build', () => {
  it('[UB10] ask for a value, or for its absence', () => {
    expect(formatFilter(valueFilter(background, 'beach'))).toBe('background = beach')
    expect(formatFilter(valueFilter(background, null))).toBe('background is missing')
  })

  it('[UB10] read a crossing back into its two values, with the right types', () => {
    const filter = crossFilter(background, indoors, 'snow × true', fields)
    expect(formatFilter(filter)).toBe('background = snow and indoors = true')
    expect(filter).toMatchObject({ items: [{ value: 'snow' }, { value: true }] })
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
