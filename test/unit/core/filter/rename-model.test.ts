import { describe, expect, it } from 'vitest'
import { formatFilter } from '#core/filter/format.ts'
import { parseFilter } from '#core/filter/parse.ts'
import { renameModel, renameModelInPath } from '#core/filter/rename-model.ts'

const vocabulary = {
  fields: ['background'],
  models: ['a', 'b', 'a (masked)'],
  tags: ['a'],
  views: ['a'],
  findings: ['a'],
  valuesOf: () => [],
}

describe('a run under another name', () => {
  it.each([
    ['a.correct = false and background = a', '`a (masked) 2`.correct = false and background = a'],
    ['not (a.confidence between 0.1 and 0.5 or a.predicted in (x, y))', null],
    ['all_wrong(a, b) and exactly_wrong(1, b, a) and same_wrong_label(a)', null],
    ['disagree(b, a) and only_wrong(a) and has_prediction(a) and a.margin is missing', null],
    [
      'tagged("a") and view("a") and finding("a") and b.correct = true',
      'tagged("a") and view("a") and finding("a") and b.correct = true',
    ],
  ])('[ID32] is what every mention of it means: %s', (text, expected) => {
    const renamed = formatFilter(renameModel(parseFilter(text, vocabulary), 'a', 'a (masked) 2'))
    expect(renamed).toBe(expected ?? text.replaceAll(/\ba\b/g, '`a (masked) 2`'))
    const names = { ...vocabulary, models: ['b', 'a (masked) 2'] }
    expect(formatFilter(renameModel(parseFilter(renamed, names), 'a (masked) 2', 'a'))).toBe(text)
  })

  it('[ID33] is what views are sorted and grouped by', () => {
    expect(renameModelInPath('`a (masked)`.confidence', 'a (masked)', 'b')).toBe('b.confidence')
    expect(renameModelInPath('a.confidence', 'a', 'a (16-class)')).toBe('`a (16-class)`.confidence')
    expect(renameModelInPath('background', 'a', 'b')).toBe('background')
    expect(renameModelInPath('ab.confidence', 'a', 'b')).toBe('ab.confidence')
  })
})
