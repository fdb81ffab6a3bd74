import { expect, it } from 'vitest'
import { describeNeighbours, runsWithEmbeddings } from '../../../../renderer/inspector/neighbours-model.ts'

const near = (similarity: number, correct: boolean | null) => ({ id: 1, similarity, label: null, correct })

it('[KE52] says how near the nearest are, and how many of those that are judged are wrong', () => {
  expect(describeNeighbours([near(0.934, true), near(0.9, null), near(0.81, false)])).toBe(
    'similarity 0.81 to 0.934, 1 of 2 wrong',
  )
  expect(describeNeighbours([near(0.5, null)])).toBe('similarity 0.5')
  expect(describeNeighbours([])).toBe('No other sample has an embedding.')
})

it('[KE53] offers the runs that keep the embedding of some sample', () => {
  const kept = (kind: 'logits' | 'embedding', samples: number) => [{ kind, samples, size: 4, bytes: 1 }]
  const runs = [
    { model: 'a', kept: kept('embedding', 3) },
    { model: 'b', kept: kept('embedding', 0) },
    { model: 'c', kept: kept('logits', 3) },
    { model: 'd', kept: [] },
  ]
  expect(runsWithEmbeddings(runs)).toEqual(['a'])
})
