import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bitsetOf, fullBitset } from '#core/columns/bitset.ts'
import { accuracyByValue } from '#core/compare/accuracy-by-value.ts'
import { computeCompare } from '#core/compare/compute-compare.ts'
import { computeDiscovery } from '#core/discovery/compute-discovery.ts'
import { valueMetrics } from '#core/metrics/value-metrics.ts'
import { mineFailures } from '#core/mining/mine-failures.ts'
import { computeSlices } from '#core/slices/compute-slices.ts'
import { type CountedRow, columnsOf, countedRow, countedRows, weightsOf, writtenOut } from './repeat-rows.ts'

/** What the analyses read, with the weights of counted rows or with every image a row. */
function columns(rows: readonly CountedRow[], weights: Float64Array | null) {
  return {
    rows: fullBitset(rows.length),
    classes: Uint8Array.from(rows, ({ classCode }) => classCode),
    classCount: 3,
    correct: columnsOf(rows, ({ verdicts }) => verdicts, 3),
    values: Uint8Array.from(rows, ({ values }) => values[0]!),
    valueCount: 4,
    excluded: bitsetOf(
      rows.flatMap(({ excluded }, row) => (excluded ? [row] : [])),
      rows.length,
    ),
    weights,
  }
}

/** Both ways of the same images. */
function bothWays(rows: readonly CountedRow[]) {
  const images = writtenOut(rows)
  return { counted: columns(rows, weightsOf(rows)), whole: columns(images, null), images }
}

/** The same but for rounding. */
function expectAlike(actual: unknown, expected: unknown): void {
  if (typeof expected === 'number') expect(actual).toBeCloseTo(expected, 9)
  else if (typeof expected !== 'object' || expected === null) expect(actual).toBe(expected)
  else {
    expect(Object.keys(actual as object)).toEqual(Object.keys(expected))
    for (const [key, value] of Object.entries(expected)) expectAlike((actual as Record<string, unknown>)[key], value)
  }
}

describe('rows that stand for many images', () => {
  it('[PS1] give the slice table of their images', () => {
    fc.assert(
      fc.property(
        countedRows,
        fc.integer({ min: 1, max: 3 }),
        fc.constantFrom('auto' as const, 'on' as const, 'off' as const),
        (rows, models, adjust) => {
          const { counted, whole } = bothWays(rows)
          const table = (input: typeof counted) =>
            computeSlices({ ...input, correct: input.correct.slice(0, models), adjust })
          expect(table(counted)).toEqual(table(whole))
        },
      ),
      { seed: 1, numRuns: 200 },
    )
  })

  it('[PS2] give the failing subsets, pairs and accuracies of their images', () => {
    fc.assert(
      fc.property(countedRows, (rows) => {
        const { counted, whole, images } = bothWays(rows)
        const compare = (of: readonly CountedRow[], input: typeof counted) =>
          computeCompare({
            ...input,
            predicted: columnsOf(of, ({ predicted }) => predicted, 3),
            truth: input.classes,
          })
        expect(compare(rows, counted)).toEqual(compare(images, whole))
        expect(accuracyByValue(counted)).toEqual(accuracyByValue(whole))
      }),
      { seed: 2, numRuns: 200 },
    )
  })

  it('[PS3] give the mined sets of their images', () => {
    fc.assert(
      fc.property(countedRows, (rows) => {
        const { counted, whole } = bothWays(rows)
        const mine = ({ correct, ...input }: typeof counted) =>
          mineFailures({
            ...input,
            surrogates: correct.slice(0, 2),
            others: correct.slice(2),
            against: correct.slice(1),
          })
        expect(mine(counted)).toEqual(mine(whole))
      }),
      { seed: 3, numRuns: 100 },
    )
  })

  it('[PS4] give accuracy, top five and error ratio of their images, and nothing of confidence', () => {
    fc.assert(
      fc.property(countedRows, (rows) => {
        const { counted, whole, images } = bothWays(rows)
        const metrics = (of: readonly CountedRow[], { correct, ...input }: typeof counted) => {
          const unknown = new Float32Array(of.length).fill(NaN)
          const top5 = columnsOf(of, (row) => row.top5, 3)
          return valueMetrics({
            ...input,
            models: correct.map((column, model) => ({
              correct: column,
              top5: top5[model]!,
              confidence: unknown,
              entropy: unknown,
            })),
          })
        }
        const result = metrics(rows, counted)
        expect(result).toEqual(metrics(images, whole))
      }),
      { seed: 4, numRuns: 100 },
    )
    const known = Float32Array.of(0.5, 0.75)
    const { overall } = valueMetrics({
      rows: fullBitset(2),
      values: Uint8Array.of(1, 1),
      valueCount: 1,
      models: [{ correct: Uint8Array.of(1, 2), top5: Uint8Array.of(2, 2), confidence: known, entropy: known }],
      weights: Float64Array.of(3, 5),
    })
    expect(overall[0]).toMatchObject({
      accuracy: { n: 8, right: 5 },
      top5: { n: 8, right: 8 },
      calibration: null,
      confidenceWhenWrong: null,
      entropy: null,
    })
  })

  it('[PS5] give the discoveries of their images', () => {
    const rows = fc.array(
      fc.record({ row: countedRow, effect: fc.double({ min: 0, max: 1, noNaN: true }) }).map(({ row, effect }) => ({
        ...row,
        classCode: Math.max(1, row.classCode),
        // One value fails far more than the others, so that there is something to find and to fold.
        verdicts: row.verdicts.map((_, model) => (effect < (row.values[0] === 1 ? 0.9 : 0.2) + model * 0.02 ? 1 : 2)),
      })),
      { minLength: 60, maxLength: 120 },
    )
    let found = 0
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 3 }), (drawn, models) => {
        const { counted, whole, images } = bothWays(drawn)
        const discover = (of: readonly CountedRow[], input: typeof counted) => {
          const discovery = computeDiscovery({
            ...input,
            correct: input.correct.slice(0, models),
            fields: [4, 2, 3].map((size, field) => ({
              codes: Uint8Array.from(of, ({ values }) => values[field]!),
              size,
            })),
            minSupport: 5,
            pairs: true,
          })
          // Codes of pairs go by the row where each first occurs, whether it stands for any image or not.
          const found = discovery.found.map((slice) => ({ ...slice, slice: { ...slice.slice, valueCode: 0 } }))
          return { ...discovery, found }
        }
        const result = discover(images, whole)
        found += result.found.length
        expectAlike(discover(drawn, counted), result)
      }),
      { seed: 5, numRuns: 60, endOnFailure: true },
    )
    expect(found).toBeGreaterThan(60)
  })

  it('[PS6] may stand for billions', () => {
    // Two classes, three values and three models; value 1 fails a little more than the others.
    const cells = [1, 2].flatMap((classCode) =>
      [1, 2, 3].flatMap((value) =>
        Array.from({ length: 8 }, (_, mask) => ({
          value,
          classCode,
          verdicts: [0, 1, 2].map((model) => ((mask >> model) & 1 ? 1 : 2)),
          images: 1e9 * (mask === 0 ? 5 : 1) * classCode + (value === 1 ? 1e6 * mask : 0),
        })),
      ),
    )
    const input = {
      rows: fullBitset(cells.length),
      values: Uint8Array.from(cells, ({ value }) => value),
      valueCount: 3,
      classes: Uint8Array.from(cells, ({ classCode }) => classCode),
      classCount: 2,
      correct: [0, 1, 2].map((model) => Uint8Array.from(cells, ({ verdicts }) => verdicts[model]!)),
      weights: Float64Array.from(cells, ({ images }) => images),
    }
    const total = cells.reduce((sum, { images }) => sum + images, 0)
    for (const models of [1, 3]) {
      const table = computeSlices({ ...input, correct: input.correct.slice(0, models), adjust: 'on' })
      expect(table.overall.n).toBe(total)
      const [first, ...others] = table.rows
      expect(first).toMatchObject({ valueCode: 1, badge: 'more', method: 'normal' })
      for (const row of [first!, ...others]) {
        expect(row.wilson[0]).toBeGreaterThan(0)
        expect(row.wilson[1] - row.wilson[0]).toBeLessThan(1e-4)
        expect(Math.abs(row.ebMean - row.rate)).toBeLessThan(1e-6)
        expect(row.ebLower).toBeLessThan(row.ebMean)
        expect(row.ebMean - row.ebLower).toBeLessThan(1e-4)
      }
      expect(others.map(({ badge }) => badge)).toEqual(['less', 'less'])
    }
    const compare = computeCompare({ ...input, predicted: input.correct, truth: input.classes })
    expect(compare.n).toBe(total)
    expect(compare.subsets[0]).toMatchObject({ failing: [], count: 5e9 * 9 })
    for (const { p, kappa } of compare.pairs) expect([p, kappa]).toEqual([expect.any(Number), expect.any(Number)])
    const discovery = computeDiscovery({
      ...input,
      fields: [{ codes: input.values, size: 3 }],
      minSupport: 20,
      pairs: true,
    })
    expect(discovery.found.map(({ direction, slice }) => [direction, slice.valueCode])).toEqual([
      ['more', 1],
      ['less', 2],
      ['less', 3],
    ])
  })
})
