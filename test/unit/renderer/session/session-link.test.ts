import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { everything } from '#core/filter/expr.ts'
import { normaliseFilter } from '#core/filter/normalise.ts'
import {
  datasetOfLink,
  formatLink,
  isFullLink,
  parseLink,
  type LinkState,
} from '../../../../renderer/session/session-link.ts'
import { screenIds } from '../../../../renderer/session/screens.ts'

const vocabulary = {
  fields: ['background', 'brightness', 'größe & more'],
  models: ['lite0', 'org/lite1.v2'],
  tags: [],
  views: [],
  findings: [],
  valuesOf: () => [],
}

const paths = fc.constantFrom(
  { kind: 'field', name: 'background' } as const,
  { kind: 'field', name: 'größe & more' } as const,
  { kind: 'run', model: 'org/lite1.v2', property: 'confidence' } as const,
)

const states: fc.Arbitrary<LinkState> = fc.record({
  screen: fc.constantFrom(...screenIds),
  filter: fc.oneof(
    fc.constant(everything),
    fc.tuple(paths, fc.string()).map(([path, value]) => ({ kind: 'compare', path, op: '=', value }) as const),
  ),
  groupBy: fc.option(paths, { nil: null }),
  sort: fc.option(
    fc.record({ path: fc.oneof(paths, fc.constant('wrong_models' as const)), descending: fc.boolean() }),
    { nil: null },
  ),
  model: fc.constantFrom(null, 'lite0'),
  models: fc.constantFrom(null, ['lite0'], ['lite0', 'org/lite1.v2']),
})

describe('links', () => {
  it('[UI3] bring back the view they were made from', () => {
    fc.assert(
      fc.property(states, (state) => {
        const { state: read, problems } = parseLink(formatLink('my-set', state), vocabulary)
        expect(problems).toEqual([])
        expect(read).toEqual({ ...state, filter: normaliseFilter(state.filter) })
      }),
    )
  })

  it('[UI3] name their dataset', () => {
    expect(datasetOfLink('#/dataset/my-set/gallery?where=a')).toBe('my-set')
    expect(datasetOfLink('#/')).toBeNull()
    expect(isFullLink('#/dataset/my-set')).toBe(false)
    expect(isFullLink('#/dataset/my-set/slices')).toBe(true)
  })

  it('[UI4] say which part could not be read and keep the rest', () => {
    const { state, problems } = parseLink('#/dataset/x/slices?where=nowhere+%3D+1&group=background', vocabulary)
    expect(state).toMatchObject({ screen: 'slices', filter: everything, groupBy: { name: 'background' } })
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain('nowhere')
  })

  it('[UI4] open the Overview for a screen that is not there', () => {
    expect(parseLink('#/dataset/x/nonsense', vocabulary).state.screen).toBe('overview')
  })
})
