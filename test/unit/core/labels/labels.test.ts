import { describe, expect, it } from 'vitest'
import { displayName, mapClasses } from '#core/labels/map-classes.ts'
import { mergeAxis } from '#core/labels/merge-axis.ts'

const labels = [
  'tench, Tinca tinca',
  'crane',
  'crane',
  'tabby, tabby cat',
  'coffee mug',
  'cup',
  'screen, CRT screen',
  'window screen',
]
const model = { labels, labelSpace: 'imagenet-1k' as const }

describe('mapClasses', () => {
  it('[LB1] takes the accepted ids as they are where the model’s labels are ImageNet-1k', () => {
    const classes = [{ name: 'mug', acceptedIds: [5, 4, 5] }]
    expect(mapClasses(classes, model).classes[0]).toEqual({ ids: [4, 5], how: 'accepted-ids', ambiguous: false })
    expect(mapClasses(classes, { labels, labelSpace: 'other' }).unmapped).toEqual(['mug'])
  })

  it('[LB2] finds a class by its exact name, a synonym, or the name regardless of case and word breaks', () => {
    const names = ['cup', 'Tinca tinca', 'tench', 'Coffee_Mug', 'TABBY-CAT', 'ｃｕｐ', 'Tench, a fish', 'screen', 'dog']
    const { classes, unmapped } = mapClasses(
      names.map((name) => ({ name })),
      model,
    )
    expect(classes.map(({ ids, how }) => [...ids, how])).toEqual([
      [5, 'exact'],
      [0, 'synonym'],
      [0, 'synonym'],
      [4, 'normalised'],
      [3, 'normalised'],
      [5, 'normalised'],
      [0, 'normalised'],
      [6, 'synonym'],
      ['none'],
    ])
    expect(unmapped).toEqual(['dog'])
  })

  it('[LB3] accepts all of an ambiguous name’s classes, and says so', () => {
    expect(mapClasses([{ name: 'crane' }], model).classes[0]).toEqual({ ids: [1, 2], how: 'exact', ambiguous: true })
  })

  it('[LB4] shows a class under its first synonym', () => {
    expect(['tench, Tinca tinca', 'cup', ''].map(displayName)).toEqual(['tench', 'cup', ''])
  })
})

describe('mergeAxis', () => {
  it('[LB5] lays the model’s classes on the dataset’s, and others behind them under distinct names', () => {
    const { names, codeOfModelClass } = mergeAxis(['fish', 'cup'], [[0], [4, 5]], labels)
    expect([...codeOfModelClass]).toEqual([1, 3, 4, 5, 2, 2, 6, 7])
    expect(names).toEqual(['fish', 'cup', 'crane', 'crane (2)', 'tabby', 'screen', 'window screen'])
  })

  it('[LB6] keeps apart a model’s class that several of the dataset’s accept, and drops what is never predicted', () => {
    const { names, codeOfModelClass } = mergeAxis(['mug', 'cup'], [[4, 5], [5]], labels, new Set([4, 5]))
    expect([...codeOfModelClass]).toEqual([0, 0, 0, 0, 1, 3, 0, 0])
    expect(names).toEqual(['mug', 'cup', 'cup (5)'])
  })
})
