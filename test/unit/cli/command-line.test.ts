import { describe, expect, it } from 'vitest'
import { nameList } from '#cli/command-line.ts'

describe('nameList', () => {
  it('[QL7] refuses a name that stands there twice, and empty ones', () => {
    expect(nameList('a, b,c d')).toEqual(['a', 'b', 'c d'])
    expect(() => nameList('a,b,a')).toThrow('“a” stands there twice.')
    expect(() => nameList('a,,b')).toThrow('single commas')
  })
})
