import { describe, expect, it } from 'vitest'
import { binsText, limitsSentence, limitsText, readLimits } from '../../../../renderer/parts/bins-model.ts'

describe('bins on screen', () => {
  it('[UX3] are counted in words, and stand in the text field as they were typed', () => {
    expect([null, 8, [0, 1], [0, 0.5, 2]].map((bins) => binsText(bins))).toEqual([
      '5 bins',
      '8 bins',
      '1 bin by hand',
      '2 bins by hand',
    ])
    expect([null, 8, [0, 0.5, 2]].map((bins) => limitsText(bins))).toEqual(['', '', '0, 0.5, 2'])
  })

  it('[UX3] say what is wrong with limits, and what right ones make', () => {
    expect(readLimits(' ')).toEqual({ limits: null, problem: null })
    expect(readLimits('0, ten')).toMatchObject({ limits: null, problem: expect.stringContaining('“ten”') })
    expect(readLimits('0; 50 100')).toEqual({ limits: [0, 50, 100], problem: null })
    expect(limitsSentence([0, 50, 1500])).toBe('0 to below 50, 50 to 1,500')
    expect(limitsSentence([0, 1, 2, 3, 4, 5])).toBe('0 to below 1, 1 to below 2, … 4 to 5')
  })
})
