import { describe, expect, it } from 'vitest'
import { plainWords, wordKey } from '#core/infer/plain-words.ts'
import {
  checkTemplates,
  checkWords,
  distinctWords,
  maxWords,
  namedVocabularies,
  readWords,
  vocabularyNames,
} from '#core/infer/vocabulary.ts'
import type { FoibleError } from '#core/errors.ts'

const failure = (work: () => void) => {
  try {
    work()
  } catch (error) {
    return error as FoibleError
  }
  throw new Error('it succeeded')
}

describe('vocabularies', () => {
  it('[BG10] are ImageNet-D’s 468 scenes, 47 textures and 32 materials in plain words, with templates that fit', () => {
    expect(vocabularyNames.map((name) => namedVocabularies[name].words.length)).toEqual([468, 47, 32])
    expect(namedVocabularies.scenes.words).toEqual(expect.arrayContaining(['indoor bow window', 'living room']))
    expect(namedVocabularies.textures.words).toContain('polka-dotted')
    for (const name of vocabularyNames) {
      const { words, templates } = namedVocabularies[name]
      checkWords(words)
      checkTemplates(templates)
      expect(distinctWords(words).repeated).toBe(0)
      // Otherwise two values could not be told apart in a comparison.
      expect(new Set(words.map(wordKey)).size).toBe(words.length)
    }
  })

  it('[BG11] read a list of one value a line: blank lines, comments and what was said before are left out', () => {
    const read = readWords('\uFEFFbeach\r\n  forest \n\n# places\nBeach\nZu\u0308rich\nZürich\n')
    expect(read).toEqual({ words: ['beach', 'forest', 'Zürich'], repeated: 2 })
    expect(readWords('').words).toEqual([])
  })

  it('[BG12] refuse fewer than two values, too many, one that is a text, and templates without a place for the value', () => {
    expect(failure(() => checkWords(['beach'])).code).toBe('usage')
    expect(failure(() => checkWords(Array.from({ length: maxWords + 1 }, (_, i) => `w${i}`))).code).toBe('too_large')
    expect(failure(() => checkWords(['beach', 'x'.repeat(201)])).message).toMatch(/one value a line/)
    expect(failure(() => checkTemplates([])).code).toBe('usage')
    expect(failure(() => checkTemplates(['a photo'])).details).toEqual({ template: 'a photo' })
    expect(failure(() => checkTemplates(['{} and {}'])).code).toBe('usage')
    checkTemplates(['{}'])
  })

  it('[BG13] take names for the same that differ in case, marks and the place of a qualifier only', () => {
    expect(plainWords('forest-broadleaf-s')).toBe('broadleaf forest')
    expect(plainWords('polka-dotted')).toBe('polka-dotted')
    expect(plainWords('living_room')).toBe('living room')
    expect(wordKey('bow_window-indoor-s')).toBe(wordKey('Indoor bow window'))
    expect(wordKey('plastic-opaque')).toBe(wordKey('opaque plastic'))
    expect(wordKey('indoor pool')).not.toBe(wordKey('outdoor pool'))
    expect(wordKey('öl')).not.toBe(wordKey('ol'))
  })
})
