import { describe, expect, it } from 'vitest'
import type { LabelMapRow } from '#contract/labels.ts'
import {
  arrangeClasses,
  howText,
  isDecided,
  needsLook,
  rowSentence,
  unmappedText,
} from '../../../../renderer/labels/labels-model.ts'

const cup = { id: 968, name: 'cup', synonyms: [] }
const row = (name: string, change: Partial<LabelMapRow> = {}): LabelMapRow => ({
  class: name,
  samples: 5,
  accepted: [cup],
  how: 'exact',
  ambiguous: false,
  proposals: [],
  ...change,
})
const none: Partial<LabelMapRow> = { how: 'none', accepted: [] }

describe('the review of classes', () => {
  it('[LS40] begins with what needs a look, the largest first, and ends with classes without samples', () => {
    const classes = [
      row('exact'),
      row('synonym', { how: 'synonym' }),
      row('absent', { ...none, samples: 0 }),
      row('normalised', { how: 'normalised' }),
      row('crane', { ambiguous: true }),
      row('few', { ...none, samples: 2 }),
      row('many', none),
      row('decided', { how: 'person', accepted: [] }),
    ]
    const names = arrangeClasses(classes).map((some) => some.class)
    expect(names).toEqual(['many', 'few', 'crane', 'normalised', 'synonym', 'decided', 'exact', 'absent'])
    expect(classes.filter(needsLook).map((some) => some.class)).toEqual(['crane', 'few', 'many'])
    expect(classes.filter(isDecided).map((some) => some.class)).toEqual(['decided'])
  })

  it('[LS41] says plainly what has no answer, and reads a class aloud with its answer or the nearest name', () => {
    const map = { labelSpace: 'imagenet-1k', classes: [row('a'), row('b', none)] }
    expect(unmappedText({ ...map, unmapped: { classes: 1, samples: 1 } })).toBe(
      '1 of 2 classes has no answer: 1 sample is not judged.',
    )
    expect(unmappedText({ ...map, unmapped: { classes: 2, samples: 1200 } })).toBe(
      '2 of 2 classes have no answer: 1,200 samples are not judged.',
    )
    expect(unmappedText({ ...map, unmapped: { classes: 0, samples: 0 } })).toBe('All 2 classes have an answer.')
    expect(howText({ how: 'synonym', ambiguous: true })).toBe('a synonym, of several classes')
    expect(rowSentence(row('mug'))).toBe('mug, 5 samples, same name, accepts cup')
    const proposed = row('cupp', { ...none, proposals: [{ ...cup, score: 0.75 }] })
    expect(rowSentence(proposed)).toBe('cupp, 5 samples, no answer, nothing accepted, proposed: cup')
    expect(rowSentence(row('x', none))).toBe('x, 5 samples, no answer, nothing accepted')
  })
})
