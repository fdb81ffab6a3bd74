import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PredictionAccumulator } from '#engine/imports/prediction-accumulator.ts'
import { type AnswerContext, resolveAnswers } from '#engine/imports/resolve-answers.ts'
import type { ImportedPrediction } from '#formats/dataset-reader.ts'

const answer = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constantFrom('a', 'b', '1'))
const prediction: fc.Arbitrary<ImportedPrediction> = fc
  .array(fc.tuple(answer, fc.option(fc.constantFrom(0.5, 0.25, 0))), { minLength: 1, maxLength: 7 })
  .map((pairs) => ({ classes: pairs.map(([name]) => name), probabilities: pairs.map(([, p]) => p) }))

describe('gathering predictions', () => {
  it('[SD6] gives back the best five answers of every row; of several the last one counts', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat({ max: 3000 }), prediction), { maxLength: 30 }), (sets) => {
        const gathered = new PredictionAccumulator()
        for (const [row, value] of sets) gathered.set(row, value)
        const last = new Map(sets)
        expect(gathered.count).toBe(last.size)
        for (const [row, { classes, probabilities }] of last) {
          const codes = Array.from({ length: 5 }, (_, k) => gathered.code(row, k)).filter((code) => code > 0)
          expect(codes.map((code) => gathered.answers[code - 1]!.answer)).toEqual(classes.slice(0, 5))
          codes.forEach((_, k) => expect(gathered.probability(row, k)).toBe(probabilities[k] ?? NaN))
        }
      }),
      { seed: 3, numRuns: 200 },
    )
  })
})

describe('what answers mean', () => {
  const nothing: AnswerContext = { declared: [], names: [], hasAcceptedIds: false, labelSpace: null }
  const resolve = (answers: readonly (string | number)[], context: Partial<AnswerContext> = {}) =>
    resolveAnswers(
      answers.map((name) => ({ answer: name, id: null })),
      { ...nothing, ...context },
    )

  it('[SD7] decides between ids and names by all answers together', () => {
    expect(resolve(['0', '207.0'])).toMatchObject({
      labelSpace: 'imagenet-1k',
      classes: [{ name: 'tench', labelId: 0 }, { labelId: 207 }],
    })
    expect(resolve(['0', 'cat'])).toMatchObject({
      labelSpace: 'own',
      classes: [{ name: '0', labelId: null }, { name: 'cat' }],
    })
    expect(resolve([5000])).toMatchObject({ labelSpace: 'own', classes: [{ name: '5000', labelId: 5000 }] })
  })

  it('[SD7] takes numbers for places in the dataset’s own list where they fit it and nothing speaks of ImageNet', () => {
    const declared = ['bird', 'cat', 'dog']
    const own = resolve(['2', '0'], { declared, names: declared })
    expect(own.labelSpace).toBe('own')
    expect(own.classes.map(({ name }) => name)).toEqual(['dog', 'bird', 'cat'])
    expect(resolve(['2', '0'], { declared, names: declared, hasAcceptedIds: true }).labelSpace).toBe('imagenet-1k')
    expect(resolve(['2', '9'], { declared, names: declared }).labelSpace).toBe('imagenet-1k')
  })

  it('[SD7] takes digits for names where the dataset’s classes are digits', () => {
    const names = ['0', '1', '2']
    expect(resolve(['2', '0'], { names })).toMatchObject({
      labelSpace: 'own',
      classes: [{ name: '2' }, { name: '0' }, { name: '1' }],
    })
  })

  it('[SD7] knows WordNet ids, and ImageNet’s names where samples have accepted ids', () => {
    expect(resolve(['n01440764', 'n01443537'])).toMatchObject({
      labelSpace: 'imagenet-1k',
      classes: [
        { name: 'tench', labelId: 0 },
        { name: 'goldfish', labelId: 1 },
      ],
    })
    expect(resolve(['goldfish'], { hasAcceptedIds: true })).toMatchObject({ labelSpace: 'imagenet-1k' })
    // “crane” is a bird and a machine: one name for two classes cannot be an id.
    expect(resolve(['goldfish', 'crane'], { hasAcceptedIds: true })).toMatchObject({ labelSpace: 'own' })
  })

  it('[SD8] counts the dataset’s classes as known to a model whose answers mostly are among them', () => {
    expect(resolve(['cat', 'Dog'], { names: ['cat', 'dog', 'bird'] }).classes.map(({ name }) => name)).toEqual([
      'cat',
      'Dog',
      'bird',
    ])
    expect(resolve(['cat', 'x', 'y'], { names: ['cat', 'bird'] }).classes.map(({ name }) => name)).toEqual([
      'cat',
      'x',
      'y',
    ])
  })
})
