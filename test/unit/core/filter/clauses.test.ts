import { describe, expect, it } from 'vitest'
import { clausesOf, fromClauses, pathsOf, toggleValue, valueState, withoutOwn } from '#core/filter/clauses.ts'
import type { Path, Scalar } from '#core/filter/expr.ts'
import { formatFilter } from '#core/filter/format.ts'
import { parseFilter } from '#core/filter/parse.ts'

const background: Path = { kind: 'field', name: 'background' }

function click(text: string, value: Scalar | null, options: { exclude?: boolean } = {}): string {
  return formatFilter(toggleValue(parseFilter(text), background, value, options))
}

describe('clauses', () => {
  it('[FT11] are the top-level conjuncts, and make the filter again', () => {
    const expr = parseFilter('a = 1 and (b = 2 and c = 3) and (d = 4 or e = 5)')
    expect(clausesOf(expr).map(formatFilter)).toEqual(['a = 1', 'b = 2', 'c = 3', 'd = 4 or e = 5'])
    expect(fromClauses(clausesOf(expr))).toEqual(expr)
    expect(clausesOf(parseFilter(''))).toEqual([])
  })

  it('[FT12] names every path of an expression once', () => {
    const expr = parseFilter('a = 1 or not (m.correct = true and a in (2)) and only_wrong(m)')
    expect(pathsOf(expr)).toEqual([
      { kind: 'field', name: 'a' },
      { kind: 'run', model: 'm', property: 'correct' },
    ])
  })

  it('[FT13] leaves out of a facet’s filter the conjuncts that speak of its path alone', () => {
    const expr = parseFilter(
      'background = beach and not background = sky and (background = a or label = b) and only_wrong(m)',
    )
    expect(formatFilter(withoutOwn(expr, background))).toBe('(background = a or label = b) and only_wrong(m)')
    expect(formatFilter(withoutOwn(parseFilter('not () and background = a'), background))).toBe('not ()')
  })

  it('[FT14] picks a value by a click, adds others, and takes them away again', () => {
    expect(click('label = x', 'beach')).toBe('label = x and background = beach')
    expect(click('background = beach', 'sky')).toBe('background in (beach, sky)')
    expect(click('background in (beach, sky)', 'beach')).toBe('background = sky')
    expect(click('background = sky', 'sky')).toBe('')
    expect(click('background = sky', null)).toBe('background = sky or background is missing')
    expect(click('background = sky or background is missing', 'sky')).toBe('background is missing')
  })

  it('[FT15] bars a value by an excluding click; a value changes sides without contradiction', () => {
    expect(click('', 'beach', { exclude: true })).toBe('background != beach')
    expect(click('background != beach', 'sky', { exclude: true })).toBe('background != beach and background != sky')
    expect(click('background != beach and background != sky', 'beach', { exclude: true })).toBe('background != sky')
    expect(click('background = beach', 'beach', { exclude: true })).toBe('background != beach')
    expect(click('background != beach', 'beach')).toBe('background = beach')
    expect(click('background in (a, b)', 'a', { exclude: true })).toBe('background = b')
    expect(click('', null, { exclude: true })).toBe('background is not missing')
    expect(click('not background in (a, b)', 'a', { exclude: true })).toBe('background != b')
  })

  it('[FT16] tells picked, barred and neutral values apart', () => {
    const expr = parseFilter('background in (a, b) and background != c')
    expect(['a', 'c', 'd'].map((value) => valueState(expr, background, value))).toEqual([
      'included',
      'excluded',
      'neutral',
    ])
  })
})
