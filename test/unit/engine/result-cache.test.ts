import { describe, expect, it } from 'vitest'
import { ResultCache } from '#engine/result-cache.ts'

describe('remembered results', () => {
  it('[EN32] are computed once while there is room, and the least recently used go first', () => {
    const cache = new ResultCache(8_000)
    const computed: string[] = []
    const ask = (key: string, bytes: number) =>
      cache.remember(key, () => {
        computed.push(key)
        return { rows: new Uint8Array(bytes), nested: { more: [new Uint8Array(100)] } }
      })
    ask('a', 3000)
    ask('b', 3000)
    ask('a', 3000)
    expect(computed).toEqual(['a', 'b'])
    ask('c', 3000)
    ask('a', 3000)
    expect(computed).toEqual(['a', 'b', 'c'])
    ask('b', 3000)
    expect(computed).toEqual(['a', 'b', 'c', 'b'])
    const large = ask('large', 50_000)
    expect(ask('large', 50_000)).toBe(large)
    ask('a', 3000)
    expect(computed).toEqual(['a', 'b', 'c', 'b', 'large', 'a'])
    cache.clear()
    ask('a', 3000)
    expect(computed.at(-1)).toBe('a')
    expect(computed).toHaveLength(7)
  })

  it('[EN33] are not kept where the computation failed', () => {
    const cache = new ResultCache()
    expect(() =>
      cache.remember('key', () => {
        throw new Error('once')
      }),
    ).toThrowError('once')
    expect(cache.remember('key', () => 'twice')).toBe('twice')
  })
})
