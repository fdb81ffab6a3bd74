import { describe, expect, it } from 'vitest'
import type { FilterExpr } from '#core/filter/expr.ts'
import { parseFilter } from '#core/filter/parse.ts'
import { type DataPart, type DataVersion, dataVersionSentence, describeChanges } from '#core/views/data-version.ts'
import { filterSources } from '#core/views/filter-sources.ts'

const run = (name: string, version = '1', answered = 100): DataPart => ({ kind: 'run', name, version, answered })
const saved: DataVersion = {
  matched: 1485,
  samples: 2000,
  set: 'a',
  revision: null,
  rowsVersion: 0,
  parts: [run('lite0'), { kind: 'field', name: 'background', version: '1' }, { kind: 'tag', name: 'x', version: '1' }],
}
const now = (patch: Partial<DataVersion>): DataVersion => ({ ...saved, ...patch })

describe('the data under a rule', () => {
  it('[UX6] is told to have changed in a sentence, with the counts of then and now', () => {
    const grown = now({ matched: 1502, set: 'b', parts: [...saved.parts, run('lite1')] })
    expect(dataVersionSentence(saved, grown)).toBe(
      'Saved when 1,485 samples matched; now 1,502: predictions of lite1 came in.',
    )
    expect(dataVersionSentence(saved, saved)).toBeNull()
  })

  it('[CU7] counts images where the dataset is a cube', () => {
    const cube = now({ areImages: true })
    expect(dataVersionSentence(cube, { ...cube, matched: 3, set: 'b' })).toBe('Saved when 1,485 images matched; now 3.')
  })

  it('[UX6] may be other samples in the same number, or the same samples on other data', () => {
    expect(
      dataVersionSentence(saved, now({ set: 'b', parts: [run('lite0', '2', 160), ...saved.parts.slice(1)] })),
    ).toBe(
      'Saved when 1,485 samples matched; as many match now, not all of them the same: 60 more predictions of lite0 came in.',
    )
    expect(dataVersionSentence(saved, now({ parts: [run('lite0', '2'), ...saved.parts.slice(1)] }))).toBe(
      'The same 1,485 samples as when it was saved, though predictions of lite0 were made or judged anew.',
    )
    expect(dataVersionSentence({ ...saved, matched: 1 }, now({ matched: 0, set: 'c' }))).toBe(
      'Saved when 1 sample matched; now 0.',
    )
  })

  it('[UX6] names every part that changed or went', () => {
    const parts: DataPart[] = [{ kind: 'field', name: 'background', version: '2' }]
    expect(describeChanges(saved, now({ parts, samples: 1990 }))).toEqual([
      '10 samples left the dataset',
      'predictions of lite0 were removed',
      'values of background changed',
      'the tag “x” was removed',
    ])
    expect(describeChanges(saved, now({ samples: 2001 }))).toEqual(['1 sample came into the dataset'])
    expect(describeChanges(saved, now({ rowsVersion: 1 }))).toEqual(['samples were renumbered'])
  })

  it('[UX6] of another revision is told as that, not as a change of every part', () => {
    const old = { ...saved, revision: 'aaaaaaaaaa' }
    const parts = [run('lite0', '9', 50), run('lite1'), ...saved.parts.slice(1)]
    expect(describeChanges(old, now({ revision: 'bbbbbbbbbb', samples: 3, rowsVersion: 1, parts }))).toEqual([
      'the dataset went from revision aaaaaaa to bbbbbbb',
      'predictions of lite1 came in',
    ])
  })
})

describe('what a filter asks for', () => {
  const views: Readonly<Record<string, FilterExpr>> = {
    hard: parseFilter('only_wrong(a) and score.weather > 0.5'),
    circle: { kind: 'and', items: [{ kind: 'view', name: 'circle' }, parseFilter('finding(duplicates)')] },
  }
  const sourcesOf = (text: string) =>
    filterSources(
      parseFilter(text),
      (name) => views[name] ?? null,
      (model) => ['a', 'b'].filter((other) => other !== model),
    )

  it('[UX7] is found everywhere in it, through views and around circles of them', () => {
    expect(sourcesOf('view("hard") or not (background = sea and tagged(x)) or has_prediction(c)')).toEqual({
      fields: ['weather', 'background'],
      tags: ['x'],
      findings: [],
      views: ['hard'],
      models: ['a', 'b', 'c'],
    })
    expect(sourcesOf('view("circle") and view("gone") and disagree(d, e)')).toEqual({
      fields: [],
      tags: [],
      findings: ['duplicates'],
      views: ['circle', 'gone'],
      models: ['d', 'e'],
    })
  })
})
