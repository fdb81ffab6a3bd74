import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FoibleError } from '#core/errors.ts'
import { compareOps, runProperties } from '#core/filter/expr.ts'
import type { FilterVocabulary } from '#core/filter/expr.ts'
import { formatFilter } from '#core/filter/format.ts'
import { callSignatures, formatString } from '#core/filter/names.ts'
import { parsePath } from '#core/filter/parse-path.ts'
import { parseFilter } from '#core/filter/parse.ts'

const vocabulary: FilterVocabulary = {
  fields: ['background', 'label', 'id', 'file_name'],
  models: ['lite0'],
  tags: [],
  views: [],
  findings: [],
  valuesOf: () => [],
}

function failure(read: () => unknown): FoibleError {
  try {
    read()
  } catch (error) {
    if (error instanceof FoibleError) return error
    throw error
  }
  throw new Error('was read')
}

const expected = (text: string) => failure(() => parseFilter(text, vocabulary)).details

describe('errors in filter text', () => {
  it('[QL1] say how what other languages write is written here', () => {
    expect(expected('label == 3')).toEqual({ position: 6, expected: '“=”, one is enough' })
    expect(expected('label <> 3')).toEqual({ position: 6, expected: '“!=”' })
    expect(expected('label => 3')).toEqual({ position: 6, expected: '“>=”' })
    expect(expected('label =< 3')).toEqual({ position: 6, expected: '“<=”' })
    expect(expected('label = 3 && id = 3')).toEqual({ position: 10, expected: '“and”' })
    expect(expected('label = 3 || id = 3')).toEqual({ position: 10, expected: '“or”' })
    expect(expected('!label = 3')).toEqual({ position: 0, expected: '“not”, or “!=”' })
    expect(expected('id > .5')).toEqual({ position: 5, expected: 'a digit before the point, as in 0.5' })
    for (const text of ["label = 'a b'", 'label = “a b”', 'label = ‘a b’', 'label = «a b»']) {
      expect(expected(text)).toEqual({ position: 8, expected: expect.stringContaining('straight double quotes (")') })
    }
    expect(parseFilter('label!=a and id>=-1', vocabulary)).toMatchObject({ kind: 'and' })
  })

  it('[QL2] look for the nearest property by its own name, and for calls among the names', () => {
    expect(expected('lite0.corect = true')['nearest']).toEqual(['lite0.correct'])
    expect(expected('lite0.qqqqqq = true')['nearest']).toEqual([])
    expect(expected('all_wrng is missing')['nearest']).toContain('all_wrong(')
    expect(expected('labels = a or label = b')['nearest']).toEqual(['label'])
  })

  it('[QL3] refuse the source of an id or a file name, which come from nowhere', () => {
    expect(expected('source.id = dataset')).toMatchObject({ position: 0, name: 'id' })
    expect(expected('source.file_name = dataset')).toMatchObject({ name: 'file_name' })
    expect(parseFilter('source.width = dataset', vocabulary)).toMatchObject({ path: { kind: 'source' } })
  })

  it('[QL4] tell where a path on its own stops being one', () => {
    const at = (text: string) => failure(() => parsePath(text, vocabulary)).details
    expect(at('')).toMatchObject({ position: 0, expected: 'a field or a model’s property' })
    expect(at('not')).toMatchObject({ position: 0 })
    expect(at('label = 3')).toMatchObject({ position: 6, expected: 'the end' })
    expect(at('"label"')).toMatchObject({ position: 0 })
    expect(at('labl')).toMatchObject({ nearest: ['label'] })
    expect(parsePath('`label`', vocabulary)).toEqual({ kind: 'field', name: 'label' })
    expect(parsePath('lite0.entropy', vocabulary)).toMatchObject({ kind: 'run', property: 'entropy' })
  })

  it('[QL5] are all that unreadable text leads to, and what is read is written the same ever after', () => {
    const names = ['a', 'lite0', 'größe', '`x y`', '`open', 'not', 'and', 'or', 'in', 'between', 'is', 'missing']
    const values = ['"text"', '"open', '1', '-2.5e3', '1e999', 'true', 'starts with']
    const marks = ['\\', '@', '.', '(', ')', '()', ',', '=', '==', "'", '—']
    const properties = runProperties.map((property) => `lite0.${property}`)
    const calls = Object.keys(callSignatures).map((name) => `${name}(`)
    const pieces = fc.constantFrom(...names, ...values, ...marks, ...compareOps, ...properties, ...calls)
    const texts = fc
      .array(fc.tuple(pieces, fc.constantFrom('', ' ', ' ', ' ', '\n')), { maxLength: 12 })
      .map((parts) => parts.map(([piece, gap]) => piece + gap).join(''))
    let read = 0
    fc.assert(
      fc.property(fc.oneof(texts, fc.string({ unit: 'binary', maxLength: 20 })), (text) => {
        try {
          const once = formatFilter(parseFilter(text))
          expect(formatFilter(parseFilter(once))).toBe(once)
          read += 1
        } catch (error) {
          if (!(error instanceof FoibleError)) throw error
          expect(error.code).toMatch(/filter_syntax|unknown_name/)
          expect(error.details['position']).toBeGreaterThanOrEqual(0)
          expect(error.details['position']).toBeLessThanOrEqual(text.length)
        }
      }),
      { seed: 5, numRuns: 5000 },
    )
    expect(read).toBeGreaterThan(50)
  })

  it('[QL6] line ends and tabs are written as escapes, since a text field drops them', () => {
    expect(formatString('a\r\nb\tc')).toBe('"a\\r\\nb\\tc"')
    expect(parseFilter('label = "a\\r\\nb\\tc"')).toMatchObject({ value: 'a\r\nb\tc' })
    expect(expected('label = "a\\x"')).toMatchObject({ position: 10, expected: '\\", \\\\, \\n, \\r or \\t' })
  })
})
