import fc from 'fast-check'
import { expect, it } from 'vitest'
import { NameSet } from '#formats/name-set.ts'

it('[FO50] tells new names from those that came before', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 3 }), { maxLength: 5000 }), (names) => {
      const set = new NameSet()
      const known = new Set<string>()
      for (const name of names) {
        expect(set.add(name)).toBe(!known.has(name))
        known.add(name)
      }
    }),
    { seed: 5, numRuns: 50 },
  )
})

it('[FO50] grows with what it holds', () => {
  const set = new NameSet()
  const names = Array.from({ length: 20_000 }, (_, i) => `images/${i}.jpg`)
  expect(names.filter((name) => set.add(name))).toHaveLength(names.length)
  expect(names.filter((name) => set.add(name))).toEqual([])
})
