import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bitsetOf, fullBitset } from '#core/columns/bitset.ts'
import { computeConfusion } from '#core/confusion/compute-confusion.ts'
import type { Confusion, ConfusionCells } from '#core/confusion/compute-confusion.ts'
import { countAt, rankConfusedPairs } from '#core/confusion/confused-pairs.ts'
import { cellDifference, type CellDifferences } from '#core/confusion/cell-differences.ts'
import { differenceOfConfusions } from '#core/confusion/difference-of-confusions.ts'
import { selectBest } from '#core/confusion/select-best.ts'
import { benjaminiHochberg } from '#core/statistics/benjamini-hochberg.ts'
import { compareProportions } from '#core/statistics/hypergeometric.ts'
import { newcombeInterval } from '#core/statistics/newcombe.ts'

/** Digits by row: truth, what the model said (0 nothing), and its verdict (0, 1 wrong, 2 right). */
function confusion(truth: string, predicted: string, correct: string, axisCount = 5): Confusion {
  return computeConfusion({
    rows: fullBitset(truth.length),
    truth: Uint16Array.from(truth, Number),
    classCount: 3,
    predicted: Uint16Array.from(predicted, Number),
    axisOf: Uint32Array.from({ length: axisCount + 1 }, (_, place) => place),
    axisCount,
    correct: Uint8Array.from(correct, Number),
  })
}

function cellsOf({ truth, predicted, count }: ConfusionCells): number[][] {
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
    expect([...result.predictedTotals]).toEqual([0, 1, 3, 1, 1, 1, 0])
    expect(result).toMatchObject({ n: 7, right: 3 })
    expect(cellsOf(result.unjudged)).toEqual([])
  })

  it('[CF2] lays a right answer on the diagonal, whichever accepted label it was', () => {
    expect(cellsOf(confusion('1', '5', '2'))).toEqual([[1, 1, 1]])
  })

  it('[CX1] keeps off the diagonal what names the class of an image that does not accept it', () => {
    const result = confusion('112', '112', '212')
    expect(cellsOf(result)).toEqual([
      [1, 1, 1],
      [1, 6, 1],
      [2, 2, 1],
    ])
    expect(result).toMatchObject({ n: 3, right: 2 })
    expect(result.predictedTotals[6]).toBe(1)
  })

  it('[CF3] counts images without a class, a prediction or a verdict by themselves', () => {
    const result = confusion('01233', '11025', '02010')
    expect(cellsOf(result)).toEqual([
      [1, 1, 1],
      [3, 2, 1],
    ])
    expect(result.n).toBe(2)
    expect(cellsOf(result.unjudged)).toEqual([
      [0, 1, 1],
      [2, 0, 1],
      [3, 5, 1],
    ])
  })

  it('[CF4] equals a count image by image, in a full matrix and without one, over the rows of the set', () => {
    const row = fc.record({ truth: fc.nat(3), answer: fc.nat(5), verdict: fc.nat(2), picked: fc.boolean() })
    const places = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 5, maxLength: 5 })
    fc.assert(
      fc.property(fc.array(row, { maxLength: 80 }), places, (rows, placesOfAnswers) => {
        const input = {
          rows: bitsetOf(
            [...rows.keys()].filter((index) => rows[index]?.picked),
            rows.length,
          ),
          truth: Uint8Array.from(rows, ({ truth }) => truth),
          classCount: 3,
          predicted: Uint32Array.from(rows, ({ answer }) => answer),
          axisOf: Uint32Array.from([0, ...placesOfAnswers]),
          correct: Uint8Array.from(rows, ({ verdict }) => verdict),
        }
        for (const axisCount of [5, 2000]) {
          const [judged, unjudged] = countSlowly(rows, placesOfAnswers, axisCount)
          const result = computeConfusion({ ...input, axisCount })
          expect(asRecord(result)).toEqual(judged)
          expect(asRecord(result.unjudged)).toEqual(unjudged)
          const picked = rows.filter((item) => item.picked)
          const sum = (counts: Uint32Array) => counts.reduce((total, count) => total + count, 0)
          expect(result.n + sum(result.unjudged.count)).toBe(picked.length)
          expect(sum(result.truthTotals)).toBe(result.n)
          expect(sum(result.predictedTotals)).toBe(result.n)
          expect(cellsOf(result)).toEqual(cellsOf(result).toSorted((a, b) => a[0]! - b[0]! || a[1]! - b[1]!))
        }
      }),
      { seed: 4 },
    )
  })

  it('[CX2] counts a million images over tens of thousands of classes by the images, not by the classes squared', () => {
    const [images, classes] = [1_000_000, 21_841]
    const truth = Uint16Array.from({ length: images }, (_, row) => 1 + (row % classes))
    const predicted = truth.map((code, row) => (row % 3 === 0 ? 1 + ((code * 7 + row) % classes) : code))
    const result = computeConfusion({
      rows: fullBitset(images),
      truth,
      classCount: classes,
      predicted,
      axisOf: Uint32Array.from({ length: classes + 1 }, (_, place) => place),
      axisCount: classes,
      correct: Uint8Array.from(predicted, (code, row) => (code === truth[row] ? 2 : 1)),
    })
    expect(result.n).toBe(images)
    const expected = new Map<number, number>()
    predicted.forEach((code, row) => {
      const key = truth[row]! * 30_000 + code
      expected.set(key, (expected.get(key) ?? 0) + 1)
    })
    expect(result.count).toHaveLength(expected.size)
    const differing = [...result.count.keys()].filter(
      (cell) => expected.get(result.truth[cell]! * 30_000 + result.predicted[cell]!) !== result.count[cell],
    )
    expect(differing).toEqual([])
  })
})

interface Row {
  readonly truth: number
  readonly answer: number
  readonly verdict: number
  readonly picked: boolean
}

/** Judged cells, then the others, by "truth predicted". */
function countSlowly(rows: readonly Row[], places: readonly number[], axisCount: number) {
  const [judged, unjudged]: Record<string, number>[] = [{}, {}]
  for (const { truth, answer, verdict, picked } of rows) {
    if (!picked) continue
    const place = answer === 0 ? 0 : places[answer - 1]!
    const isJudged = truth > 0 && answer > 0 && verdict > 0
    const refused = place === truth ? axisCount + 1 : place
    const key = `${truth} ${isJudged ? (verdict === 2 ? truth : refused) : place}`
    const counts = isJudged ? judged! : unjudged!
    counts[key] = (counts[key] ?? 0) + 1
  }
  return [judged, unjudged] as const
}

function asRecord(cells: ConfusionCells): Record<string, number> {
  return Object.fromEntries(cellsOf(cells).map(([truth, predicted, count]) => [`${truth} ${predicted}`, count!]))
}

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

  const cellsOfDifference = (differences: CellDifferences) =>
    Array.from(differences.truth, (_, cell) => cellDifference(differences, cell))

  it('[CF6] gives every cell’s difference of rates with Newcombe’s interval and a q of the exact mid-p', () => {
    const differences = differenceOfConfusions(beach, clean)
    const cells = cellsOfDifference(differences)
    expect(cells.map(({ truth, predicted }) => [truth, predicted])).toEqual([
      [1, 1],
      [1, 2],
      [2, 1],
      [3, 1],
    ])
    expect(cells[1]).toMatchObject({ counts: [20, 1], n: [20, 20], difference: 0.95 })
    expect(cells[1]?.interval).toEqual(newcombeInterval(20, 20, 1, 20))
    const p = [compareProportions(0, 20, 19, 20).midP, compareProportions(20, 20, 1, 20).midP]
    expect([cells[0]?.q, cells[1]?.q]).toEqual([...benjaminiHochberg(p)])
    expect(differences.tested).toBe(2)
    expect(cells[0]?.difference).toBe(-0.95)
  })

  it('[CF7] compares nothing where one side has no image of the class', () => {
    const [, , two, three] = cellsOfDifference(differenceOfConfusions(beach, clean))
    expect(two).toMatchObject({ n: [1, 0], difference: null, interval: null, q: null })
    expect(three).toMatchObject({ n: [0, 1], difference: null })
  })

  it('[CF8] gives no q to cells that no counts could make a discovery', () => {
    const differences = differenceOfConfusions(confusion('111', '122', '211'), confusion('111', '111', '222'))
    expect(differences.tested).toBe(0)
    expect(cellsOfDifference(differences).every(({ difference, q }) => difference !== null && q === null)).toBe(true)
  })

  it('[CX3] has the cells of both sides, each with its counts, and differences that cancel out in every class', () => {
    const side = fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 5 })), { maxLength: 40 })
    const confusionOf = (rows: readonly (readonly [number, number])[]) =>
      confusion(
        rows.map(([truth]) => truth).join(''),
        rows.map(([, said]) => said).join(''),
        rows.map(([truth, said]) => (truth === said ? 2 : 1)).join(''),
      )
    fc.assert(
      fc.property(side, side, (one, two) => {
        const cells = cellsOfDifference(differenceOfConfusions(confusionOf(one), confusionOf(two)))
        const countIn = (rows: readonly (readonly [number, number])[], truth: number, predicted: number) =>
          rows.filter(([actual, said]) => actual === truth && said === predicted).length
        const changes = [0, 0, 0, 0]
        for (const { truth, predicted, counts, difference } of cells) {
          expect(counts).toEqual([countIn(one, truth, predicted), countIn(two, truth, predicted)])
          changes[truth]! += difference ?? 0
        }
        for (const change of changes) expect(change).toBeCloseTo(0, 9)
        const distinct = new Set([...one, ...two].map((pair) => pair.join()))
        expect(cells).toHaveLength(distinct.size)
      }),
      { seed: 5 },
    )
  })
})

describe('selectBest', () => {
  it('[CX4] is the beginning of the sorted whole, ties by number', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(6), { maxLength: 60 }), fc.nat(12), (values, limit) => {
        const wanted = [...values.keys()].filter((item) => values[item] !== 0)
        const compare = (a: number, b: number) => values[b]! - values[a]!
        expect(selectBest(values.length, limit, (item) => values[item] !== 0, compare)).toEqual(
          wanted.toSorted((a, b) => compare(a, b) || a - b).slice(0, limit),
        )
      }),
      { seed: 6 },
    )
  })
})
