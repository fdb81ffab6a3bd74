import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gridWords } from '#core/lint/image-look.ts'
import { type HashedImages, findNearDuplicates, nearDistance } from '#core/lint/near-duplicates.ts'
import { hashDistance } from '#core/lint/perceptual-hash.ts'

const word = fc.integer({ min: 0, max: 0xffffffff })

function search(images: HashedImages, rows: readonly number[]): number[][] {
  const steps = findNearDuplicates(images, Uint32Array.from(rows))
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value.toSorted((a, b) => a[0]! - b[0]!)
  }
}

/** Every pair, and what follows from it. */
function searchNaively({ hashes }: HashedImages, rows: readonly number[], isAlike: (a: number, b: number) => boolean) {
  const group = new Map(rows.map((row) => [row, row]))
  for (const a of rows) {
    for (const b of rows) {
      const near = hashDistance(hashes[a * 2]!, hashes[a * 2 + 1]!, hashes[b * 2]!, hashes[b * 2 + 1]!) <= nearDistance
      if (a >= b || !near || !isAlike(a, b)) continue
      const [from, to] = [group.get(b)!, group.get(a)!]
      for (const [row, of] of group) if (of === from) group.set(row, to)
    }
  }
  const groups = new Map<number, number[]>()
  for (const row of rows) groups.set(group.get(row)!, [...(groups.get(group.get(row)!) ?? []), row])
  return [...groups.values()].filter((members) => members.length > 1).toSorted((a, b) => a[0]! - b[0]!)
}

/** Hashes around a few centres, up to eight bits off: some near, some just not. */
const clustered = fc
  .tuple(
    fc.array(fc.tuple(word, word), { minLength: 1, maxLength: 4 }),
    fc.array(fc.tuple(fc.nat(), fc.array(fc.nat({ max: 63 }), { maxLength: 8 })), { maxLength: 40 }),
  )
  .map(([centres, members]) => {
    const hashes = new Uint32Array(members.length * 2)
    members.forEach(([pick, flips], row) => {
      hashes.set(centres[pick % centres.length]!, row * 2)
      for (const bit of flips) hashes[row * 2 + (bit >> 5)]! ^= 1 << (bit & 31)
    })
    return { hashes, grids: new Uint32Array(members.length * gridWords) }
  })

describe('likenesses', () => {
  it('[LI6] are those that comparing every pair finds', () => {
    fc.assert(
      fc.property(clustered, (images) => {
        const rows = Array.from({ length: images.hashes.length / 2 }, (_, row) => row)
        expect(search(images, rows)).toEqual(searchNaively(images, rows, () => true))
        const some = rows.filter((row) => row % 3 !== 1)
        expect(search(images, some)).toEqual(searchNaively(images, some, () => true))
      }),
      { numRuns: 200, seed: 20261122 },
    )
  })

  it('[LI7] of one hash and other colours are none', () => {
    const hashes = new Uint32Array(8)
    const grids = new Uint32Array(4 * gridWords)
    const red = (level: number) => (level << 27) >>> 0
    grids.set([red(10)], 0)
    grids.set([red(12)], gridWords)
    grids.set([red(20)], 2 * gridWords)
    // The last word counts as the first does: blue of the last cell.
    grids.set([red(10), 0, 0, 0, 0, 0, 0, 9], 3 * gridWords)
    expect(search({ hashes, grids }, [0, 1, 2, 3])).toEqual([[0, 1]])
  })
})
