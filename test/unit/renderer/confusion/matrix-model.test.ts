import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matrixAxes, orderClasses, transferAxes, type MatrixSource } from '../../../../renderer/confusion/axis-model.ts'
import { findCell } from '../../../../renderer/confusion/gather-cells.ts'
import { colorLevel, drawMatrix, type MatrixOptions } from '../../../../renderer/confusion/matrix-model.ts'
import { rasterise } from '../../../../renderer/confusion/rasterise.ts'
import { seriate, type ClassLinks } from '../../../../renderer/confusion/seriation.ts'

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
  refused: null,
  unjudged: { truth: [], predicted: [], count: [] },
}
/** Besides: 3 of b without a prediction, 2 of c not judged, one without a class called d, and one without either. */
const incomplete: MatrixSource = {
  ...source,
  unjudged: { truth: [1, 2, 4, 4], predicted: [4, 0, 3, 4], count: [3, 2, 1, 1] },
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
    expect(columns.at(-1)).toEqual({ kind: 'other', name: 'other (1)', members: [3] })
  })

  it('[UB20] keep the classes with most errors and put the others together', () => {
    const { rows, columns } = matrixAxes(source, { ...plain, top: 2 })
    expect(rows.map(({ name }) => name)).toEqual(['a', 'c', 'other (1)'])
    expect(columns.map(({ name }) => name)).toEqual(['a', 'c', 'other (2)'])
  })

  it('[CX5] have a row for what is not judged and for no class, and a column for no prediction', () => {
    const { rows, columns } = matrixAxes(incomplete, { ...plain, top: 2 })
    expect(rows.map(({ kind, name }) => [kind, name])).toEqual([
      ['class', 'a'],
      ['class', 'c'],
      ['other', 'other (1)'],
      ['unaccepted', 'not judged'],
      ['no class', 'no class'],
    ])
    expect(columns.map(({ kind }) => kind)).toEqual(['class', 'class', 'other', 'no prediction'])
    const refused: MatrixSource = {
      ...source,
      classes: [...source.classes, { name: 'own', ofDataset: false }],
      predicted: [0, 4, 1, 0, 2, 3],
      rowTotals: [9, 10, 8, 0, 0],
      refused: 4,
    }
    const drawn = matrixAxes(refused, { ...plain, foldOutside: true, top: 1 })
    expect(drawn.columns.map(({ kind }) => kind)).toEqual(['class', 'other', 'refused'])
  })

  it('[UB21] come by samples, or with classes that are confused next to each other', () => {
    expect(orderClasses(source, 'frequency', [0, 1, 2, 3])).toEqual([1, 0, 2, 3])
    const order = orderClasses(source, 'similarity', [0, 1, 2, 3])
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
      refused: null,
      unjudged: { truth: [0, 4], predicted: [4, 3], count: [5, 6] },
    }
    const folded: MatrixSource = {
      ...incomplete,
      classes: [...source.classes, { name: 'g', ofDataset: false }],
      predicted: [0, 2, 1, 0, 4, 3],
      rowTotals: [9, 10, 8, 0, 0],
      unjudged: { truth: [1, 2, 5, 5], predicted: [5, 0, 3, 5], count: [3, 2, 1, 1] },
    }
    const drawn = drawMatrix(other, options, transferAxes(folded, matrixAxes(folded, options), other))
    expect(cellsOf(drawn)).toEqual([
      [0, 3, 4],
      [2, 0, 3],
      [2, 4, 5],
      [4, 3, 6],
    ])
  })
})

function cellsOf({ cells }: ReturnType<typeof drawMatrix>): number[][] {
  return Array.from(cells.count, (count, cell) => [cells.row[cell] ?? -1, cells.column[cell] ?? -1, count])
}

describe('the cells of a matrix', () => {
  it('[UB23] lose nothing, whatever is folded', () => {
    const sum = (options: MatrixOptions, of: MatrixSource) =>
      cellsOf(drawMatrix(of, options)).reduce((total, [, , count]) => total + (count ?? 0), 0)
    for (const top of [null, 1, 2]) {
      for (const foldOutside of [false, true]) {
        expect(sum({ ...plain, top, foldOutside }, source)).toBe(27)
        expect(sum({ ...plain, top, foldOutside }, incomplete)).toBe(34)
      }
    }
  })

  it('[CX6] that are not judged change no share and no colour of those that are', () => {
    for (const scale of ['count', 'row', 'column'] as const) {
      const [bare, beside] = [source, incomplete].map((of) => drawMatrix(of, { ...plain, scale }))
      if (bare === undefined || beside === undefined) throw new Error('two were drawn')
      expect(beside.maxValue).toBe(bare.maxValue)
      for (const [cell, [row, column]] of cellsOf(bare).entries()) {
        const same = findCell(beside.cells, row ?? -1, column ?? -1)
        expect(beside.cells.value[same]).toBe(bare.cells.value[cell])
        expect(beside.cells.level[same]).toBe(bare.cells.level[cell])
      }
    }
    const { cells, rowTotals } = drawMatrix(incomplete, { ...plain, scale: 'row' })
    expect([...rowTotals]).toEqual([9, 10, 8, 2, 2])
    // Three of b's thirteen; one of the two without a class.
    expect(cells.value[findCell(cells, 1, 4)]).toBeCloseTo(3 / 13)
    expect(cells.value[findCell(cells, 4, 4)]).toBeCloseTo(1 / 2)
    const unanswered = drawMatrix(
      { ...incomplete, unjudged: { truth: [3], predicted: [4], count: [7] } },
      { ...plain, scale: 'row' },
    )
    expect(unanswered.rowTotals.at(-1)).toBe(0)
    expect(unanswered.cells.value[findCell(unanswered.cells, 3, 4)]).toBe(1)
  })

  it('[UB23] are shares of their row or column where asked for', () => {
    const cellOf = (scale: MatrixOptions['scale']) => {
      const { cells } = drawMatrix(source, { ...plain, scale })
      return cells.value[findCell(cells, 0, 2)]
    }
    expect(cellOf('count')).toBe(4)
    expect(cellOf('row')).toBeCloseTo(4 / 9)
    expect(cellOf('column')).toBeCloseTo(4 / 6)
  })

  it('[UB23] reach the strongest colour without the diagonal too', () => {
    const { cells, maxValue } = drawMatrix(source, { ...plain, hideDiagonal: true })
    expect(maxValue).toBe(6)
    expect([0, 1, 2].map((index) => cells.level[findCell(cells, index, index)])).toEqual([-1, -1, -1])
    expect(cells.level[findCell(cells, 2, 0)]).toBe(1)
    expect(cells.count[findCell(cells, 1, 1)]).toBe(9)
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

describe('cells smaller than a pixel', () => {
  it('[CX7] show the greatest shade that falls into it', () => {
    const picture = {
      row: Uint32Array.of(0, 1, 2, 3),
      column: Uint32Array.of(0, 1, 3, 3),
      shade: Uint8Array.of(1, 2, 0, 1),
      palette: [
        [9, 9, 9],
        [10, 20, 30],
        [40, 50, 60],
      ] as const,
    }
    const pixels = rasterise(picture, { cell: 0.5, left: 0, top: 0 }, 2, 2, 1)
    expect([...pixels]).toEqual([40, 50, 60, 255, 0, 0, 0, 0, 0, 0, 0, 0, 10, 20, 30, 255])
    expect([...rasterise(picture, { cell: 0.5, left: 2, top: 2 }, 1, 1, 1)]).toEqual([10, 20, 30, 255])
  })
})

function linksOf(pairs: readonly (readonly [number, number, number])[]): ClassLinks {
  return {
    a: Uint32Array.from(pairs, ([a]) => a),
    b: Uint32Array.from(pairs, ([, b]) => b),
    weight: Float64Array.from(pairs, ([, , weight]) => weight),
  }
}

describe('seriation', () => {
  it('[UB25] is a permutation for any links', () => {
    const size = fc.integer({ min: 0, max: 60 })
    const links = size.chain((n) => {
      const item = fc.nat(Math.max(0, n - 1))
      const weight = fc.constantFrom(0.1, 0.25, 1 / 3, 1)
      return fc.tuple(
        fc.constant(n),
        n < 2 ? fc.constant([]) : fc.array(fc.tuple(item, item, weight), { maxLength: 400 }),
      )
    })
    fc.assert(
      fc.property(links, ([n, pairs]) => {
        const order = seriate(linksOf(pairs.filter(([a, b]) => a !== b)), n)
        expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, index) => index))
      }),
      { seed: 1 },
    )
  })

  it('[UB25] finds the order of a chain that was shuffled', () => {
    const chain = [3, 0, 4, 1, 2]
    const pairs = chain.slice(1).map((b, index) => [chain[index] ?? 0, b, 1 / (index + 1)] as const)
    const found = seriate(linksOf(pairs), chain.length)
    expect([found.join(), found.toReversed().join()]).toContain(chain.join())
  })

  it('[CX8] orders tens of thousands of classes by the links that there are', () => {
    const [groups, size] = [4000, 5]
    const n = groups * size
    // Item i belongs to group i % groups; within a group all are linked, between groups some, faintly.
    const pairs = Array.from({ length: n }, (_, item) => item).flatMap((item) => [
      ...Array.from({ length: size - 1 }, (_, step) => [item, (item + (step + 1) * groups) % n, 1] as const),
      [item, (item * 7 + 3) % n, 0.01] as const,
    ])
    const order = seriate(linksOf(pairs.filter(([a, b]) => a !== b)), n)
    expect(new Set(order).size).toBe(n)
    const changes = order.filter((item, at) => at > 0 && (order[at - 1] ?? 0) % groups !== item % groups)
    expect(changes).toHaveLength(groups - 1)
  })
})
