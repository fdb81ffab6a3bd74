import { describe, expect, it } from 'vitest'
import { areChunkNames, areNuisanceNames, findNameCollisions } from '#core/lint/label-rules.ts'

describe('class names', () => {
  it('[LI9] are folders of chunks only where all of them are numbered', () => {
    expect(areChunkNames(['data_0', 'data_1', 'data_48'])).toBe(true)
    expect(areChunkNames(['chunk-7'])).toBe(true)
    expect(areChunkNames(['data_0', 'cat'])).toBe(false)
    expect(areChunkNames(['0', '1', '2'])).toBe(false)
    expect(areChunkNames(['data', 'part'])).toBe(false)
    expect(areChunkNames([])).toBe(false)
  })

  it('[LI9] are kinds of nuisance only where all of several are', () => {
    expect(areNuisanceNames(['background', 'material', 'texture'])).toBe(true)
    expect(areNuisanceNames(['gaussian_noise', 'Motion Blur', 'fog'])).toBe(true)
    expect(areNuisanceNames(['background', 'cat'])).toBe(false)
    expect(areNuisanceNames(['snow'])).toBe(false)
    expect(areNuisanceNames([])).toBe(false)
  })

  it('[LI9] collide where they differ in case, width or the signs between words', () => {
    expect(findNameCollisions(['T-shirt', 'cat', 't_shirt', 'T  Shirt', 'Ｃat', 'tshirt'])).toEqual([
      ['T-shirt', 't_shirt', 'T  Shirt'],
      ['cat', 'Ｃat'],
    ])
    expect(findNameCollisions(['a', 'b'])).toEqual([])
  })
})
