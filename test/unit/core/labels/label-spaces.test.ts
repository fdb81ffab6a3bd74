import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { imagenet1kClasses } from '#core/facts/imagenet-1k.ts'
import { findClasses } from '#core/labels/find-classes.ts'
import { judgeAnswers, unknownRank } from '#core/labels/judge-answers.ts'
import { type LabelDecision, mapClasses } from '#core/labels/map-classes.ts'
import { indexForProposals, proposeClasses } from '#core/labels/propose-classes.ts'
import { resolveLabelMap } from '#core/labels/resolve-label-map.ts'

const labels = imagenet1kClasses.map(({ names }) => names.join(', '))
const imagenet = { labels, labelSpace: 'imagenet-1k' as const }
const named = (...names: string[]) => names.map((name) => ({ name }))
const howOf = (names: string[], model: Parameters<typeof mapClasses>[1] = imagenet) =>
  mapClasses(named(...names), model).classes.map(({ ids, how }) => [...ids, how])

describe('mapClasses', () => {
  it('[LS1] lets decisions go before ids and names, also the decision that the model does not know the class', () => {
    const decisions = new Map<string, LabelDecision>([
      ['tench', { ids: [7], source: 'person' }],
      ['cup', { ids: [], source: 'file' }],
    ])
    const classes = [{ name: 'tench', acceptedIds: [0] }, ...named('cup', 'hen')]
    const { classes: mapped, unmapped } = mapClasses(classes, imagenet, decisions)
    expect(mapped.map(({ ids, how }) => [...ids, how])).toEqual([[7, 'person'], ['file'], [8, 'exact']])
    expect(unmapped).toEqual(['cup'])
  })

  it('[LS2] takes numbers for ids only where the whole list is ids', () => {
    expect(howOf(['207', '9', '0999'])).toEqual([
      [207, 'id'],
      [9, 'id'],
      [999, 'id'],
    ])
    expect(howOf(['7'])).toEqual([['none']])
    expect(howOf(['7', 'tench'])).toEqual([['none'], [0, 'synonym']])
    expect(howOf(['7', '1000'])).toEqual([['none'], ['none']])
    expect(howOf(['-1', '7'])).toEqual([['none'], ['none']])
  })

  it('[LS3] leaves the dataset’s own numbers, 0 to k - 1, and labels that are digits to names', () => {
    const digits = Array.from({ length: 10 }, (_, id) => String(id))
    expect(howOf(digits)).toEqual(digits.map(() => ['none']))
    const shuffled = { labels: digits.toReversed(), labelSpace: 'other' as const }
    expect(howOf(['3', '5'], shuffled)).toEqual([
      [6, 'exact'],
      [4, 'exact'],
    ])
    const words = { labels: ['red', 'green', 'blue'], labelSpace: 'other' as const }
    expect(howOf(['0', '1', '2'], words)).toEqual([
      [0, 'id'],
      [1, 'id'],
      [2, 'id'],
    ])
    expect(howOf(['0', '1'], words)).toEqual([['none'], ['none']])
  })

  it('[LS4] finds WordNet ids, alone or before a name, and in a model of some of ImageNet’s classes', () => {
    const known = [
      'n01440764',
      'n01443537-goldfish',
      'n01484850_great white shark',
      'n00000000',
      'n014407645',
      'an01440764',
    ]
    expect(howOf(known)).toEqual([[0, 'wnid'], [1, 'wnid'], [2, 'wnid'], ['none'], ['none'], ['none']])
    const some = { labels: ['goldfish', 'crane', 'tench, Tinca tinca'], labelSpace: 'other' as const }
    expect(howOf(['n01440764', 'n01443537', 'n01491361'], some)).toEqual([[2, 'wnid'], [0, 'wnid'], ['none']])
    const byWnid = { labels: ['n01443537', 'n01440764'], labelSpace: 'other' as const }
    expect(howOf(['n01440764'], byWnid)).toEqual([[1, 'exact']])
  })

  it('[LS5] finds every ImageNet class by its WordNet id, its labels and its first name, itself among what is accepted', () => {
    const spellings = [
      imagenet1kClasses.map(({ wnid }) => wnid),
      labels,
      imagenet1kClasses.map(({ names }) => names[0]!),
      imagenet1kClasses.map(({ names }) => names.at(-1)!.toUpperCase().replaceAll(' ', '_')),
    ]
    const [byWnid, ...byName] = spellings.map((names) => mapClasses(named(...names), imagenet).classes)
    for (const id of labels.keys()) {
      expect(byWnid![id]!.ids).toEqual([id])
      for (const mapped of byName) expect(mapped[id]!.ids.length).toBeGreaterThan(0)
      for (const mapped of byName.slice(0, 1)) expect(mapped[id]!.ids).toContain(id)
    }
  })

  it('[LS6] does not depend on the order of the dataset’s classes', () => {
    const some = fc.oneof(
      fc.constantFrom(...labels.flatMap((label) => label.split(', '))),
      fc.string(),
      fc.nat(1200).map(String),
    )
    fc.assert(
      fc.property(fc.uniqueArray(some, { maxLength: 8 }), (names) => {
        const forwards = mapClasses(named(...names), imagenet).classes
        const backwards = mapClasses(named(...names.toReversed()), imagenet).classes
        expect(backwards.toReversed()).toEqual(forwards)
      }),
      { seed: 5, numRuns: 25 },
    )
  })
})

describe('proposeClasses', () => {
  const index = indexForProposals(labels)
  const best = (name: string) => proposeClasses(name, index).map(({ id }) => labels[id]!.split(',')[0])

  it('[LS7] offers slips of the keyboard, other orders of words, plurals, and kinds of what is named', () => {
    expect(best('moustrap')[0]).toBe('mousetrap')
    expect(best('iPd')[0]).toBe('iPod')
    expect(best('mugs coffee')[0]).toBe('coffee mug')
    expect(best('bananas')[0]).toBe('banana')
    expect(best('binder_closed')[0]).toBe('binder')
    expect(best('bagpiper')).not.toContain('tench')
    for (const name of best('setter').slice(0, 3)) expect(name).toMatch(/setter/i)
    expect(proposeClasses('7', index)).toEqual([{ id: 7, score: 0.5 }])
    expect(proposeClasses('☃', index)).toEqual([])
    expect(proposeClasses('', index)).toEqual([])
  })

  it('[LS8] scores within 0..1, best first, without repeats, and a name of the model’s own first', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom(...labels)),
        fc.integer({ min: 1, max: 9 }),
        (name, limit) => {
          const proposals = proposeClasses(name, index, limit)
          expect(proposals.length).toBeLessThanOrEqual(limit)
          expect(new Set(proposals.map(({ id }) => id)).size).toBe(proposals.length)
          expect(proposals.every(({ score }) => score > 0 && score <= 1)).toBe(true)
          expect(proposals.toSorted((a, b) => b.score - a.score)).toEqual(proposals)
        },
      ),
      { seed: 6, numRuns: 300 },
    )
    for (const id of [0, 134, 517, 999]) {
      const [first] = proposeClasses(labels[id]!.split(',')[0]!, index)
      expect(first?.score).toBe(1)
    }
  })
})

describe('findClasses', () => {
  it('[LS9] finds by id, WordNet id and parts of names, nearest first', () => {
    expect(findClasses('7', imagenet, 3)[0]).toBe(7)
    expect(findClasses('n01440764', imagenet, 3)).toEqual([0])
    expect(findClasses('CRANE', imagenet, 2)).toEqual([134, 517])
    const cups = findClasses('cup', imagenet, 20).map((id) => labels[id]!)
    expect(cups[0]).toMatch(/(^|, )cup(,|$)/)
    expect(cups.every((label) => label.toLowerCase().includes('cup'))).toBe(true)
    expect(findClasses('', imagenet, 4)).toEqual([0, 1, 2, 3])
    expect(findClasses('no such thing', imagenet, 4)).toEqual([])
  })
})

describe('judgeAnswers', () => {
  const answers = [3, 1, 4].map((id, place) => ({ id, probability: 0.5 / (place + 1) }))

  it('[LS10] knows the rank among the kept answers, and says that it does not where there are few', () => {
    expect(judgeAnswers(answers, [4, 1])).toEqual({ rank: 2, confidence: 0.25 })
    expect(judgeAnswers(answers, [5])).toEqual({ rank: unknownRank, confidence: NaN })
    expect(judgeAnswers(answers, [])).toEqual({ rank: unknownRank, confidence: NaN })
    expect(judgeAnswers(answers, null)).toEqual({ rank: 0, confidence: NaN })
    const five = [3, 1, 4, 0, 2].map((id) => ({ id, probability: 0.1 }))
    expect(judgeAnswers(five, [7])).toEqual({ rank: 6, confidence: NaN })
  })
})

describe('resolveLabelMap', () => {
  const resolve = (map: Record<string, (number | string)[]>) =>
    [...resolveLabelMap(new Map(Object.entries(map)), imagenet)].map(([name, { ids, source }]) => [name, ids, source])

  it('[LS11] reads ids, digits, WordNet ids and names, and nothing as nothing', () => {
    expect(resolve({ a: [409, 530], b: ['3', '3'], c: ['n01440764', 'hen'], d: [], e: ['Tinca_Tinca'] })).toEqual([
      ['a', [409, 530], 'file'],
      ['b', [3], 'file'],
      ['c', [0, 8], 'file'],
      ['d', [], 'file'],
      ['e', [0], 'file'],
    ])
  })

  it('[LS12] names what the model does not have, with the nearest', () => {
    expect(() => resolve({ a: ['gold fisch'] })).toThrow(/“gold fisch”.*“goldfish”/)
    expect(() => resolve({ a: [1000] })).toThrow(/0 to 999/)
    expect(() => resolve({ a: [1.5] })).toThrow(/0 to 999/)
    expect(() => resolve({ a: [-1] })).toThrow(/0 to 999/)
  })
})
