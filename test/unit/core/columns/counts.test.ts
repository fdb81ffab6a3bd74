import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { binNumbers, countAllCodes, countInSet, countRows, histogramOf } from '#core/columns/counts.ts'
import { allRows, randomCodes, randomRows, randomSizes } from './columns-by-row.ts'

const runs = { numRuns: 30, seed: 6 }

describe('counts', () => {
  it('[PQ1] are those of row after row, of many columns at once, in sets of any density', () => {
    fc.assert(
      fc.property(randomRows, randomSizes, fc.boolean(), (set, sizes, isWeighted) => {
        const { rowCount, bits, has, draw } = set
        const columns = sizes.map((size) => ({ codes: randomCodes(rowCount, size, draw), size }))
        const weights = isWeighted ? Float64Array.from(allRows(rowCount), () => Math.floor(draw() * 5e9)) : null
        const totalOf = (index: number) => countAllCodes(columns[index]!.codes, columns[index]!.size, weights)
        const counted = countInSet(columns, bits, rowCount, weights, totalOf)
        columns.forEach(({ codes, size }, index) => {
          const expected = Array.from({ length: size + 1 }, () => 0)
          const everything = Array.from({ length: size + 1 }, () => 0)
          for (const row of allRows(rowCount)) {
            const weight = weights?.[row] ?? 1
            everything[codes[row]!]! += weight
            if (has(row)) expected[codes[row]!]! += weight
          }
          expect([...counted[index]!]).toEqual(expected)
          expect([...totalOf(index)]).toEqual(everything)
        })
        const total = allRows(rowCount).reduce((sum, row) => sum + (has(row) ? (weights?.[row] ?? 1) : 0), 0)
        expect(countRows(bits, weights)).toBe(total)
      }),
      runs,
    )
  })

  it('[PQ2] leave the totals that they are taken from alone', () => {
    const column = { codes: Uint8Array.of(0, 1, 2, 2), size: 2 }
    const totals = countAllCodes(column.codes, column.size)
    expect([...countInSet([column], Uint32Array.of(0b1110), 4, null, () => totals)[0]!]).toEqual([0, 1, 2])
    expect([...totals]).toEqual([1, 1, 2])
  })
})

describe('histograms', () => {
  it('[PQ3] have every value in the bin between whose edges it lies', () => {
    fc.assert(
      fc.property(randomRows, fc.constantFrom(1, 2, 24, 255), fc.boolean(), (set, bins, isDouble) => {
        const { rowCount, bits, has, draw } = set
        const drawn = allRows(rowCount).map(() => (draw() < 0.1 ? NaN : Math.round(draw() * 200 - 100) / 8))
        const values = isDouble ? Float64Array.from(drawn) : Float32Array.from(drawn)
        const binned = binNumbers(values, bins)
        const counts = countInSet([binned], bits, rowCount, null, () => countAllCodes(binned.codes, binned.size))[0]!
        const { min, max, edges, missing, counts: inBins } = histogramOf(binned, counts)
        const present = drawn.filter((value) => !Number.isNaN(value))
        expect(min).toBe(present.length === 0 ? null : Math.min(...present))
        expect(max).toBe(present.length === 0 ? null : Math.max(...present))
        const expected = Array.from(inBins, () => 0)
        let expectedMissing = 0
        for (const row of allRows(rowCount).filter(has)) {
          const width = (max! - min!) / expected.length
          if (Number.isNaN(values[row])) expectedMissing++
          else expected[width === 0 ? 0 : Math.min(expected.length - 1, Math.floor((values[row]! - min!) / width))]!++
        }
        expect([...inBins]).toEqual(expected)
        expect(missing).toBe(expectedMissing)
        expect(edges.length).toBe(present.length === 0 ? 0 : inBins.length + 1)
      }),
      runs,
    )
  })

  it('[PQ4] of one value have one bin, of none have none', () => {
    const one = binNumbers(Float32Array.of(3, NaN, 3), 24)
    expect(histogramOf(one, countAllCodes(one.codes, one.size))).toEqual({
      min: 3,
      max: 3,
      edges: Float64Array.of(3, 3),
      counts: Uint32Array.of(2),
      missing: 1,
    })
    const none = binNumbers(Float32Array.of(NaN, NaN), 24)
    expect(histogramOf(none, countAllCodes(none.codes, none.size))).toEqual({
      min: null,
      max: null,
      edges: new Float64Array(0),
      counts: new Uint32Array(0),
      missing: 2,
    })
  })
})
