import { describe, expect, it } from 'vitest'
import { fullBitset } from '#core/columns/bitset.ts'
import { findingSentence } from '#core/findings/finding-sentence.ts'
import { rankFindings } from '#core/findings/rank-findings.ts'
import type { FieldSlices } from '#core/findings/rank-findings.ts'
import { computeSlices } from '#core/slices/compute-slices.ts'

/** A field over one class: for every value its name, images and failures. */
function field(name: string, values: readonly (readonly [string, number, number])[]): FieldSlices {
  const rows = values.flatMap(([, n, failures], index) =>
    Array.from({ length: n }, (_, image) => ({ value: index + 1, wrong: image < failures })),
  )
  const valueNames = values.map(([value]) => value)
  const table = computeSlices({
    rows: fullBitset(rows.length),
    values: Uint8Array.from(rows, ({ value }) => value),
    valueCount: values.length,
    classes: new Uint8Array(rows.length).fill(1),
    classCount: 1,
    correct: [Uint8Array.from(rows, ({ wrong }) => (wrong ? 1 : 2))],
    adjust: 'auto',
    valueNames,
  })
  return { field: name, valueNames, table }
}

describe('findings', () => {
  const figures = {
    value: 'beach',
    models: ['lite0'],
    n: 52,
    failures: 41,
    rate: 41 / 52,
    expected: 0.38,
    adjusted: true,
  }

  it('[FN4] reads as a sentence with n, rates and q', () => {
    expect(findingSentence({ ...figures, q: 0.002 })).toBe(
      'On beach, lite0 fails 41 of 52 (79 %, where its classes usually fail 38 %), q = .002',
    )
    expect(findingSentence({ ...figures, models: ['a', 'b', 'c'], failures: 41.333, q: 0.0001, adjusted: false })).toBe(
      'On beach, the 3 models fail 41.3 of 52 on average (79 %, where all images together fail 38 %), q < .001',
    )
  })

  it('[FN5] ranks what always fools first, then by the shrunk rate’s quantile, over all fields', () => {
    const background = field('background', [
      ['beach', 40, 34],
      ['moss', 12, 12],
      ['sky', 60, 6],
      ['sea', 60, 5],
    ])
    const texture = field('texture', [
      ['felt', 40, 20],
      ['wool', 132, 37],
    ])
    const { standOut, less, quiet } = rankFindings([texture, background], ['lite0'])
    expect(standOut.map(({ value, badge }) => [value, badge])).toEqual([
      ['moss', 'always'],
      ['beach', 'more'],
      ['felt', 'more'],
    ])
    expect(standOut[0]?.sentence).toMatch(
      /^On moss, lite0 fails 12 of 12 \(100 %, where its classes usually fail \d+ %\), q/,
    )
    expect(less.map(({ value }) => value)).toEqual(['sea', 'sky', 'wool'])
    expect(quiet).toBeNull()
  })

  it('[FN6] says plainly when nothing stands out, and why', () => {
    const quietOf = (...fields: FieldSlices[]) => rankFindings(fields, ['lite0']).quiet
    expect(
      quietOf(
        field('background', [
          ['a', 40, 12],
          ['b', 40, 12],
        ]),
      ),
    ).toMatch(/could have: in background .* largest has 40/)
    expect(
      quietOf(
        field('background', [
          ['a', 3, 2],
          ['b', 3, 2],
          ['c', 3, 2],
        ]),
      ),
    ).toMatch(/nothing could: .* takes 7 images/)
    expect(
      quietOf(
        field('background', [
          ['a', 5, 5],
          ['b', 5, 5],
        ]),
      ),
    ).toMatch(/Every image fails/)
    expect(quietOf(field('background', []))).toMatch(/Nothing to rank yet/)
    expect(quietOf()).toMatch(/Nothing to rank yet/)
  })
})
