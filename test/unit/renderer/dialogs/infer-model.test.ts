import { describe, expect, it } from 'vitest'
import { namedVocabularies } from '#core/infer/vocabulary.ts'
import {
  type InferChoice,
  freeName,
  proposeName,
  templatesOf,
  toRequest,
} from '../../../../renderer/dialogs/infer-model.ts'

const choice: InferChoice = {
  by: 'text',
  model: 'clip',
  vocabulary: 'scenes',
  text: '',
  templates: '',
  examples: null,
  run: null,
  neighbours: 20,
}

describe('inferring a field', () => {
  it('[BG75] proposes a name that is free and says what is inferred', () => {
    const fields = ['background', 'background_inferred'].map((name) => ({ name }))
    expect(freeName('texture', fields)).toBe('texture')
    expect(freeName('background', fields)).toBe('background_inferred2')
    expect(proposeName({ ...choice, vocabulary: 'field:material' }, [])).toBe('material')
    expect(proposeName({ ...choice, vocabulary: 'words' }, [])).toBe('value')
    expect(proposeName({ ...choice, by: 'examples', examples: 'weather' }, [])).toBe('weather')
  })

  it('[BG76] asks for what was chosen, and for nothing while something is missing', () => {
    expect(toRequest(choice)).toEqual({
      kind: 'text',
      model: 'clip',
      vocabulary: { kind: 'named', name: 'scenes' },
      templates: null,
      provider: 'auto',
    })
    expect(toRequest({ ...choice, model: null })).toBeNull()
    expect(toRequest({ ...choice, vocabulary: 'words', text: 'one' })).toBeNull()
    expect(toRequest({ ...choice, vocabulary: 'words', text: 'one\n two ', templates: '\n in {} \n' })).toMatchObject({
      vocabulary: { kind: 'words', words: ['one', 'two'] },
      templates: ['in {}'],
    })
    expect(toRequest({ ...choice, vocabulary: 'field:a:b' })).toMatchObject({
      vocabulary: { kind: 'field', field: 'a:b' },
    })
    expect(toRequest({ ...choice, by: 'examples', examples: 'background' })).toBeNull()
    expect(toRequest({ ...choice, by: 'examples', examples: 'background', run: 'lite0' })).toMatchObject({
      kind: 'examples',
      withinClass: 'auto',
    })
  })

  it('[BG77] shows the templates that are used where none are given', () => {
    expect(templatesOf('scenes', ['a {}'])).toEqual(namedVocabularies.scenes.templates)
    expect(templatesOf('words', ['a {}'])).toEqual(['a {}'])
  })
})
