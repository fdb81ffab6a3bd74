import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FoibleError } from '#core/errors.ts'
import { parseMistakes } from '#formats/labels-files/mistakes.ts'
import { parseMultiLabels } from '#formats/labels-files/multi-labels.ts'
import { parseReal } from '#formats/labels-files/real-labels.ts'

describe('label files', () => {
  it('[AD33] names ReaL’s entries by their place, and keeps those without a label', () => {
    expect([...parseReal([[65], [], [1, 999]])]).toEqual([
      ['ILSVRC2012_val_00000001.JPEG', [65]],
      ['ILSVRC2012_val_00000002.JPEG', []],
      ['ILSVRC2012_val_00000003.JPEG', [1, 999]],
    ])
    expect(parseReal(Array.from({ length: 50_000 }, () => [0])).has('ILSVRC2012_val_00050000.JPEG')).toBe(true)
    expect(() => parseReal(Array.from({ length: 50_001 }, () => [0]))).toThrow('50,000')
  })

  it('[AD34] reads multi-labels of which any part may be absent, and counts correct and unclear ones as accepted', () => {
    const { images, unknownWnids } = parseMultiLabels({
      initial_annots: {
        a: { correct: ['n01443537', 'n01440764'], wrong: ['n01484850'], unclear: ['n01440764', 'n00000001'] },
        b: {},
      },
      problematic_images: { b: { reason: 'two things', reviewer: 'x' }, c: {} },
      imagenet_m: ['a', 'd'],
    })
    expect(images.get('a')).toEqual({
      isReviewed: true,
      accepted: [0, 1],
      correct: [0, 1],
      wrong: [2],
      unclear: [0],
      problem: null,
      inImagenetM: true,
    })
    expect(images.get('b')).toMatchObject({ accepted: [], problem: 'two things', inImagenetM: false })
    expect(images.get('c')).toMatchObject({ problem: '' })
    expect(images.get('d')).toMatchObject({ isReviewed: false, accepted: [], problem: null, inImagenetM: true })
    expect(unknownWnids).toEqual(['n00000001'])
    expect(parseMultiLabels({ imagenet_m: ['e'] }).images.size).toBe(1)
  })

  it('[AD35] spells the kinds and severities of mistakes one way', () => {
    const kinds = (category: string | null) =>
      parseMistakes({ a: { top_prediction: 1, 'failure category': category } }).get('a')?.category
    expect(kinds('Fine-grained error')).toBe('Fine-grained')
    expect(kinds('Fine-grained error with OOV')).toBe('Fine-grained with OOV')
    expect(kinds('Fine-grained with OOV')).toBe('Fine-grained with OOV')
    expect(kinds('Spurious correlation')).toBe('Spurious Correlation')
    expect(kinds('Non-Prototypical ')).toBe('Non-prototypical')
    expect(kinds('Fine-grained with Multilabel Options')).toBe('Fine-grained with Multilabel Options')
    expect(kinds('Something new')).toBe('Something new')
    expect(kinds(null)).toBeNull()
    expect(parseMistakes({ a: { top_prediction: 192, 'failure severity': 'major' } }).get('a')).toEqual({
      topPrediction: 192,
      category: null,
      severity: 'Major',
    })
  })

  it('[AD36] are broken_file or read, whatever JSON they hold', () => {
    for (const parse of [parseReal, parseMultiLabels, parseMistakes]) {
      expect(() => parse({})).toThrow(FoibleError)
      fc.assert(
        fc.property(fc.jsonValue(), (json) => {
          try {
            parse(json)
          } catch (error) {
            expect(error).toMatchObject({ code: 'broken_file' })
          }
        }),
        { seed: 36, numRuns: 300 },
      )
    }
  })
})
