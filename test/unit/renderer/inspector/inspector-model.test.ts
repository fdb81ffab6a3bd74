import { describe, expect, it } from 'vitest'
import { describeSource, formatProbability } from '../../../../renderer/inspector/inspector-model.ts'

describe('the inspector', () => {
  it('[UI19] writes probabilities with two decimals, never as 0 or 1 unless they are', () => {
    expect(formatProbability(0.813)).toBe('.81')
    expect(formatProbability(0.004)).toBe('< .01')
    expect(formatProbability(0)).toBe('.00')
    expect(formatProbability(0.999)).toBe('> .99')
    expect(formatProbability(1)).toBe('1')
  })

  it('[UI19] says in words where a value came from', () => {
    expect(describeSource('inferred:clip')).toBe('inferred by clip')
    expect(describeSource('person')).toBe('by hand')
  })
})
