import { describe, expect, it } from 'vitest'
import { areSixteenClasses, categoriesOfIds, mapToSixteen, sixteenNames } from '#core/labels/map-sixteen.ts'

const nameOf = (ids: readonly number[]) => ids.map((id) => sixteenNames[id])
const categoryOf = (name: string, acceptedIds?: readonly number[]) => {
  const [mapped] = mapToSixteen([
    acceptedIds === undefined ? { name } : { name, acceptedIds },
    { name: 'violin' },
  ]).classes
  return nameOf(mapped!.ids)
}

describe('the 16 categories', () => {
  it('[ID5] finds a dataset’s class by the category’s name, and by the ImageNet class that belongs to one', () => {
    expect(categoryOf('bear')).toEqual(['bear'])
    expect(categoryOf('Elephant')).toEqual(['elephant'])
    expect(categoryOf('golden retriever')).toEqual(['dog'])
    expect(categoryOf('n02099601_golden_retriever')).toEqual(['dog'])
    expect(categoryOf('n02123045')).toEqual(['cat'])
    expect(categoryOf('violin')).toEqual([])
    expect(mapToSixteen([{ name: 'violin' }, { name: 'cat' }]).unmapped).toEqual(['violin'])
  })

  it('[ID6] lets accepted ids go before names, a decision before both, and ids outside of the categories say nothing', () => {
    expect(categoryOf('kitty', [281, 282])).toEqual(['cat'])
    // 530 and 409 are clocks, 0 is a tench.
    expect(categoryOf('alarm_clock', [409, 530, 0])).toEqual(['clock'])
    expect(categoryOf('cat', [0])).toEqual(['cat'])
    const decided = mapToSixteen([{ name: 'cat' }], new Map([['cat', { ids: [], source: 'person' }]]))
    expect(decided.classes[0]).toEqual({ ids: [], how: 'person', ambiguous: false })
    expect(nameOf(categoriesOfIds([404, 294, 295, 0]))).toEqual(['airplane', 'bear'])
  })

  it('[ID7] is told from other lists of classes by its names in their order', () => {
    expect(areSixteenClasses([...sixteenNames])).toBe(true)
    expect(areSixteenClasses(sixteenNames.toReversed())).toBe(false)
    expect(areSixteenClasses(sixteenNames.slice(1))).toBe(false)
  })
})
