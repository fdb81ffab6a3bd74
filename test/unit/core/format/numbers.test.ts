import { describe, expect, it } from 'vitest'
import {
  formatCount,
  formatPoints,
  formatProbability,
  formatRate,
  formatRateInterval,
  formatShortCount,
} from '#core/format/numbers.ts'

describe('numbers', () => {
  it('[FN1] separates thousands, and gives means of counts one decimal', () => {
    expect([0, 52, 1485, 1_000_000, 41 + 1 / 3].map(formatCount)).toEqual(['0', '52', '1,485', '1,000,000', '41.3'])
  })

  it('[FN1] shortens counts of many millions where room is scarce', () => {
    const counts = [41 + 1 / 3, 9_999_999, 10_000_000, 252_285_927, 1_943_456_557]
    expect(counts.map(formatShortCount)).toEqual(['41.3', '9,999,999', '10M', '252.3M', '1.943B'])
  })

  it('[FN2] gives rates at most three figures, and 0 % and 100 % only where they are true', () => {
    const rates = [0, 0.00042, 0.0049, 0.038, 0.0996, 0.7884, 0.996, 0.99996, 1]
    expect(rates.map(formatRate)).toEqual([
      '0 %',
      '0.042 %',
      '0.49 %',
      '3.8 %',
      '10 %',
      '79 %',
      '99.6 %',
      '>99.9 %',
      '100 %',
    ])
    expect(formatRateInterval(41 / 52, [0.6595, 0.8776])).toBe('79 % [66, 88]')
    expect([0.123, -0.034, 0].map(formatPoints)).toEqual(['+12', '−3.4', '0'])
  })

  it('[FN3] writes probabilities without a leading zero', () => {
    expect([0.0021, 0.0004, 0.25, 0.031, 0.0996, 1, null].map((q) => formatProbability('q', q))).toEqual([
      'q = .002',
      'q < .001',
      'q = .25',
      'q = .031',
      'q = .10',
      'q = 1',
      'q not defined',
    ])
  })
})
