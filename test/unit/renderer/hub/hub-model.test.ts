import { describe, expect, it } from 'vitest'
import { sizeText } from '../../../../renderer/hub/hub-model.ts'

describe('the size of a dataset on the Hub', () => {
  it('[UR4] is its bytes, else its rough count in words, else what the Hub says', () => {
    expect(sizeText({ sizeBytes: 4_830_000_000, sizeCategory: '1K<n<10K' })).toBe('4.83 GB')
    expect(sizeText({ sizeBytes: null, sizeCategory: '1K<n<10K' })).toBe('1K to 10K samples')
    expect(sizeText({ sizeBytes: null, sizeCategory: 'n<1K' })).toBe('under 1K samples')
    expect(sizeText({ sizeBytes: null, sizeCategory: 'n>1T' })).toBe('over 1T samples')
    expect(sizeText({ sizeBytes: null, sizeCategory: 'plenty' })).toBe('plenty')
    expect(sizeText({ sizeBytes: null, sizeCategory: null })).toBeNull()
  })
})
