import { describe, expect, it } from 'vitest'
import { formatFilter } from '../../../../main/core/filter/format.ts'
import type { AxisEntry, EntryKind } from '../../../../renderer/confusion/axis-model.ts'
import { cellFilter, filterTerms } from '../../../../renderer/confusion/confusion-filters.ts'
import {
  changedPairs,
  differenceAt,
  drawDifference,
  type DifferenceSource,
} from '../../../../renderer/confusion/difference-model.ts'
import { differencePicture } from '../../../../renderer/confusion/pictures.ts'

const classes = ['a', 'b', 'c'].map((name, id) => ({ name, ids: [id], ofDataset: true, answers: [`${name}, tree`] }))
/** a is compared 10 against 10, b 5 against 5, c has samples on one side only. */
const difference: DifferenceSource = {
  classes,
  refused: null,
  truth: Uint32Array.of(0, 0, 1, 1, 2),
  predicted: Uint32Array.of(1, 2, 0, 1, 1),
  counts: [Uint32Array.of(8, 2, 1, 4, 3), Uint32Array.of(2, 6, 1, 4, 0)],
  totals: [Uint32Array.of(10, 5, 3), Uint32Array.of(10, 5, 0)],
  both: null,
  q: Float64Array.of(0.3, 0.05, NaN, 0.9, NaN),
  tested: 3,
}
const options = { order: 'index', top: null, foldOutside: true, hideDiagonal: true } as const

describe('the difference of two matrices', () => {
  it('[UB28] draws sure cells above all others, and leaves out what cannot be compared', () => {
    const drawn = drawDifference(difference, options)
    expect(drawn.maxDifference).toBeCloseTo(0.6)
    expect([...drawn.cells.row].map((row, at) => [row, drawn.cells.column[at], drawn.cells.sure[at]])).toEqual([
      [0, 1, 0],
      [0, 2, 1],
      [1, 0, 0],
    ])
    expect(drawn.cells.level[1]).toBeCloseTo(-0.4 / 0.6)
    expect([differenceAt(drawn, 0, 2), differenceAt(drawn, 2, 1)]).toEqual([1, -1])
    const { shade, palette } = differencePicture(drawn, false)
    expect(shade[1]).toBeGreaterThan(Math.max(shade[0] ?? 0, shade[2] ?? 0))
    const isGrey = (at: number) => new Set(palette[shade[at] ?? 0]).size === 1
    expect([0, 1, 2].map(isGrey)).toEqual([true, false, true])
  })

  it('[UB28] ranks sure pairs first, then the greater change', () => {
    expect(changedPairs(difference, 10).map(({ truth, predicted }) => [truth, predicted])).toEqual([
      [0, 2],
      [0, 1],
    ])
    expect(changedPairs(difference, 1)).toHaveLength(1)
  })
})

describe('the samples behind a cell', () => {
  const outside = { name: 'd', ids: [9, 8], ofDataset: false, answers: ['d', 8] }
  const all = [...classes, outside, { name: 'own class', ids: [], ofDataset: false, answers: [] }]
  const terms = filterTerms(
    {
      truth: Uint32Array.of(0, 1),
      predicted: Uint32Array.of(0, 4),
      refused: 4,
      unjudged: { truth: [2, 5], predicted: [0, 1], count: [1, 1] },
    },
    { classes: all, classField: 'label', model: 'm' },
  )
  const entry = (kind: EntryKind, ...members: number[]): AxisEntry => ({ kind, name: '', members })
  const text = (row: AxisEntry | null, column: AxisEntry | null) => formatFilter(cellFilter(terms, row, column))

  it('[UB29] are right answers on the diagonal, and wrong ones by what was said', () => {
    expect(text(entry('class', 0), entry('class', 0))).toBe('label = a and m.correct = true')
    expect(text(entry('class', 0), entry('class', 1))).toBe(
      'label = a and m.correct = false and m.predicted = "b, tree"',
    )
    expect(text(entry('class', 0), entry('class', 3))).toBe('label = a and m.correct = false and m.predicted in (d, 8)')
    expect(text(entry('class', 0), null)).toBe('label = a')
    expect(text(entry('other', 0, 1), entry('class', 2))).toBe(
      'label in (a, b) and m.correct = false and m.predicted = "c, tree"',
    )
  })

  it('[CX9] are those without a class, a prediction or a verdict in the rows and the column of these', () => {
    expect(text(entry('no class'), null)).toBe('label is missing')
    expect(text(null, entry('no prediction'))).toBe('not has_prediction(m)')
    expect(text(entry('class', 1), entry('no prediction'))).toBe('label = b and not has_prediction(m)')
    expect(text(entry('no class'), entry('class', 1))).toBe('label is missing and m.predicted = "b, tree"')
    expect(text(entry('unaccepted'), null)).toBe('label is not missing and has_prediction(m) and m.correct is missing')
    expect(text(entry('class', 2), null)).toBe('label = c and not (has_prediction(m) and m.correct is missing)')
  })

  it('[CX9] are wrong answers of their own class where that is not accepted', () => {
    const expected = 'm.correct = false and label = b and m.predicted = "b, tree"'
    expect(text(entry('class', 1), entry('refused', 4))).toBe(expected)
    expect(text(null, entry('refused', 4))).toBe(expected)
  })
})
