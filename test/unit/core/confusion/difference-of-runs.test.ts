import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fullBitset } from '#core/columns/bitset.ts'
import { cellDifference } from '#core/confusion/cell-differences.ts'
import { type RunDifferenceInput, differenceOfRuns } from '#core/confusion/difference-of-runs.ts'
import { mcnemarMidP } from '#core/statistics/mcnemar.ts'
import { pairedNewcombeInterval } from '#core/statistics/paired-newcombe.ts'

const digits = (text: string) => Uint8Array.from(text, Number)

const axisOf = Uint32Array.from({ length: 6 }, (_, place) => place)

function differenceOf(input: RunDifferenceInput) {
  const differences = differenceOfRuns(input)
  return { ...differences, cells: Array.from(differences.truth, (_, cell) => cellDifference(differences, cell)) }
}

function difference(truth: string, a: readonly [string, string], b: readonly [string, string], axisCount = 5) {
  return differenceOf({
    rows: fullBitset(truth.length),
    truth: digits(truth),
    classCount: 3,
    axisCount,
    a: { axisOf, predicted: digits(a[0]), correct: digits(a[1]) },
    b: { axisOf, predicted: digits(b[0]), correct: digits(b[1]) },
  })
}

describe('differenceOfRuns', () => {
  it('[CF9] counts each run’s answers over the images of a class that both have judged', () => {
    // The last image has no verdict of the second run; the third is right by another accepted label.
    const { n, cells } = difference('111123', ['114222', '222122'], ['121223', '212220'])
    expect(n).toBe(5)
    expect(
      cells.map(({ truth, predicted, counts, n: of }) => [truth, predicted, counts[0], of[0], counts[1], of[1]]),
    ).toEqual([
      [1, 1, 3, 4, 3, 4],
      [1, 2, 1, 4, 1, 4],
      [2, 2, 1, 1, 1, 1],
    ])
  })

  it('[CF10] has Newcombe’s paired interval and McNemar’s mid-p, and a q where chance could be excluded', () => {
    const wrong = '1'.repeat(6)
    const { cells } = difference('111111', ['222222', wrong], ['333332', wrong])
    const expected = { both: 1, onlyA: 5, onlyB: 0, neither: 0 }
    expect(cells[0]).toMatchObject({ truth: 1, predicted: 2, difference: 5 / 6 })
    expect(cells[0]?.interval).toEqual(pairedNewcombeInterval(expected))
    expect(cells.map(({ q }) => q)).toEqual([mcnemarMidP(5, 0), mcnemarMidP(5, 0)])
    const few = difference('111', ['222', '111'], ['333', '111'])
    expect(few.cells.map(({ q }) => q)).toEqual([null, null])
  })

  it('[CF11] equals a count image by image, with the signs turned where the runs change places', () => {
    const row = fc.record({
      truth: fc.integer({ min: 0, max: 3 }),
      a: fc.integer({ min: 0, max: 5 }),
      b: fc.integer({ min: 0, max: 5 }),
      judgedA: fc.boolean(),
      judgedB: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 40 }), (rows) => {
        const verdict = (said: number, truth: number, judged: boolean) =>
          judged && said !== 0 ? (said === truth ? 2 : 1) : 0
        const input: RunDifferenceInput = {
          rows: fullBitset(rows.length),
          truth: Uint8Array.from(rows, ({ truth }) => truth),
          classCount: 3,
          axisCount: 5,
          a: {
            axisOf,
            predicted: Uint8Array.from(rows, ({ a }) => a),
            correct: Uint8Array.from(rows, ({ a, truth, judgedA }) => verdict(a, truth, judgedA)),
          },
          b: {
            axisOf,
            predicted: Uint8Array.from(rows, ({ b }) => b),
            correct: Uint8Array.from(rows, ({ b, truth, judgedB }) => verdict(b, truth, judgedB)),
          },
        }
        const counted = rows.filter(
          ({ truth, a, b, judgedA, judgedB }) => truth !== 0 && a !== 0 && b !== 0 && judgedA && judgedB,
        )
        const { n, cells } = differenceOf(input)
        expect(n).toBe(counted.length)
        for (const cell of cells) {
          const ofClass = counted.filter(({ truth }) => truth === cell.truth)
          expect(cell).toMatchObject({
            n: [ofClass.length, ofClass.length],
            counts: [
              ofClass.filter(({ a }) => a === cell.predicted).length,
              ofClass.filter(({ b }) => b === cell.predicted).length,
            ],
          })
        }
        const turned = differenceOf({ ...input, a: input.b, b: input.a }).cells
        expect(turned.map((cell) => -(cell.difference ?? 0) + 0)).toEqual(
          cells.map((cell) => (cell.difference ?? 0) + 0),
        )
        expect(turned.map(({ q }) => q)).toEqual(cells.map(({ q }) => q))
      }),
    )
  })
})

describe('pairedNewcombeInterval', () => {
  it('[ST40] gives the figures of Newcombe’s paper', () => {
    const rounded = (both: number, onlyA: number, onlyB: number, neither: number) =>
      pairedNewcombeInterval({ both, onlyA, onlyB, neither }).map((limit) => Number(limit.toFixed(4)))
    expect(rounded(36, 12, 2, 0)).toEqual([0.0569, 0.3404])
    expect(rounded(36, 14, 0, 0)).toEqual([0.1528, 0.4167])
  })

  it('[ST40] covers the true difference about 95 times in a hundred', () => {
    const [n, shares] = [24, [0.4, 0.25, 0.15, 0.2] as const]
    const logFactorial = Array.from({ length: n + 1 }, () => 0)
    for (let k = 1; k <= n; k++) logFactorial[k] = logFactorial[k - 1]! + Math.log(k)
    let covered = 0
    for (let both = 0; both <= n; both++) {
      for (let onlyA = 0; both + onlyA <= n; onlyA++) {
        for (let onlyB = 0; both + onlyA + onlyB <= n; onlyB++) {
          const counts = [both, onlyA, onlyB, n - both - onlyA - onlyB]
          const log = counts.reduce((sum, k, i) => sum + k * Math.log(shares[i]!) - logFactorial[k]!, logFactorial[n]!)
          const [low, high] = pairedNewcombeInterval({ both, onlyA, onlyB, neither: counts[3]! })
          const truth = shares[1] - shares[2]
          if (low <= truth && truth <= high) covered += Math.exp(log)
        }
      }
    }
    expect(covered).toBeGreaterThan(0.94)
    expect(covered).toBeLessThan(0.975)
  })
})
