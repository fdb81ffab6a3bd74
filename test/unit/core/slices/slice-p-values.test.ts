import { describe, expect, it } from 'vitest'
import { fullBitset } from '#core/columns/bitset.ts'
import { aggregateSlices } from '#core/slices/aggregate-slices.ts'
import { gatherUniverse } from '#core/slices/gather-universe.ts'
import { buildNullModel } from '#core/slices/null-model.ts'
import { nullMoments } from '#core/slices/null-moments.ts'
import { slicePValues } from '#core/slices/slice-p-values.ts'
import type { PValueOptions, SlicePValues } from '#core/slices/slice-p-values.ts'
import { hypergeometric } from '#core/statistics/hypergeometric.ts'
import { refinedNormalTails } from '#core/statistics/refined-normal.ts'
import type { Tails } from '#core/statistics/refined-normal.ts'

const options = { exactUpTo: 1000, level: 0.1 }

function greatest(codes: Iterable<number>): number {
  let most = 0
  for (const code of codes) most = Math.max(most, code)
  return most
}

function modelOf(values: Uint8Array, classes: Uint8Array, correct: readonly Uint8Array[]) {
  const universe = gatherUniverse({
    rows: fullBitset(values.length),
    values,
    valueCount: greatest(values),
    classes,
    classCount: greatest(classes),
    correct,
  })
  const model = buildNullModel(universe, true)
  return { model, aggregates: aggregateSlices(universe, model) }
}

type Columns = Parameters<typeof modelOf>

function pValues(
  values: Columns[0],
  classes: Columns[1],
  correct: Columns[2],
  changed: Partial<PValueOptions> = {},
): SlicePValues[] {
  const { model, aggregates } = modelOf(values, classes, correct)
  return slicePValues(aggregates, model, { ...options, ...changed })
}

function normalValues(...columns: Columns): Tails[] {
  const { model, aggregates } = modelOf(...columns)
  return aggregates.slices.map((slice) => refinedNormalTails(slice.failedModels, nullMoments(slice, aggregates, model)))
}

/** Rows of one class: `wrong[v]` of `sizes[v]` images of value v + 1 are wrong. */
function counted(sizes: readonly number[], wrong: readonly number[]): Columns {
  const count = sizes.reduce((sum, size) => sum + size, 0)
  const values = new Uint8Array(count)
  const correct = new Uint8Array(count).fill(2)
  let start = 0
  sizes.forEach((size, v) => {
    values.fill(v + 1, start, start + size)
    correct.fill(1, start, start + wrong[v]!)
    start += size
  })
  return [values, new Uint8Array(count).fill(1), [correct]]
}

describe('slice p values', () => {
  it('[SL12] has the refined normal of the worked example', () => {
    const [x] = normalValues(Uint8Array.from('112312331223', Number), Uint8Array.from('111122223333', Number), [
      Uint8Array.from('110010001100', (mark) => 2 - Number(mark)),
    ])
    expect(x?.more).toBeCloseTo(0.007115, 6)
  })

  it('[SL13] stays near the exact value where the normal may stand in', () => {
    const count = 6000
    const classes = Uint8Array.from({ length: count }, (_, row) => 1 + (row % 12))
    const values = Uint8Array.from({ length: count }, (_, row) => 1 + (Math.floor(row / 12) % 5))
    const correct = [3, 4, 7].map((step) =>
      Uint8Array.from({ length: count }, (_, row) => ((row * 7919) % (step * 5 + values[row]!) < 6 ? 1 : 2)),
    )
    for (const models of [correct.slice(0, 1), correct.slice(0, 2), correct]) {
      const exact = pValues(values, classes, models, { exactUpTo: 2000 })
      const normal = normalValues(values, classes, models)
      exact.forEach(({ more, less, method }, index) => {
        expect(method).toBe('exact')
        expect(more + less).toBeCloseTo(1, 10)
        expect(Math.abs(normal[index]!.more - more)).toBeLessThan(0.03 * Math.min(more, less) + 1e-5)
      })
    }
  })

  it('[SL14] says which method gave the value', () => {
    const build = (count: number) => pValues(...counted([count, count], [300, 300]))[0]
    expect(build(1000)).toMatchObject({ more: expect.closeTo(0.5, 12), less: expect.closeTo(0.5, 12), method: 'exact' })
    expect(build(1001)).toMatchObject({ more: 0.5, less: 0.5, method: 'normal' })
  })

  it('[ST262] stays exact above a thousand images where few failures are expected', () => {
    // 200 failures among 400,000 images, and slices of 1,100: .55 are expected in each.
    for (const failed of [4, 3, 1, 0]) {
      const [slice] = pValues(...counted([1100, 398_900], [failed, 200 - failed]))
      const shares = hypergeometric(400_000, 200, 1100)
      const more = shares.slice(failed + 1).reduce((sum, share) => sum + share, 0) + shares[failed]! / 2
      expect(slice?.method).toBe('exact')
      expect(slice!.more / more).toBeCloseTo(1, 9)
      expect(pValues(...counted([1100, 398_900], [failed, 200 - failed]), { screenFrom: 100 })[0]).toEqual(slice)
    }
  })

  it('[ST263] is within 5 % of the exact mid-p wherever the normal stands in, and not below it where p is tiny', () => {
    const methods = new Set<string>()
    for (const [size, others, wrong] of [
      [1100, 9000, 300],
      [1500, 1500, 1400],
      [3000, 20_000, 7000],
      [4000, 5000, 8800],
    ] as const) {
      const shares = hypergeometric(size + others, wrong, size)
      const mean = (wrong * size) / (size + others)
      for (let failed = Math.max(0, wrong - others); failed < shares.length; failed += 13) {
        const below = shares.slice(0, failed).reduce((sum, share) => sum + share, 0) + shares[failed]! / 2
        const above = shares.subarray(failed + 1).reduceRight((sum, share) => sum + share, 0) + shares[failed]! / 2
        const exact = failed > mean ? above : below
        if (exact < 1e-60) continue
        const [slice] = pValues(...counted([size, others], [failed, wrong - failed]))
        const p = failed > mean ? slice!.more : slice!.less
        methods.add(slice!.method)
        if (p > 3e-7) expect(Math.abs(p / exact - 1)).toBeLessThan(slice!.method === 'exact' ? 1e-8 : 0.05)
        else expect(p).toBeGreaterThan(exact * 0.95)
      }
    }
    expect(methods).toEqual(new Set(['exact', 'normal']))
  })

  it('[ST264] never gives 0 or 1, however far out a slice lies', () => {
    for (const size of [400, 5000]) {
      for (const failed of [0, size]) {
        for (const { more, less } of pValues(...counted([size, size], [failed, size - failed]))) {
          expect(Math.min(more, less)).toBeGreaterThan(0)
          expect(Math.max(more, less)).toBeLessThan(1)
          expect(Math.min(more, less)).toBeLessThan(1e-25)
        }
      }
    }
  })
})
