import { describe, expect, it } from 'vitest'
import { imagenet1kClasses } from '#core/facts/imagenet-1k.ts'
import { imagenetDClasses } from '#core/facts/imagenet-d.ts'
import { promptNames } from '#core/labels/prompt-names.ts'

describe('class names in a prompt', () => {
  it('[DE3] have blanks for underscores, and the words of what they are ids of', () => {
    expect(promptNames(['traffic_light', 'T-shirt', "jack-o'-lantern", 'n01440764', 'n01443537_goldfish'])).toEqual([
      'traffic light',
      'T-shirt',
      "jack-o'-lantern",
      'tench',
      'goldfish',
    ])
    expect(promptNames(['n99999999', '  ', '', 'Straße_ 1', 'cafe\u0301'])).toEqual([
      'n99999999',
      '  ',
      '',
      'Straße 1',
      'café',
    ])
  })

  it('[DE3] are those of ImageNet-D’s authors for its classes', () => {
    expect(promptNames(imagenetDClasses.map(({ folder }) => folder))).toEqual(
      imagenetDClasses.map(({ display }) => display),
    )
  })

  it('[DE4] differ where ImageNet has two classes of one name', () => {
    const names = promptNames(imagenet1kClasses.map(({ wnid }) => wnid))
    expect(names.filter((name) => name === 'maillot')).toHaveLength(1)
    const twice = names.filter((name, i) => names.indexOf(name) !== i)
    // Both cranes have no other name.
    expect(twice).toEqual(['crane'])
  })
})
