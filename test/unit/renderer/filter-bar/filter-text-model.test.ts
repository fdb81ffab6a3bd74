import { describe, expect, it } from 'vitest'
import { formatFilter } from '#core/filter/format.ts'
import { parseFilter } from '#core/filter/parse.ts'
import {
  applyOption,
  chipText,
  negateClause,
  readFilterText,
} from '../../../../renderer/filter-bar/filter-text-model.ts'

const vocabulary = {
  fields: ['background'],
  models: ['lite0'],
  tags: ['odd'],
  views: [],
  findings: [],
  valuesOf: () => [],
}

describe('applyOption', () => {
  it('[UI8] replaces what is typed and goes on behind it', () => {
    expect(applyOption({ text: 'back', cursor: 4 }, 0, 'background')).toEqual({ text: 'background ', cursor: 11 })
  })

  it('[UI8] leaves no gap after a parenthesis or before what stands there', () => {
    expect(applyOption({ text: 'tag', cursor: 3 }, 0, 'tagged(').text).toBe('tagged(')
    expect(applyOption({ text: 'a in (b)', cursor: 7 }, 6, 'beach').text).toBe('a in (beach)')
  })
})

describe('readFilterText', () => {
  it('[UI9] gives the filter, or the message with its place', () => {
    expect(readFilterText('background = beach', vocabulary)).toMatchObject({ ok: true })
    const wrong = readFilterText('background = beach and', vocabulary)
    expect(wrong).toMatchObject({ ok: false })
    expect(readFilterText('bakground = beach', vocabulary)).toMatchObject({ ok: false, position: 0 })
  })
})

describe('chips', () => {
  it('[UI10] set the subject apart and know what takes samples out', () => {
    expect(chipText(parseFilter('background = beach'))).toEqual({
      subject: 'background',
      rest: '= beach',
      excludes: false,
    })
    expect(chipText(parseFilter('background != beach'))).toMatchObject({ excludes: true })
    expect(chipText(parseFilter('tagged("odd")'))).toEqual({ subject: '', rest: 'tagged("odd")', excludes: false })
  })

  it.each([
    'background = beach',
    'background != beach',
    'background is missing',
    'tagged("odd")',
    'lite0.confidence between 0 and 0.5',
    'background in (beach, street)',
  ])('[UI10] turning %s round twice is the same again', (text) => {
    const clause = parseFilter(text)
    expect(formatFilter(negateClause(negateClause(clause)))).toBe(text)
    expect(formatFilter(negateClause(clause))).not.toBe(text)
  })
})
