import { describe, expect, it } from 'vitest'
import type { DatasetSummary } from '#contract/library.ts'
import type { Counts, Facet } from '#contract/query.ts'
import { everything, type Path } from '#core/filter/expr.ts'
import { formatFilter } from '#core/filter/format.ts'
import { formatPath } from '#core/filter/names.ts'
import { parseFilter } from '#core/filter/parse.ts'
import {
  facetRows,
  facetSections,
  isActivePath,
  rangeOf,
  roundRange,
  tagState,
  toggleTag,
  withFound,
  withRange,
} from '../../../../renderer/facets/facets-model.ts'

const background: Path = { kind: 'field', name: 'background' }
const brightness: Path = { kind: 'field', name: 'brightness' }

function valuesFacet(
  path: Path,
  values: readonly (readonly [string | boolean, number])[],
  missing = 0,
): Facet & { kind: 'values' } {
  return {
    kind: 'values',
    path,
    name: formatPath(path),
    values: values.map(([value, count]) => ({ value, count })),
    distinct: values.length,
    missing,
  }
}

const field = (name: string, role: 'class' | 'nuisance' | 'plain', builtIn = false) => ({
  name,
  role,
  builtIn,
  inferredBy: null,
  kind: 'category' as const,
  source: 'dataset',
  values: 2,
  missing: 0,
})

const dataset: DatasetSummary = {
  id: 'd',
  name: 'd',
  samples: 10,
  source: { kind: 'folder', path: '/d', copied: false },
  format: 'imagefolder',
  description: null,
  license: null,
  knownAs: null,
  cube: null,
  evaluationOnly: false,
  cropBorderPx: 0,
  rowsVersion: 0,
  classField: 'label',
  fields: [
    field('label', 'class'),
    field('background', 'nuisance'),
    field('scale', 'plain'),
    field('split', 'plain', true),
  ],
  runs: [],
  tags: [],
  views: [],
  findings: [],
  version: 1,
}

describe('facets', () => {
  it('[UI11] come by meaning, and empty sections are left out', () => {
    const counts: Counts = {
      version: 1,
      total: 10,
      samples: 10,
      tags: [],
      facets: [
        valuesFacet({ kind: 'field', name: 'label' }, [['cat', 4]]),
        valuesFacet({ kind: 'field', name: 'split' }, [['test', 10]]),
        valuesFacet(background, [['beach', 3]]),
        valuesFacet({ kind: 'run', model: 'lite0', property: 'correct' }, [[true, 6]]),
      ],
    }
    expect(facetSections(counts, dataset, '').map(({ id }) => id)).toEqual(['run', 'nuisance', 'class', 'file'])
    expect(facetSections(counts, dataset, 'BEA').map(({ facets }) => facets.map(({ name }) => name))).toEqual([
      ['background'],
    ])
  })

  it('[UI12] show the values of the filter even where nothing matches them, and missing values last', () => {
    const facet = valuesFacet(background, [['street', 2]], 5)
    const rows = facetRows(facet, parseFilter('background = beach and background != street'))
    expect(rows).toEqual([
      { value: 'beach', count: 0, state: 'included' },
      { value: 'street', count: 2, state: 'excluded' },
      { value: null, count: 5, state: 'neutral' },
    ])
  })

  it('[UI12] know whether the filter speaks of them', () => {
    expect(isActivePath(parseFilter('background = beach'), background)).toBe(true)
    expect(isActivePath(parseFilter('scale = small'), background)).toBe(false)
  })
})

describe('ranges', () => {
  it('[UI13] replace what the filter said of the path and nothing else', () => {
    const before = parseFilter('background = beach and brightness between 1 and 2')
    const after = withRange(before, brightness, { low: 5, high: 3 })
    expect(formatFilter(after)).toBe('background = beach and brightness between 3 and 5')
    expect(rangeOf(after, brightness)).toEqual({ low: 3, high: 5 })
    expect(formatFilter(withRange(after, brightness, null))).toBe('background = beach')
  })

  it('[UI13] are rounded outwards to what a person would type', () => {
    expect(roundRange({ low: 0.123456, high: 0.98765 })).toEqual({ low: 0.123, high: 0.988 })
    expect(roundRange({ low: 7, high: 7 })).toEqual({ low: 7, high: 7 })
  })
})

describe('tags', () => {
  it('[UI14] are picked, excluded and dropped by clicks', () => {
    const picked = toggleTag(everything, 'odd', false)
    expect(tagState(picked, 'odd')).toBe('included')
    const barred = toggleTag(picked, 'odd', true)
    expect(tagState(barred, 'odd')).toBe('excluded')
    expect(toggleTag(barred, 'odd', true)).toEqual(everything)
  })
})

describe('searching facets', () => {
  const counted = (facets: Facet[]): Counts => ({ version: 1, total: 9, samples: 9, facets, tags: [] })
  const label: Path = { kind: 'field', name: 'label' }
  const top = counted([valuesFacet(background, [['beach', 5]]), valuesFacet(label, [['cat', 4]])])

  it('[QL8] show what the engine found among all values, and fields of that name whole', () => {
    const found = counted([valuesFacet(background, []), valuesFacet(label, [['blackbird', 1]])])
    const shown = withFound(top, found, ' C ')
    expect(shown.facets).toEqual([top.facets[0], found.facets[1]])
    expect(facetSections(shown, dataset, 'c').flatMap(({ facets }) => facets)).toHaveLength(2)
    expect(withFound(top, found, 'lab').facets[1]).toBe(top.facets[1])
    expect(withFound(top, found, '')).toBe(top)
    expect(withFound(top, null, 'c')).toBe(top)
  })
})
