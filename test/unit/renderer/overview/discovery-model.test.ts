import { describe, expect, it } from 'vitest'
import type { Discovered } from '#contract/discovery.ts'
import { everything } from '#core/filter/expr.ts'
import { combinationsOf, discoverySentence } from '../../../../renderer/overview/discovery-model.ts'

const slice = (values: Record<string, string>, more: Partial<Discovered> = {}): Discovered => ({
  parts: Object.entries(values).map(([field, value]) => ({ field, value })),
  badge: 'more',
  sentence: '',
  n: 40,
  failures: 30,
  rate: 0.75,
  wilson: [0.6, 0.86],
  expected: 0.3,
  p: 0.001,
  q: 0.01,
  ebMean: 0.7,
  ebLower: 0.6,
  explainedBy: null,
  withinParent: null,
  filter: everything,
  strip: [],
  ...more,
})
const moss = slice({ background: 'moss' })
const findings = [{ ...moss, field: 'background', value: 'moss' }]

describe('combinations of the Overview', () => {
  it('[ST240] say what single findings do not, and how many slices each explains', () => {
    const found = [
      moss,
      slice({ background: 'moss', weather: 'fog' }, { explainedBy: 0 }),
      slice({ brightness: '10 to 20' }),
      slice({ background: 'road', weather: 'fog' }),
      slice({ background: 'road', weather: 'fog', lens: 'x' }, { explainedBy: 3 }),
      slice({ background: 'studio', weather: 'sun' }, { badge: 'less' }),
    ]
    const { harder, easier } = combinationsOf({ found }, { findings, easier: [] })
    expect(harder.map(({ finding: { field, value }, explains }) => [field, value, explains])).toEqual([
      ['brightness', '10 to 20', 0],
      ['background and weather', 'road × fog', 1],
    ])
    expect(easier.map(({ finding }) => finding.value)).toEqual(['studio × sun'])
  })

  it('[ST240] tell what was tested and what is folded', () => {
    const found = [moss, slice({ background: 'moss', weather: 'fog' }, { explainedBy: 0 })]
    expect(discoverySentence({ power: '9 were tested.', found, total: 12 })).toBe(
      '9 were tested. q is corrected over all of them at once. 1 more are explained by one of their values, and folded. 10 weaker ones are not listed.',
    )
    expect(discoverySentence({ power: '9 were tested.', found: [], total: 0 })).toBe(
      '9 were tested. q is corrected over all of them at once.',
    )
  })
})
