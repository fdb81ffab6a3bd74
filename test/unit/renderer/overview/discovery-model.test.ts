import { describe, expect, it } from 'vitest'
import type { Discovered } from '#contract/discovery.ts'
import { everything } from '#core/filter/expr.ts'
import { carriedNotes, combinationsOf, discoverySentence } from '../../../../renderer/overview/discovery-model.ts'

const slice = (values: Record<string, string>, more: Partial<Discovered> = {}): Discovered => ({
  parts: Object.entries(values).map(([field, value]) => ({ field, value })),
  title: Object.values(values).join(' × '),
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
  carried: null,
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
    expect(harder.map(({ finding: { field, value }, note }) => [field, value, note])).toEqual([
      ['brightness', '10 to 20', null],
      ['background and weather', 'road × fog', 'explains 1 further slice'],
    ])
    expect(easier.map(({ finding }) => finding.value)).toEqual(['studio × sun'])
  })

  it('[ST243] tell what a value stands out through, and what is left of it', () => {
    const rest = { n: 365, failures: 147, p: 0.4 }
    const found = [
      slice({ background: 'road', weather: 'fog' }),
      slice({ background: 'road' }, { carried: { by: [0], rest } }),
      slice({ weather: 'fog' }, { carried: { by: [0], rest: { n: 0, failures: 0, p: 0.5 } } }),
    ]
    const notes = carriedNotes({ found })
    expect([...notes.values()]).toEqual([
      'only through road × fog: of the others 147 of 365 fail (40 %), which could be chance',
      'only through road × fog: it has no other images',
    ])
    const { harder } = combinationsOf({ found }, { findings: [], easier: [] })
    expect(harder.map(({ note }) => note)).toEqual([null, ...notes.values()])
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
