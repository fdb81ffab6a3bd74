import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type RowIdentity, fateOfRow, hasSameContent, matchRows } from '#core/revisions/match-rows.ts'

const file = (fileName: string, content: string | null, more: Partial<RowIdentity> = {}): RowIdentity => ({
  fileName,
  sha256: content,
  gitOid: null,
  part: null,
  sizeBytes: null,
  isNumbered: false,
  ...more,
})

function fates(before: readonly RowIdentity[], after: readonly RowIdentity[]) {
  const match = matchRows(before, after)
  return { fates: after.map((_, row) => fateOfRow(match, row)), from: [...match.from], removed: [...match.removed] }
}

describe('finding samples again', () => {
  it('[RV1] tells added, removed, changed, moved and unchanged apart', () => {
    const before = [file('a.png', 'A'), file('b.png', 'B'), file('c.png', 'C'), file('d.png', 'D')]
    const after = [file('new/a.png', 'A'), file('b.png', 'B'), file('c.png', 'other'), file('e.png', 'E')]
    expect(fates(before, after)).toEqual({
      fates: ['moved', 'unchanged', 'changed', 'added'],
      from: [0, 1, 2, -1],
      removed: [3],
    })
  })

  it('[RV2] follows contents that changed their places', () => {
    const before = [file('a.png', 'A'), file('b.png', 'B')]
    expect(fates(before, [file('a.png', 'B'), file('b.png', 'A')])).toEqual({
      fates: ['moved', 'moved'],
      from: [1, 0],
      removed: [],
    })
  })

  it('[RV2] leaves the name to a new content when the old one has gone elsewhere', () => {
    expect(fates([file('a.png', 'A')], [file('a.png', 'B'), file('c.png', 'A')])).toEqual({
      fates: ['added', 'moved'],
      from: [-1, 0],
      removed: [],
    })
  })

  it('[RV3] pairs copies of one content by their names, then in their order, each once', () => {
    const before = [file('x/1.png', 'A'), file('x/2.png', 'A'), file('x/3.png', 'A')]
    const after = [file('y/9.png', 'A'), file('y/3.png', 'A'), file('y/8.png', 'A'), file('y/7.png', 'A')]
    expect(fates(before, after)).toEqual({
      fates: ['moved', 'moved', 'moved', 'added'],
      from: [0, 2, 1, -1],
      removed: [],
    })
  })

  it('[RV4] goes by the place in an unchanged archive, and by the size where no checksum is known', () => {
    const before = [file('a', null, { part: 'shard 0' }), file('b', null, { part: 'shard 1', sizeBytes: 5 })]
    expect(fates(before, [file('z', null, { part: 'shard 0' }), file('b', null, { sizeBytes: 5 })]).fates).toEqual([
      'moved',
      'unchanged',
    ])
    expect(fates(before, [file('b', null, { sizeBytes: 6 })]).fates).toEqual(['changed'])
    expect(fates(before, [file('a', null)]).fates).toEqual(['unsure'])
  })

  it('[RV5] never takes a row for another because both have its number', () => {
    const numbered = { isNumbered: true, sizeBytes: 3 }
    const before = [file('data.parquet/0', null, { ...numbered, part: 'old 0' })]
    expect(fates(before, [file('data.parquet/0', null, { ...numbered, part: 'new 0' })])).toEqual({
      fates: ['added'],
      from: [-1],
      removed: [0],
    })
  })

  it('[RV3] maps each row at most once, whatever names and contents there are', () => {
    const row = fc.record({ name: fc.integer({ min: 0, max: 12 }), content: fc.constantFrom('A', 'B', 'C', null) })
    const rows = fc
      .uniqueArray(row, { selector: ({ name }) => name, maxLength: 12 })
      .map((list) => list.map(({ name, content }) => file(`${name}.png`, content)))
    fc.assert(
      fc.property(rows, rows, (before, after) => {
        const match = matchRows(before, after)
        const used = [...match.from].filter((old) => old >= 0)
        expect(new Set(used).size).toBe(used.length)
        expect([...used, ...match.removed].sort((a, b) => a - b)).toEqual(before.map((_, i) => i))
        after.forEach((identity, at) => {
          const old = before[match.from[at]!]
          if (hasSameContent(match, at)) expect(old?.sha256).toBe(identity.sha256)
          expect(fateOfRow(match, at) === 'added').toBe(old === undefined)
        })
        // Whatever content is in both is found as often as it can be.
        for (const content of ['A', 'B', 'C']) {
          const count = (list: readonly RowIdentity[]) => list.filter(({ sha256 }) => sha256 === content).length
          const kept = after.filter((identity, at) => identity.sha256 === content && hasSameContent(match, at)).length
          expect(kept).toBe(Math.min(count(before), count(after)))
        }
      }),
      { seed: 4, numRuns: 300 },
    )
  })
})
