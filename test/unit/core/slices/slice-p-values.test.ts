import { describe, expect, it } from 'vitest'
import { fullBitset } from '#core/columns/bitset.ts'
import { aggregateSlices } from '#core/slices/aggregate-slices.ts'
import { gatherUniverse } from '#core/slices/gather-universe.ts'
import { buildNullModel } from '#core/slices/null-model.ts'
import { slicePValues } from '#core/slices/slice-p-values.ts'
import type { PValueOptions, SlicePValues } from '#core/slices/slice-p-values.ts'

const options = { exactUpTo: 1000, level: 0.1 }

function pValues(
  values: Uint8Array,
  classes: Uint8Array,
  correct: readonly Uint8Array[],
  changed: Partial<PValueOptions> = {},
): SlicePValues[] {
  const universe = gatherUniverse({
    rows: fullBitset(values.length),
    values,
    valueCount: Math.max(...values),
    classes,
    classCount: Math.max(...classes),
    correct,
  })
  const model = buildNullModel(universe, true)
  return slicePValues(aggregateSlices(universe, model), model, { ...options, ...changed })
}

describe('slice p values', () => {
  it('[SL12] has the refined normal of the worked example', () => {
    const [x] = pValues(
      Uint8Array.from('112312331223', Number),
      Uint8Array.from('111122223333', Number),
      [Uint8Array.from('110010001100', (mark) => 2 - Number(mark))],
      { exactUpTo: 0 },
    )
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
      const normal = pValues(values, classes, models, { exactUpTo: 0 })
      exact.forEach(({ more, less, method }, index) => {
        expect(method).toBe('exact')
        expect(more + less).toBeCloseTo(1, 10)
        expect(Math.abs(normal[index]!.more - more)).toBeLessThan(0.03 * Math.min(more, less) + 1e-5)
      })
    }
  })

  it('[SL14] says which method gave the value', () => {
    const build = (count: number) =>
      pValues(
        new Uint8Array(count).fill(1),
        Uint8Array.from({ length: count }, (_, row) => 1 + (row % 3)),
        [Uint8Array.from({ length: count }, (_, row) => 1 + (row % 2))],
      )[0]
    expect(build(1000)).toMatchObject({ more: 0.5, less: 0.5, method: 'exact' })
    expect(build(1001)).toMatchObject({ more: 0.5, less: 0.5, method: 'normal' })
  })
})
