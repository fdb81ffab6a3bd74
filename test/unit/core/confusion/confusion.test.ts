import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bitsetOf, fullBitset } from '#core/columns/bitset.ts'
import { computeConfusion } from '#core/confusion/compute-confusion.ts'
import type { Confusion } from '#core/confusion/compute-confusion.ts'
import { countAt, rankConfusedPairs } from '#core/confusion/confused-pairs.ts'
import { differenceOfConfusions } from '#core/confusion/difference-of-confusions.ts'

/** Digits by row: truth, what the model said (0 nothing), and its verdict (0, 1 wrong, 2 right). */
function confusion(truth: string, predicted: string, correct: string, axisCount = 5): Confusion {
  return computeConfusion({
    rows: fullBitset(truth.length),
    truth: Uint16Array.from(truth, Number),
    classCount: 3,
    predicted: Uint16Array.from(predicted, Number),
    axisCount,
    correct: Uint8Array.from(correct, Number),
  })
}

function cellsOf({ truth, predicted, count }: Confusion): number[][] {
  return [...truth].map((code, cell) => [code, predicted[cell]!, count[cell]!])
}

describe('computeConfusion', () => {
  it('[CF1] counts cells of truth and prediction, in order, with the totals of both', () => {
    const result = confusion('1112233', '1224435', '2112121')
    // The second image of class 2 was called 4 and is right: another accepted label.
    expect(cellsOf(result)).toEqual(
      [
        [1, 1, 1],
        [1, 2, 2],
        [2, 2, 1],
        [2, 4, 1],
        [3, 3, 1],
        [3, 5, 1],
      ].sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]!),
    )
    expect([...result.truthTotals]).toEqual([0, 3, 2, 2])
    expect([...result.predictedTotals]).toEqual([0, 1, 3, 1, 1, 1])
    expect(result).toMatchObject({ n: 7, leftOut: 0 })
  })

  it('[CF2] lays a right answer on the diagonal, whichever accepted label it was', () => {
    expect(cellsOf(confusion('1', '5', '2'))).toEqual([[1, 1, 1]])
  })

  it('[CF3] leaves out images without a class or a prediction, and counts them', () => {
    const result = confusion('0123', '1102', '0201')
    expect(cellsOf(result)).toEqual([
      [1, 1, 1],
      [3, 2, 1],
    ])
    expect(result).toMatchObject({ n: 2, leftOut: 2 })
  })

  it('[CF4] counts the same in a full matrix and without one, and only rows of the set', () => {
    const row = fc.record({ truth: fc.nat(3), predicted: fc.nat(5), correct: fc.nat(2), picked: fc.boolean() })
    fc.assert(
      fc.property(fc.array(row, { maxLength: 60 }), (rows) => {
        const input = {
          rows: bitsetOf(
            [...rows.keys()].filter((index) => rows[index]?.picked),
            rows.length,
          ),
          truth: Uint8Array.from(rows, ({ truth }) => truth),
          classCount: 3,
          predicted: Uint32Array.from(rows, ({ predicted }) => predicted),
          correct: Uint8Array.from(rows, ({ correct }) => correct),
        }
        const dense = computeConfusion({ ...input, axisCount: 5 })
        const sparse = computeConfusion({ ...input, axisCount: 2_000_000 })
        expect(cellsOf(sparse)).toEqual(cellsOf(dense))
        const counted = rows.filter(
          ({ truth, predicted, correct, picked }) =>
            picked && truth > 0 && correct > 0 && (predicted > 0 || correct === 2),
        )
        for (const [truth, predicted, count] of cellsOf(dense)) {
          const own = counted.filter(
            (item) => item.truth === truth && (item.correct === 2 ? item.truth : item.predicted) === predicted,
          )
          expect(count).toBe(own.length)
        }
        expect(dense.n).toBe(counted.length)
      }),
      { seed: 4 },
    )
  })
})

describe('rankConfusedPairs', () => {
  it('[CF5] ranks the mistakes by count with their n, rate, interval, lift and the way back', () => {
    const result = confusion('1111222233', '1222211141', '2111211111')
    const [first, second] = rankConfusedPairs(result, 2)
    expect(first).toMatchObject({ truth: 1, predicted: 2, count: 3, n: 4, rate: 0.75, reverse: 3 })
    expect(first?.lift).toBeCloseTo(0.75 / 0.4, 12)
    expect(first?.wilson[0]).toBeLessThan(0.75)
    expect(second).toMatchObject({ truth: 2, predicted: 1, count: 3, reverse: 3 })
    expect(rankConfusedPairs(result, 99)).toHaveLength(4)
    expect(countAt(result, 3, 3)).toBe(0)
  })
})

describe('differenceOfConfusions', () => {
  const beach = confusion('1'.repeat(20) + '2', '2'.repeat(20) + '1', '1'.repeat(21))
  const clean = confusion('1'.repeat(20) + '3', '1'.repeat(19) + '21', '2'.repeat(19) + '11')

  it('[CF6] gives every cell’s difference of rates with Newcombe’s interval and an exact p', () => {
    const cells = differenceOfConfusions(beach, clean)
    expect(cells.map(({ truth, predicted }) => [truth, predicted])).toEqual([
      [1, 1],
      [1, 2],
      [2, 1],
      [3, 1],
    ])
    expect(cells[1]).toMatchObject({ countA: 20, nA: 20, countB: 1, nB: 20, difference: 0.95 })
    expect(cells[1]?.interval?.[0]).toBeGreaterThan(0.6)
    expect(cells[1]?.p).toBeLessThan(1e-8)
    expect(cells[1]?.q).toBeLessThan(1e-8)
    expect(cells[0]?.difference).toBe(-0.95)
  })

  it('[CF7] compares nothing where one side has no image of the class', () => {
    const [, , two, three] = differenceOfConfusions(beach, clean)
    expect(two).toMatchObject({ nB: 0, difference: null, interval: null, p: null, q: null })
    expect(three).toMatchObject({ nA: 0, difference: null })
  })

  it('[CF8] gives no q to cells that no counts could make a discovery', () => {
    const cells = differenceOfConfusions(confusion('111', '122', '211'), confusion('111', '111', '222'))
    expect(cells.every(({ p, q }) => p !== null && q === null)).toBe(true)
  })
})
