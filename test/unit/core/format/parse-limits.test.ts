import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatLimits, mostLimits, parseLimits } from '#core/format/parse-limits.ts'

describe('limits of bins', () => {
  it('[UX1] are read with commas, semicolons or spaces between them', () => {
    expect(parseLimits('0,50,100')).toEqual([0, 50, 100])
    expect(parseLimits(' -1.5; 0  1e3 ')).toEqual([-1.5, 0, 1000])
  })

  it.each([
    ['', 'two limits or more'],
    ['5', 'two limits or more'],
    ['0, x', '“x” is not a number'],
    ['0, 50, 50', '50 comes after 50'],
    ['0, 50, 20', '20 comes after 50'],
    ['0, Infinity', '“Infinity” is not a number'],
  ])('[UX1] are refused with the reason: %s', (text, reason) => {
    expect(() => parseLimits(text)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringContaining(reason) }),
    )
  })

  it('[UX1] are no more than can be looked at', () => {
    const many = Array.from({ length: mostLimits }, (_, i) => i)
    expect(parseLimits(many.join())).toEqual(many)
    expect(() => parseLimits([...many, mostLimits].join())).toThrow(`At most ${mostLimits} limits`)
  })

  it('[UX1] are named in the fewest digits that keep them apart', () => {
    expect(formatLimits([0, 0.10000000149011612, 0.25])).toEqual(['0', '0.1', '0.25'])
    expect(formatLimits([0.1236, 0.1241, 2])).toEqual(['0.1236', '0.1241', '2'])
    expect(formatLimits([20481, 90112])).toEqual(['20,481', '90,112'])
    expect(formatLimits([1e-9, 0.5])).toEqual(['1e-9', '0.5'])
  })

  it('[UX1] have names of their own, however close they are', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 2 }), (values) => {
        const limits = [...new Set(values.map((value) => value + 0))].sort((a, b) => a - b)
        expect(new Set(formatLimits(limits)).size).toBe(limits.length)
      }),
      { seed: 6 },
    )
  })
})
