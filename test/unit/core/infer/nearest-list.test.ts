import fc from 'fast-check'
import { expect, it } from 'vitest'
import { NearestList } from '#core/infer/nearest-list.ts'

it('[KE40] holds the k nearest of what was offered, in whatever order, of equally near ones the lower ids', () => {
  const offer = fc.record({ id: fc.nat(1000), similarity: fc.constantFrom(-1, 0, 0.25, 0.5, 1, Number.NaN) })
  fc.assert(
    fc.property(
      fc.uniqueArray(offer, { selector: ({ id }) => id, maxLength: 60 }),
      fc.integer({ min: 0, max: 20 }),
      (offers, k) => {
        const list = new NearestList(k)
        for (const { id, similarity } of offers) list.offer(id, similarity)
        const expected = offers
          .filter(({ similarity }) => !Number.isNaN(similarity))
          .toSorted((a, b) => b.similarity - a.similarity || a.id - b.id)
          .slice(0, k)
        const found = Array.from({ length: list.length }, (_, i) => ({
          id: list.ids[i],
          similarity: list.similarities[i],
        }))
        expect(found).toEqual(expected)
      },
    ),
    { seed: 40 },
  )
})
