import fc from 'fast-check'
import { expect, it } from 'vitest'
import { digestText } from '#core/digest-text.ts'
import { KeyColumn } from '#core/lint/equal-keys.ts'

it('[LI8] Rows of one key are grouped as a map would group them; rows without a key are in no group', () => {
  const key = fc.constantFrom(null, 'a', 'b', 'ä', 'a\u0308', 'same', 'sàme', '1.png', '10.png')
  fc.assert(
    fc.property(fc.array(key), (keys) => {
      const column = new KeyColumn(keys.length)
      const rows = new Map<string, number[]>()
      keys.forEach((text, row) => {
        if (text === null) return
        column.set(row, ...digestText(text))
        rows.set(text, [...(rows.get(text) ?? []), row])
      })
      expect(column.groups()).toEqual([...rows.values()].filter((group) => group.length > 1))
    }),
    { seed: 3 },
  )
})

it('[LI8] A hundred thousand names have as many digests', () => {
  const digests = new Set(Array.from({ length: 100_000 }, (_, i) => digestText(`image_${i}.png`).join(' ')))
  expect(digests.size).toBe(100_000)
})
