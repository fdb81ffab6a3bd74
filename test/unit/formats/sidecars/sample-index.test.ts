import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SampleIndex, noSample, severalSamples } from '#formats/sidecars/sample-index.ts'
import { JoinRanking } from '#formats/sidecars/rank-joins.ts'
import type { Table } from '#formats/table-batches.ts'

const names = ['val/cat/1.png', 'val/cat/2.png', 'val/dog/1.png', 'val/dog/caf\u00e9.png', 'x_y_z.jpeg', '7.png']
const index = new SampleIndex(names)

function table(columns: Readonly<Record<string, readonly unknown[]>>): Table {
  return {
    columns: new Map(Object.entries(columns).map(([name, cells]) => [name, [...cells]])),
    rowCount: Object.values(columns)[0]!.length,
  }
}

describe('finding samples', () => {
  it('[SD1] goes by the whole path first, however the path is spelt', () => {
    expect(index.find('val/cat/2.png', 'path')).toBe(1)
    expect(index.find('.\\val\\cat\\2.png', 'path')).toBe(1)
    expect(index.find('/val/cat/2.png', 'basename')).toBe(1)
    expect(index.find('val/dog/cafe\u0301.png', 'path')).toBe(3)
    expect(index.find('2.png', 'path')).toBe(noSample)
  })

  it('[SD1] then by base name, stem, last part or id, as is asked', () => {
    expect(index.find('2.png', 'basename')).toBe(1)
    expect(index.find('/elsewhere/2.png', 'basename')).toBe(1)
    expect(index.find('2', 'stem')).toBe(1)
    expect(index.find('x_y_z.png', 'stem')).toBe(4)
    expect(index.find('0001_cl_dnn_0_cat_10_2.png', 'last-part')).toBe(1)
    expect(index.find('3', 'id')).toBe(2)
    expect(index.find(3n, 'id')).toBe(2)
    expect(index.find(7, 'stem')).toBe(5)
    for (const cell of ['0', '07', '3.5', 'x', 99, -1, null, '']) expect(index.find(cell, 'id')).toBe(noSample)
  })

  it('[SD2] never guesses among samples of one name, unless one alone shares folders with the cell', () => {
    expect(index.find('1.png', 'basename')).toBe(severalSamples)
    expect(index.find('bird/1.png', 'basename')).toBe(severalSamples)
    expect(index.find('dog/1.png', 'basename')).toBe(2)
    expect(index.find('data/imagenet/val/cat/1.png', 'basename')).toBe(0)
    expect(index.find('1', 'stem')).toBe(severalSamples)
  })

  it('[SD2] equals a naive search', () => {
    const part = fc.constantFrom('a', 'b', 'c')
    const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'))
    fc.assert(
      fc.property(fc.uniqueArray(path, { minLength: 1, maxLength: 12 }), path, (samples, cell) => {
        expect(new SampleIndex(samples).find(cell, 'basename')).toBe(findNaively(samples, cell))
      }),
      { seed: 7, numRuns: 500 },
    )
  })

  it('[SD3] ranks the ways to join by the samples that they find', () => {
    const ranking = new JoinRanking(index, names.length)
    ranking.add(
      table({
        note: ['1.png', '1.png', 'none', ''],
        file: ['cat/1.png', '2.png', 'nowhere.png', '1.png'],
        label: ['1', '2', '3', '4'],
      }),
    )
    expect(ranking.list()[0]).toEqual({ column: 'file', key: 'basename', matched: 2, unmatched: 2, ambiguous: 1 })
    expect(ranking.list().map(({ column }) => column)).not.toContain('note')
  })

  it('[SD4] takes numbers for sample ids only in a column that is called so', () => {
    const ranking = new JoinRanking(index, names.length)
    ranking.add(table({ class: ['1', '2', '3'], sample_id: ['1', '2', '99'] }))
    expect(ranking.list()).toContainEqual({ column: 'sample_id', key: 'id', matched: 2, unmatched: 1, ambiguous: 0 })
    expect(ranking.list().some(({ column, key }) => column === 'class' && key === 'id')).toBe(false)
  })

  it('[SD3] tries stems and last parts where names find too little', () => {
    const ranking = new JoinRanking(index, names.length)
    ranking.add(table({ imagename: ['0001_cue_dnn_2.png', '0002_cue_dnn_x', '0003_cue_7.png'] }))
    expect(ranking.list()[0]).toMatchObject({ column: 'imagename', key: 'last-part', matched: 2 })
  })
})

function findNaively(samples: readonly string[], cell: string): number {
  if (samples.includes(cell)) return samples.indexOf(cell)
  const reversed = (path: string) => path.split('/').toReversed()
  const shared = (path: string) => {
    const [a, b] = [reversed(path), reversed(cell)]
    let n = 0
    while (n < a.length && n < b.length && a[n] === b[n]) n++
    return n
  }
  const candidates = samples.filter((sample) => shared(sample) >= 1)
  if (candidates.length === 0) return noSample
  if (candidates.length === 1) return samples.indexOf(candidates[0]!)
  const most = Math.max(...candidates.map(shared))
  const best = candidates.filter((sample) => shared(sample) === most)
  return most > 1 && best.length === 1 ? samples.indexOf(best[0]!) : severalSamples
}
