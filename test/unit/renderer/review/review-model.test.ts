import { describe, expect, it } from 'vitest'
import type { InferredField, ReviewItem } from '#contract/infer.ts'
import {
  choicesOf,
  describeItem,
  findValues,
  progressSentence,
  stripPlaces,
  windowIds,
} from '../../../../renderer/review/review-model.ts'

const item: ReviewItem = {
  id: 7,
  fileName: 'a.jpg',
  value: 'lab',
  source: 'inferred',
  score: 0.5,
  margin: 0.125,
  candidates: ['sky', 'lab'],
}
const inferred: InferredField = {
  version: 1,
  field: 'place',
  model: 'clip',
  sha256: null,
  how: '',
  words: [],
  askedAt: '',
  samples: 1500,
  inferred: 1485,
  reviewed: 0,
  changed: 0,
  cleared: 0,
  open: 15,
  knownFields: [],
}

describe('the review', () => {
  it('[BG70] asks for the current sample with its neighbours, the same ones for most steps', () => {
    const ids = Uint32Array.from({ length: 100 }, (_, i) => i + 1)
    for (let at = 0; at < ids.length; at++) {
      const wanted = windowIds(ids, at)
      expect(wanted).toContain(ids[at])
      expect(wanted.length).toBeLessThanOrEqual(48)
    }
    expect(windowIds(ids, 32)).toEqual(windowIds(ids, 47))
    expect(windowIds(new Uint32Array(), 0)).toEqual([])
  })

  it('[BG71] shows a strip around the current sample that stays within the queue', () => {
    for (const [length, at] of [
      [100, 0],
      [100, 50],
      [100, 99],
      [4, 3],
      [1, 0],
    ] as const) {
      const places = stripPlaces(length, at, 9)
      expect(places).toContain(at)
      expect(places).toHaveLength(Math.min(9, length))
      expect(places[0]).toBeGreaterThanOrEqual(0)
      expect(places.at(-1)).toBeLessThan(length)
    }
  })

  it('[BG72] offers the model’s values in its order, whatever stands now', () => {
    expect(choicesOf(item)).toEqual([
      { value: 'sky', stands: false },
      { value: 'lab', stands: true },
    ])
  })

  it('[BG73] finds values that start as typed first, then those of which a word does', () => {
    const words = ['outdoor pool', 'pool table', 'carpool', 'lab']
    expect(findValues(words, 'POOL ', 5)).toEqual(['pool table', 'outdoor pool', 'carpool'])
    expect(findValues(words, '', 2)).toEqual(['outdoor pool', 'pool table'])
    expect(findValues(words, 'none', 5)).toEqual([])
  })

  it('[BG74] says how far the review is and reads each sample aloud', () => {
    expect(progressSentence(inferred)).toBe('Nobody has looked at these 1,485 values yet.')
    expect(progressSentence({ ...inferred, reviewed: 312, changed: 20, cleared: 2 })).toBe(
      '312 of 1,485 decided: 290 as the model said, 20 otherwise, 2 with none.',
    )
    expect(describeItem(item, 0, 3)).toBe('1 of 3: lab, score 50 %, margin 13 %')
    expect(describeItem({ ...item, value: null, source: 'person' }, 2, 3)).toBe('3 of 3: no value, decided')
  })
})
