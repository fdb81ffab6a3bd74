import { describe, expect, it } from 'vitest'
import type { ImportedPrediction } from '#formats/dataset-reader.ts'
import { planPredictions } from '#formats/predictions/plan-predictions.ts'

type Told = ImportedPrediction | { readonly answer: string | number; readonly probability: number } | readonly number[]

function read(columns: Readonly<Record<string, readonly unknown[]>>, model: string | null = null) {
  const plan = planPredictions(Object.keys(columns), model)
  if (plan === null) return null
  const told: (Told | null)[] = []
  const rowCount = Object.values(columns)[0]!.length
  const table = { columns: new Map(Object.entries(columns).map(([name, cells]) => [name, [...cells]])), rowCount }
  const readRow = plan.open(table, {
    set: (row, prediction) => (told[row] = prediction),
    setAnswer: (row, answer, probability) => (told[row] = { answer, probability }),
    setScores: (row, scores) => (told[row] = Array.from(scores)),
  })
  for (let at = 0; at < rowCount; at++) if (!readRow(at, at)) told[at] = null
  return told
}

describe('prediction columns', () => {
  it('[SD5] reads ImageNet-X’s columns, with or without probabilities', () => {
    expect(
      read({
        file_name: ['a', 'b', 'c', 'd', 'e'],
        predicted_class: ['207', 'tench', ' ', 'na', 'N/A'],
        predicted_probability: ['0.5', '', '1', '1', '1'],
      }),
    ).toEqual([{ answer: '207', probability: 0.5 }, { answer: 'tench', probability: NaN }, null, null, null])
    expect(read({ predicted_class: [207, 3n, 1.5, null] })).toEqual([
      { answer: 207, probability: NaN },
      { answer: 3, probability: NaN },
      null,
      null,
    ])
  })

  it('[SD5] takes no percentage for a probability', () => {
    expect(read({ predicted_class: ['a', 'b'], predicted_probability: ['87.5', '-1'] })).toEqual([
      { answer: 'a', probability: NaN },
      { answer: 'b', probability: NaN },
    ])
  })

  it('[SD5] reads several answers of one cell, best first', () => {
    expect(read({ predicted_class: ['207;208'], predicted_probability: ['0.6;0.3'] })).toEqual([
      { classes: ['207', '208'], probabilities: [0.6, 0.3] },
    ])
  })

  it('[SD5] reads model-vs-human’s answers; an unanswered trial is no prediction', () => {
    expect(read({ subj: ['a', 'a'], object_response: ['cat', 'na'], imagename: ['x', 'y'] })).toEqual([
      { answer: 'cat', probability: NaN },
      null,
    ])
  })

  it('[SD5] reads lists of the best answers, and scores', () => {
    expect(read({ top_k_classes: [[3n, 1n], []], top_k_probabilities: [[0.5, 0.25], []] })).toEqual([
      { classes: [3, 1], probabilities: [0.5, 0.25] },
      null,
    ])
    expect(read({ logits: [Float32Array.of(1, 2), '[0.5, 1]', [1, NaN], null, 'x'] })).toEqual([
      [1, 2],
      [0.5, 1],
      null,
      null,
      null,
    ])
  })

  it('[KE72] takes answers that are named rather than scores whose classes are not', () => {
    expect(read({ logits: [[1, 2]], top_k_classes: [['a']], top_k_probabilities: [[0.5]] })).toEqual([
      { classes: ['a'], probabilities: [0.5] },
    ])
  })

  it('[SD5] reads Foible’s own columns of the model that is asked for', () => {
    const columns = { 'm:predicted_class': ['a'], 'n:predicted_class': ['b'] }
    expect(read(columns, 'n')).toEqual([{ classes: ['b'], probabilities: [null] }])
    expect(() => read(columns, 'other')).toThrow('predictions of m, n')
    expect(read({ file_name: ['a'], label: ['b'] })).toBe(null)
  })
})
