import { describe, expect, it } from 'vitest'
import {
  formatFailures,
  formatOf,
  formatPoints,
  formatProbability,
  formatShortFailures,
} from '../../../../renderer/charts/figures.ts'

describe('figures of the analysis', () => {
  it('[UB6] keep summed shares to one decimal and counts whole', () => {
    expect([41, 3.6667, 391.6667, 1234].map(formatFailures)).toEqual(['41', '3.7', '392', '1,234'])
    expect([3.6667, 162_823_312.5].map(formatShortFailures)).toEqual(['3.7', '162.8M'])
    expect(formatOf(41, 1485)).toBe('41 of 1,485')
  })

  it('[UB6] sign differences with a real minus', () => {
    expect([0.123, -0.04, 0, 0.004].map(formatPoints)).toEqual(['+12', '−4', '0', '+0.4'])
  })

  it('[UB6] write probabilities without a leading zero, and never as zero or more than one', () => {
    expect([0.0004, 0.002, 0.041, 0.5, 0.999].map(formatProbability)).toEqual(['< .001', '.002', '.04', '.50', '1'])
  })
})
