import { describe, expect, it } from 'vitest'
import { parseFilter } from '../../../../main/core/filter/parse.ts'
import { findingsCsv } from '../../../../renderer/overview/findings-csv.ts'

describe('findings taken away', () => {
  it('[UX14] are rows with figures, the filter of their images and the sentence', () => {
    const rows = findingsCsv([
      {
        field: 'background',
        value: 'beach',
        badge: 'more',
        sentence: 'On beach, lite0 fails 41 of 52',
        n: 52,
        failures: 41,
        rate: 0.79,
        wilson: [0.66, 0.88],
        expected: 0.38,
        q: 0.002,
        ebLower: 0.6,
        filter: parseFilter('background = beach'),
        strip: [],
      },
    ])
    expect(rows[0]).toHaveLength(rows[1]!.length)
    expect(rows[1]).toEqual([
      'background',
      'beach',
      'more',
      52,
      41,
      0.79,
      0.66,
      0.88,
      0.38,
      0.002,
      'background = beach',
      'On beach, lite0 fails 41 of 52',
    ])
  })
})
