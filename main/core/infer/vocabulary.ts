// The words that images are tagged with, and the sentences that put them to a dual encoder. Pure.
import { FoibleError } from '../errors.ts'
import { imagenetDMaterials, imagenetDScenes, imagenetDTextures } from '../facts/imagenet-d-vocabulary.ts'

export const maxWords = 10_000
export const maxTemplates = 100
const maxWordLength = 200

export const vocabularyNames = ['scenes', 'textures', 'materials'] as const
export type VocabularyName = (typeof vocabularyNames)[number]

export interface NamedVocabulary {
  readonly words: readonly string[]
  readonly templates: readonly string[]
}

/** ImageNet-D's own, with the sentences that fit them. */
export const namedVocabularies: Readonly<Record<VocabularyName, NamedVocabulary>> = {
  scenes: { words: imagenetDScenes, templates: ['a photo in a {}.', 'a photo with a {} in the background.'] },
  textures: { words: imagenetDTextures, templates: ['a photo of something {}.', 'a {} texture.'] },
  materials: { words: imagenetDMaterials, templates: ['a photo of something made of {}.', 'a {} surface.'] },
}

/** For words of which nothing is known. */
export const plainTemplates: readonly string[] = ['a photo of a {}.', '{}']

/** One word or phrase a line; empty lines and lines that begin with # are left out, and so is what was said before. */
export function readWords(text: string): { readonly words: readonly string[]; readonly repeated: number } {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)
  const named = lines.map((line) => line.normalize('NFC').trim()).filter((line) => line !== '' && !line.startsWith('#'))
  return distinctWords(named)
}

/** Without repetitions, which may differ in case: the first spelling stands. */
export function distinctWords(named: readonly string[]): { readonly words: string[]; readonly repeated: number } {
  const byKey = new Map<string, string>()
  for (const word of named) {
    const key = word.toLowerCase()
    if (!byKey.has(key)) byKey.set(key, word)
  }
  return { words: [...byKey.values()], repeated: named.length - byKey.size }
}

/** Throws `usage` for fewer than two words or words of no use, `too_large` for too many. */
export function checkWords(words: readonly string[]): void {
  if (words.length < 2) {
    const message = 'A vocabulary has at least two values to choose from, one a line.'
    throw new FoibleError('usage', message, { words: words.length })
  }
  if (words.length > maxWords) {
    const message = `The vocabulary has ${words.length.toLocaleString('en-US')} values; at most ${maxWords.toLocaleString('en-US')} can be told apart.`
    throw new FoibleError('too_large', message, { words: words.length })
  }
  const long = words.find((word) => word.length > maxWordLength)
  if (long === undefined) return
  const message = `“${long}” is too long for a value: at most ${maxWordLength} characters. Is the list one value a line?`
  throw new FoibleError('too_large', message, { length: long.length })
}

/** Throws `usage` where a template has no place, or more than one, for the value. */
export function checkTemplates(templates: readonly string[]): void {
  if (templates.length === 0 || templates.length > maxTemplates) {
    throw new FoibleError('usage', `Give 1 to ${maxTemplates} templates, such as “a photo in a {}”.`, {})
  }
  const odd = templates.find((template) => template.split('{}').length !== 2)
  if (odd === undefined) return
  const message = `The template “${odd}” needs {} once, where the value goes: “a photo in a {}”.`
  throw new FoibleError('usage', message, { template: odd })
}
