import { describe, expect, it } from 'vitest'
import { completeFilter } from '#core/filter/complete.ts'
import type { FilterVocabulary } from '#core/filter/expr.ts'

const vocabulary: FilterVocabulary = {
  fields: ['background', 'label', 'two words'],
  models: ['lite0', 'efficientnet-lite0'],
  tags: ['odd one'],
  views: ['mine'],
  findings: ['small_class'],
  valuesOf: (path) => (path.kind === 'field' && path.name === 'background' ? ['beach', 'barn', 'sand dune'] : []),
}

function complete(text: string): { from: number; labels: string[] } {
  const cursor = text.indexOf('|')
  const { from, options } = completeFilter(text.replace('|', ''), cursor, vocabulary)
  return { from, labels: options.map((option) => option.label) }
}

describe('completeFilter', () => {
  it('[FT17] offers names and calls where a term may begin', () => {
    const { from, labels } = complete('|')
    expect(from).toBe(0)
    expect(labels).toEqual(expect.arrayContaining(['background', '`two words`', 'lite0.correct', 'only_wrong(', 'not']))
    expect(complete('ba|')).toMatchObject({ from: 0, labels: expect.arrayContaining(['background']) })
    expect(complete('ba|').labels[0]).toBe('background')
    expect(complete('label = x and lite0.co|')).toMatchObject({ from: 14 })
    expect(complete('label = x and lite0.co|').labels.slice(0, 2)).toEqual(['lite0.correct', 'lite0.confidence'])
    expect(complete('lite0.|').labels[0]).toBe('lite0.predicted')
  })

  it('[BG2] offers score and margin of inferred fields only', () => {
    const withInferred = { ...vocabulary, inferredFields: ['two words'] }
    const labels = (text: string) => completeFilter(text, text.length, withInferred).options.map(({ label }) => label)
    expect(labels('margin.')).toEqual(['margin.`two words`'])
    expect(labels('score')).toEqual(['score.`two words`'])
    expect(labels('source')).toHaveLength(3)
    expect(completeFilter('margin.', 7, vocabulary).options).toEqual([])
  })

  it('[FT18] offers operators after a path, and connectives after a term', () => {
    expect(complete('background |').labels).toEqual(expect.arrayContaining(['=', '!=', 'in', 'is', 'starts with']))
    expect(complete('background = beach |').labels).toEqual(['and', 'or'])
    expect(complete('(background = beach |').labels).toEqual(['and', 'or', ')'])
    expect(complete('background is |').labels).toEqual(['not', 'missing'])
  })

  it('[FT19] offers a field’s values, quoted where needed, those that start as typed first', () => {
    expect(complete('background = |').labels).toEqual(
      ['beach', 'barn', 'sand dune'].map((v) => (v.includes(' ') ? `"${v}"` : v)),
    )
    expect(complete('background = b|').labels).toEqual(['beach', 'barn'])
    expect(complete('background in (beach, "sa|')).toEqual({ from: 22, labels: ['"sand dune"'] })
    expect(complete('background = n|').labels).toEqual(['barn', '"sand dune"'])
    expect(complete('lite0.correct = |').labels).toEqual(['true', 'false'])
  })

  it('[FT20] offers models, tags and views inside calls, and nothing after nonsense', () => {
    expect(complete('disagree(lite0, |').labels).toEqual(['lite0', 'efficientnet-lite0'])
    expect(complete('tagged(|').labels).toEqual(['"odd one"'])
    expect(complete('view("m|').labels).toEqual(['"mine"'])
    expect(complete('finding(|').labels).toEqual(['"small_class"'])
    expect(complete('label label |').labels).toEqual([])
    expect(complete('nothing = |').labels).toEqual([])
  })

  it('[QL9] asks for values that hold what is typed, whatever quotes stand around it', () => {
    const askedOf = (text: string) => {
      const asked: string[] = []
      const valuesOf: FilterVocabulary['valuesOf'] = (path, typed) => {
        asked.push(typed)
        return path.kind === 'field' ? ['Sand dune', "jack-o'-lantern"] : []
      }
      const { options } = completeFilter(text, text.length, { ...vocabulary, valuesOf })
      return { asked, labels: options.map(({ label }) => label) }
    }
    expect(askedOf('background = ')).toMatchObject({ asked: [''] })
    expect(askedOf('background in (x, "Sand d')).toEqual({ asked: ['sand d'], labels: ['"Sand dune"'] })
    expect(askedOf("background = 'sand")).toEqual({ asked: ['sand'], labels: ['"Sand dune"'] })
    expect(askedOf('background = jack').labels).toEqual(['"jack-o\'-lantern"'])
    expect(askedOf('background ').asked).toEqual([])
  })
})
