import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  colorLevel,
  drawMatrix,
  matrixAxes,
  orderClasses,
  transferAxes,
  type MatrixOptions,
  type MatrixSource,
} from '../../../../renderer/confusion/matrix-model.ts'
import { seriate } from '../../../../renderer/confusion/seriation.ts'

const plain: MatrixOptions = {
  order: 'index',
  top: null,
  foldOutside: false,
  hideDiagonal: false,
  scale: 'count',
  log: false,
}
/** a and c are taken for each other; d is an answer outside the dataset. */
const source: MatrixSource = {
  classes: ['a', 'b', 'c', 'd'].map((name) => ({ name, ofDataset: name !== 'd' })),
  truth: [0, 0, 1, 2, 2, 1],
  predicted: [0, 2, 1, 0, 2, 3],
  count: [5, 4, 9, 6, 2, 1],
  rowTotals: [9, 10, 8, 0],
}

describe('the axes of a matrix', () => {
  it('[UB20] have rows for classes with samples and columns for every answer', () => {
    const { rows, columns } = matrixAxes(source, plain)
    expect(rows.map(({ name }) => name)).toEqual(['a', 'b', 'c'])
    expect(columns.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd'])
  })

  it('[UB20] fold answers outside the dataset into one column', () => {
    const { rows, columns } = matrixAxes(source, { ...plain, foldOutside: true })
    expect(rows).toHaveLength(3)
    expect(columns.at(-1)).toEqual({ name: 'other (1)', members: [3] })
  })

  it('[UB20] keep the classes with most errors and put the others together', () => {
    const { rows, columns } = matrixAxes(source, { ...plain, top: 2 })
    expect(rows.map(({ name }) => name)).toEqual(['a', 'c', 'other (1)'])
    expect(columns.map(({ name }) => name)).toEqual(['a', 'c', 'other (2)'])
  })

  it('[UB21] come by samples, or with classes that are confused next to each other', () => {
    expect(orderClasses(source, 'frequency')).toEqual([1, 0, 2, 3])
    const order = orderClasses(source, 'similarity')
    expect(order.toSorted()).toEqual([0, 1, 2, 3])
    expect(Math.abs(order.indexOf(0) - order.indexOf(2))).toBe(1)
  })

  it('[UB22] lay another matrix out alike, by the names of its classes', () => {
    const options = { ...plain, foldOutside: true }
    const other: MatrixSource = {
      classes: ['c', 'a', 'e', 'f'].map((name) => ({ name, ofDataset: name < 'd' })),
      truth: [0, 1],
      predicted: [1, 2],
      count: [3, 4],
      rowTotals: [3, 4, 0, 0],
    }
    const folded: MatrixSource = {
      ...source,
      classes: [...source.classes, { name: 'g', ofDataset: false }],
      predicted: [0, 2, 1, 0, 4, 3],
      rowTotals: [9, 10, 8, 0, 0],
    }
    const drawn = drawMatrix(other, options, transferAxes(folded, matrixAxes(folded, options), other))
    expect(drawn.cells.map(({ row, column, count }) => [row, column, count])).toEqual([
      [2, 0, 3],
      [0, 3, 4],
    ])
  })
})

describe('the cells of a matrix', () => {
  it('[UB23] lose nothing, whatever is folded', () => {
    for (const top of [null, 1, 2]) {
      const { cells } = drawMatrix(source, { ...plain, top })
      expect(cells.reduce((sum, { count }) => sum + count, 0)).toBe(27)
    }
  })

  it('[UB23] are shares of their row or column where asked for', () => {
    const cellOf = (scale: MatrixOptions['scale']) =>
      drawMatrix(source, { ...plain, scale }).cells.find(({ row, column }) => row === 0 && column === 2)?.value
    expect(cellOf('count')).toBe(4)
    expect(cellOf('row')).toBeCloseTo(4 / 9)
    expect(cellOf('column')).toBeCloseTo(4 / 6)
  })

  it('[UB23] reach the strongest colour without the diagonal too', () => {
    const { cells, maxValue } = drawMatrix(source, { ...plain, hideDiagonal: true })
    expect(cells.every(({ diagonal }) => !diagonal)).toBe(true)
    expect(maxValue).toBe(6)
    expect(cells.at(-1)?.level).toBe(1)
  })

  it('[UB24] grow with their value on either colour scale', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(1000), fc.boolean(), (a, b, log) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)]
        const level = (value: number) => colorLevel(value, 1000, { scale: 'count', log })
        expect(level(low)).toBeLessThanOrEqual(level(high))
        expect(level(1000)).toBe(1)
      }),
      { seed: 1 },
    )
    expect(colorLevel(0, 0, { scale: 'row', log: true })).toBe(0)
  })
})

describe('seriation', () => {
  it('[UB25] is a permutation for any similarity', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 12 }),
        fc.infiniteStream(fc.float({ min: 0, max: 1, noNaN: true })),
        (n, values) => {
          const similarity = new Float32Array(n * n)
          for (let a = 0; a < n; a += 1) {
            for (let b = 0; b < a; b += 1) {
              const value = values.next().value
              similarity[a * n + b] = value
              similarity[b * n + a] = value
            }
          }
          expect(seriate(similarity, n).toSorted((a, b) => a - b)).toEqual(
            Array.from({ length: n }, (_, index) => index),
          )
        },
      ),
      { seed: 1 },
    )
  })

  it('[UB25] finds the order of a chain that was shuffled', () => {
    const chain = [3, 0, 4, 1, 2]
    const n = chain.length
    const similarity = new Float32Array(n * n)
    chain.slice(1).forEach((b, index) => {
      const a = chain[index] ?? 0
      similarity[a * n + b] = 1 / (index + 1)
      similarity[b * n + a] = 1 / (index + 1)
    })
    const found = seriate(similarity, n)
    expect([found.join(), found.toReversed().join()]).toContain(chain.join())
  })
})
