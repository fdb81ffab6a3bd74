import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CompareInput, compareValues, marginThresholds } from '#core/infer/compare-values.ts'

const rowsOf = (count: number) => Uint32Array.from({ length: count }, (_, row) => row)

describe('inferred values against known ones', () => {
  it('[BG20] count what is right among samples that have both, and those that cannot be compared apart', () => {
    const result = compareValues({
      rows: rowsOf(7),
      inferred: { codes: Uint8Array.of(1, 2, 2, 0, 1, 1, 1), values: ['beach', 'broadleaf forest'] },
      known: { codes: Uint8Array.of(1, 2, 1, 1, 3, 0, 1), values: ['Beach', 'forest-broadleaf-s', 'moon'] },
      margins: Float32Array.of(0.9, 0.5, 0.25, NaN, 0.5, 0.5, 0.75),
    })
    expect(result).toMatchObject({ n: 4, right: 3, outside: 1, open: 1 })
    expect(result.confused).toEqual([{ known: 'Beach', inferred: 'broadleaf forest', count: 1 }])
    expect(result.atLeast.find(({ margin }) => margin === 0.3)).toMatchObject({ n: 3, right: 3 })
    expect(result.wilson[0]).toBeGreaterThan(0.3)
  })

  it('[BG21] split by margin into parts that cover all, equal margins together, each as counted by hand', () => {
    const arbitrary: fc.Arbitrary<CompareInput> = fc
      .array(
        fc.record({
          code: fc.nat(3),
          known: fc.nat(4),
          margin: fc.constantFrom(0, 0.0625, 0.125, 0.25, 0.5, 1),
        }),
        { maxLength: 60 },
      )
      .map((rows) => ({
        rows: rowsOf(rows.length),
        inferred: { codes: Uint8Array.from(rows, ({ code }) => code), values: ['a', 'b', 'c'] },
        known: { codes: Uint8Array.from(rows, ({ known }) => known), values: ['b', 'a', 'c', 'other'] },
        margins: Float32Array.from(rows, ({ margin }) => margin),
      }))
    fc.assert(
      fc.property(arbitrary, (input) => {
        const result = compareValues(input)
        const judged = [...input.rows]
          .map((row) => ({
            known: input.known.values[input.known.codes[row]! - 1],
            inferred: input.inferred.values[input.inferred.codes[row]! - 1],
            margin: input.margins[row]!,
          }))
          .filter(({ known, inferred }) => known !== undefined && known !== 'other' && inferred !== undefined)
        const right = (items: typeof judged) => items.filter(({ known, inferred }) => known === inferred).length
        expect([result.n, result.right]).toEqual([judged.length, right(judged)])
        expect(result.byMargin.reduce((sum, { n }) => sum + n, 0)).toBe(judged.length)
        expect(result.byMargin.length).toBeLessThanOrEqual(5)
        for (const [index, { from, to, n, right: own }] of result.byMargin.entries()) {
          const items = judged.filter(({ margin }) => margin >= from && margin <= to)
          expect([n, own]).toEqual([items.length, right(items)])
          if (index > 0) expect(from).toBeGreaterThan(result.byMargin[index - 1]!.to)
        }
        expect(result.atLeast.map(({ margin }) => margin)).toEqual(marginThresholds)
        for (const { margin, n, right: own } of result.atLeast) {
          const items = judged.filter((item) => item.margin >= margin)
          expect([n, own]).toEqual([items.length, right(items)])
        }
      }),
      { seed: 11, numRuns: 200 },
    )
  })

  it('[BG22] say what is taken for what, the most frequent first', () => {
    const { confused } = compareValues({
      rows: rowsOf(4),
      inferred: { codes: Uint8Array.of(2, 2, 1, 2), values: ['a', 'b'] },
      known: { codes: Uint8Array.of(1, 1, 2, 2), values: ['a', 'b'] },
      margins: new Float32Array(4),
    })
    expect(confused).toEqual([
      { known: 'a', inferred: 'b', count: 2 },
      { known: 'b', inferred: 'a', count: 1 },
    ])
  })
})
