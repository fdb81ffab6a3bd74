import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FoibleError } from '#core/errors.ts'
import { everything } from '#core/filter/expr.ts'
import type { FilterExpr, FilterVocabulary } from '#core/filter/expr.ts'
import { formatFilter } from '#core/filter/format.ts'
import { normaliseFilter } from '#core/filter/normalise.ts'
import { parseFilter } from '#core/filter/parse.ts'
import { anyFilter } from './arbitraries.ts'

const vocabulary: FilterVocabulary = {
  fields: ['background', 'label', 'lite0.note', 'plain.correct'],
  models: ['lite0', 'efficientnet-lite0', 'mobilenet-v1.0'],
  tags: ['odd'],
  views: ['mine'],
  findings: ['small_class'],
  valuesOf: () => [],
}

function failure(text: string): FoibleError {
  try {
    parseFilter(text, vocabulary)
  } catch (error) {
    if (error instanceof FoibleError) return error
    throw error
  }
  throw new Error(`parsed: ${text}`)
}

const field = (name: string) => ({ kind: 'field' as const, name })
const is = (name: string, value: string | number | boolean): FilterExpr => ({
  kind: 'compare',
  path: field(name),
  op: '=',
  value,
})

describe('parseFilter', () => {
  it('[FT1] reads empty and blank text as everything', () => {
    expect(parseFilter('')).toEqual(everything)
    expect(parseFilter('  \n ')).toEqual(everything)
    expect(formatFilter(everything)).toBe('')
  })

  it('[FT2] binds not tighter than and, and tighter than or', () => {
    expect(parseFilter('a = 1 or not b = 2 and c = 3')).toEqual({
      kind: 'or',
      items: [is('a', 1), { kind: 'and', items: [{ kind: 'not', item: is('b', 2) }, is('c', 3)] }],
    })
  })

  it('[FT3] reads keywords in any case, and leaves the case of values', () => {
    expect(parseFilter('a = Beach AND b Is Not MISSING')).toEqual({
      kind: 'and',
      items: [is('a', 'Beach'), { kind: 'missing', path: field('b'), missing: false }],
    })
  })

  it('[FT4] tells text, numbers and booleans apart by how they are written', () => {
    expect(parseFilter('a in (beach, "12", 12, -1.5e3, TRUE, "true", 3d, "a\\"b\\\\\\n")')).toEqual({
      kind: 'in',
      path: field('a'),
      values: ['beach', '12', 12, -1500, true, 'true', '3d', 'a"b\\\n'],
    })
  })

  it('[FT5] tells fields, sources and run properties apart', () => {
    const pathOf = (text: string, known?: FilterVocabulary) => {
      const expr = parseFilter(`${text} is missing`, known)
      return expr.kind === 'missing' ? expr.path : null
    }
    const correct = (model: string) => ({ kind: 'run', model, property: 'correct' })
    expect(pathOf('lite0.correct')).toEqual(correct('lite0'))
    expect(pathOf('efficientnet-lite0.correct', vocabulary)).toEqual(correct('efficientnet-lite0'))
    expect(pathOf('mobilenet-v1.0.correct', vocabulary)).toEqual(correct('mobilenet-v1.0'))
    expect(pathOf('plain.correct', vocabulary)).toEqual(field('plain.correct'))
    expect(pathOf('`lite0.correct`')).toEqual(field('lite0.correct'))
    expect(pathOf('source.background', vocabulary)).toEqual({ kind: 'source', field: 'background' })
    expect(pathOf('`source`.correct')).toEqual(correct('source'))
    expect(pathOf('a.b')).toEqual(field('a.b'))
  })

  it('[BG1] reads how sure a model was of a field’s values', () => {
    const known = { ...vocabulary, fields: ['background', 'score.x'], models: ['margin'] }
    const pathOf = (text: string, names?: FilterVocabulary) => {
      const expr = parseFilter(`${text} > 0`, names)
      return expr.kind === 'compare' ? expr.path : null
    }
    const margin = { kind: 'margin', field: 'background' }
    expect(pathOf('margin.background', { ...known, models: [] })).toEqual(margin)
    expect(pathOf('margin.background')).toEqual(margin)
    expect(pathOf('score.`a b`')).toEqual({ kind: 'score', field: 'a b' })
    expect(pathOf('score.x', known)).toEqual(field('score.x'))
    expect(pathOf('margin.entropy', known)).toEqual({ kind: 'run', model: 'margin', property: 'entropy' })
    expect(pathOf('margin.entropy')).toEqual({ kind: 'margin', field: 'entropy' })
    expect(formatFilter(parseFilter('`margin`.entropy > 0'))).toBe('`margin`.entropy > 0')
    expect(formatFilter(parseFilter('margin.background > 0.1'))).toBe('margin.background > 0.1')
  })

  it('[FT6] names the position and what was expected where the text stops making sense', () => {
    expect(failure('background = ').code).toBe('filter_syntax')
    expect(failure('background = ').details).toMatchObject({ position: 13, expected: expect.stringMatching(/value/) })
    expect(failure('background beach').details).toMatchObject({ position: 11, expected: expect.stringMatching(/!=/) })
    expect(failure('(background = a').details).toMatchObject({ position: 15, expected: expect.stringMatching(/\)/) })
    expect(failure('background = "a').details).toMatchObject({ position: 13, expected: 'a closing "' })
    expect(failure('background = a b').details).toMatchObject({ position: 15, expected: '“and”, “or” or the end' })
    expect(failure('background = @').details).toMatchObject({ position: 13 })
    expect(failure('label between 1 and x').details).toMatchObject({ position: 20, expected: 'a number' })
    expect(failure('exactly_wrong(1.5, lite0)').details).toMatchObject({ position: 14 })
    expect(failure('all_wrong()').details).toMatchObject({ position: 10, expected: 'a model' })
    expect(failure('label > 1e999').details).toMatchObject({ position: 8 })
    expect(failure(`${'('.repeat(5000)}label = 1`).code).toBe('filter_syntax')
    expect(failure(`${'not '.repeat(50_000)}label = 1`).code).toBe('filter_syntax')
  })

  it('[FT7] gives the nearest known names for an unknown one', () => {
    expect(failure('a = 1 or backgruond = beach')).toMatchObject({
      code: 'unknown_name',
      details: { position: 0, name: 'a', nearest: [] },
    })
    expect(failure('label = 1 or backgruond = beach').details).toEqual({
      position: 13,
      name: 'backgruond',
      nearest: ['background'],
    })
    expect(failure('lite0.corect = true').details['nearest']).toContain('lite0.correct')
    expect(failure('lite9.correct = true').details['nearest']).toContain('lite0')
    expect(failure('tagged("od")').details['nearest']).toEqual(['odd'])
    expect(failure('finding("smal_class")').details['nearest']).toEqual(['small_class'])
    expect(failure('al_wrong(lite0)').details['nearest']).toContain('all_wrong')
    expect(failure('view("x")').message).toContain('mine')
  })

  it('[FT8] reads back what it writes, for every normalised expression', () => {
    fc.assert(
      fc.property(anyFilter, (expr) => {
        expect(parseFilter(formatFilter(expr))).toEqual(normaliseFilter(expr))
      }),
      { seed: 8, numRuns: 2000 },
    )
  })

  it('[FT9] writes no parentheses and no quotes that are not needed', () => {
    const texts = [
      'background = beach and efficientnet-lite0.correct = false',
      '(a = 1 or b = 2) and not (c = 3 and d = 4)',
      'a = 1 or b = 2 and c = 3',
      'background in (beach, "two words", "true", 7)',
      '`two words` starts with x and size between -1.5 and 2',
      'exactly_wrong(2, lite0, lite1, `v1.0`) or tagged("x") or not has_prediction(lite0)',
      'not background in (a, b)',
    ]
    for (const text of texts) expect(formatFilter(parseFilter(text))).toBe(text)
    expect(formatFilter(parseFilter('((a = 1)) and ((b = 2 and c = 3))'))).toBe('a = 1 and b = 2 and c = 3')
    expect(formatFilter(parseFilter('a not in (x, y)'))).toBe('not a in (x, y)')
  })

  it('[FT10] normalises to a shape that stays as it is', () => {
    fc.assert(
      fc.property(anyFilter, (expr) => {
        const normal = normaliseFilter(expr)
        expect(normaliseFilter(normal)).toEqual(normal)
      }),
      { seed: 10 },
    )
    expect(normaliseFilter({ kind: 'or', items: [] })).toEqual({ kind: 'not', item: everything })
    expect(normaliseFilter({ kind: 'or', items: [is('a', 1), everything] })).toEqual(everything)
  })
})
