import { describe, expect, it } from 'vitest'
import { formatFilter } from '../../../../main/core/filter/format.ts'
import { arrangeAccuracy } from '../../../../renderer/models/accuracy-model.ts'
import {
  changeBetween,
  changeFilter,
  changeSentence,
  kappaBetween,
  kappaWord,
  unanimousFilter,
} from '../../../../renderer/models/models-model.ts'

const comparison = {
  pairs: [{ a: 'lite0', b: 'lite2', kappa: 0.55, onlyA: 201, onlyB: 65, mcnemar: 1e-9 }],
}

describe('one model in the place of another', () => {
  it('[UB15] is the same change seen from either side', () => {
    expect(changeBetween(comparison, 'lite0', 'lite2')).toMatchObject({ fixed: 201, regressed: 65 })
    expect(changeBetween(comparison, 'lite2', 'lite0')).toMatchObject({ fixed: 65, regressed: 201 })
    expect(changeBetween(comparison, 'lite0', 'other')).toBeNull()
  })

  it('[UB15] is called better only where chance is no explanation', () => {
    const change = { from: 'a', to: 'b', fixed: 20, regressed: 5 }
    expect(changeSentence({ ...change, p: 0.003 })).toBe('b is better: 20 fixed, 5 regressed, McNemar p = .003.')
    expect(changeSentence({ ...change, p: 0.3 })).toContain('No difference that chance could not make')
    expect(changeSentence({ ...change, p: null })).toBe('a and b are right and wrong on the same images.')
  })

  it('[UB15] has filters for what it fixes', () => {
    expect(formatFilter(changeFilter('lite0', 'lite2'))).toBe('lite0.correct = false and lite2.correct = true')
  })
})

describe('agreement', () => {
  it('[UB16] is symmetric, and named after Landis and Koch', () => {
    expect(kappaBetween(comparison, 'lite2', 'lite0')).toBe(0.55)
    expect(kappaBetween(comparison, 'lite2', 'lite2')).toBeNull()
    expect([-0.1, 0.2, 0.21, 0.55, 0.8, 1].map(kappaWord)).toEqual([
      'less than by chance',
      'slight',
      'fair',
      'moderate',
      'substantial',
      'almost perfect',
    ])
  })

  it('[UB16] on a wrong label is a filter, for all labels or for one pair', () => {
    expect(formatFilter(unanimousFilter(['a', 'b'], 'label', null))).toBe('same_wrong_label(a, b)')
    expect(formatFilter(unanimousFilter(['a', 'b'], 'label', { truth: 'cat', predicted: 'dog' }))).toBe(
      'same_wrong_label(a, b) and label = cat and a.predicted = dog',
    )
  })
})

describe('a change on images that one of the two picked', () => {
  it('[UX12] is told without a verdict', () => {
    const change = { from: 'a', to: 'b', fixed: 118, regressed: 0, p: 1e-9 }
    const selection = { surrogates: ['a'], barred: ['a'], warning: '' }
    expect(changeSentence(change, null)).toContain('b is better')
    expect(changeSentence(change, selection)).toBe(
      '118 fixed, 0 regressed, of images picked by the answers of a: no test tells which of the two is better.',
    )
    expect(changeSentence(change, { ...selection, surrogates: ['c'] })).toContain('b is better')
  })
})

describe('accuracy by value', () => {
  const cell = (right: number, n: number) => ({ n, right, wilson: null })
  const table = {
    field: 'background',
    models: ['a', 'b'],
    selection: null,
    rows: [
      { value: 'easy', filter: null, cells: [cell(9, 10), cell(10, 10)] },
      { value: 'unseen', filter: null, cells: [cell(0, 0), cell(0, 0)] },
      { value: 'hard', filter: null, cells: [cell(1, 10), cell(8, 10)] },
    ],
  }

  it('[UB17] is worst first or most unlike first; what nobody judged comes last', () => {
    expect(arrangeAccuracy(table, 'worst', 10).rows.map(({ value }) => value)).toEqual(['hard', 'easy', 'unseen'])
    expect(arrangeAccuracy(table, 'spread', 10).rows.map(({ value }) => value)).toEqual(['hard', 'easy', 'unseen'])
    expect(arrangeAccuracy(table, 'value', 1)).toMatchObject({ rows: [{ value: 'easy' }], hidden: 2 })
  })

  it('[UX10] is not ordered by models from whose answers the images were picked', () => {
    const picked = {
      ...table,
      selection: { surrogates: ['b'], barred: ['b'], warning: '' },
      rows: [
        { value: 'a right', filter: null, cells: [cell(9, 10), cell(0, 10)] },
        { value: 'a wrong', filter: null, cells: [cell(1, 10), cell(9, 10)] },
      ],
    }
    expect(arrangeAccuracy(picked, 'worst', 10).rows.map(({ value }) => value)).toEqual(['a wrong', 'a right'])
    const all = { ...picked, selection: { ...picked.selection, barred: ['a', 'b'] } }
    expect(arrangeAccuracy(all, 'worst', 10).rows.map(({ value }) => value)).toEqual(['a right', 'a wrong'])
  })
})
