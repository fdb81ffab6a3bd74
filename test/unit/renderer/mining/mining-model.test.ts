import { describe, expect, it } from 'vitest'
import { defaultSurrogates, thresholdText, toggleSurrogate } from '../../../../renderer/mining/mining-model.ts'

describe('models that mine', () => {
  const runs = ['a', 'b', 'c']

  it('[MN8] are all but the last at first, and never none', () => {
    expect(defaultSurrogates(runs)).toEqual(['a', 'b'])
    expect(defaultSurrogates(['a'])).toEqual(['a'])
    expect(toggleSurrogate(['a', 'b'], 'c', runs)).toEqual(runs)
    expect(toggleSurrogate(['a', 'b'], 'a', runs)).toEqual(['b'])
    expect(toggleSurrogate(['b'], 'b', runs)).toEqual(['b'])
  })

  it('[MN8] are told apart in words by how many have to fail', () => {
    expect([1, 2, 3].map((threshold) => thresholdText(threshold, 3))).toEqual([
      'at least one fails',
      'at least 2 fail',
      'all 3 fail',
    ])
    expect(thresholdText(1, 1)).toBe('it fails')
  })
})
