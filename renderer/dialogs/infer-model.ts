// What the infer dialog proposes, and what it asks of the engine. Pure.
import type { InferBy } from '#contract/infer.ts'
import type { DatasetSummary, FieldInfo } from '#contract/library.ts'
import { type VocabularyName, namedVocabularies, readWords, vocabularyNames } from '#core/infer/vocabulary.ts'

export interface InferChoice {
  readonly by: 'text' | 'examples'
  readonly model: string | null
  /** A named vocabulary, `words`, or `field:` with a field's name. */
  readonly vocabulary: string
  readonly text: string
  /** One template a line; empty: those that fit. */
  readonly templates: string
  readonly examples: string | null
  readonly run: string | null
  readonly neighbours: number
}

/** `background` where it is free, else `background_inferred` with a number if need be. */
export function freeName(wanted: string, fields: readonly Pick<FieldInfo, 'name'>[]): string {
  const taken = new Set(fields.map(({ name }) => name))
  if (!taken.has(wanted)) return wanted
  for (let number = 1; ; number++) {
    const name = `${wanted}_inferred${number === 1 ? '' : number}`
    if (!taken.has(name)) return name
  }
}

/** What the field would be called, by what is inferred. */
export function proposeName({ by, vocabulary, examples }: InferChoice, fields: readonly FieldInfo[]): string {
  const named: Readonly<Record<VocabularyName, string>> = {
    scenes: 'background',
    textures: 'texture',
    materials: 'material',
  }
  const name = vocabularyNames.find((known) => known === vocabulary)
  const own = vocabulary.startsWith('field:') ? vocabulary.slice('field:'.length) : 'value'
  return freeName(by === 'examples' ? (examples ?? 'value') : name === undefined ? own : named[name], fields)
}

/** Fields whose values are names, of which an image may have one. */
export function namedFields({ fields }: Pick<DatasetSummary, 'fields'>): readonly string[] {
  return fields
    .filter(({ kind, builtIn, values }) => !builtIn && (kind === 'category' || kind === 'boolean') && values > 1)
    .map(({ name }) => name)
}

/** Runs whose embeddings can be compared. */
export function embeddingRuns({ runs }: Pick<DatasetSummary, 'runs'>): readonly string[] {
  return runs.filter(({ kept }) => kept.some(({ kind }) => kind === 'embedding')).map(({ model }) => model)
}

/** null while something is still to be chosen. */
export function toRequest(choice: InferChoice): InferBy | null {
  const { by, model, vocabulary, text, templates, examples, run, neighbours } = choice
  if (by === 'examples') {
    return examples === null || run === null
      ? null
      : { kind: 'examples', examples, run, neighbours, withinClass: 'auto' }
  }
  if (model === null) return null
  const lines = templates.split('\n').map((line) => line.trim())
  const given = lines.filter((line) => line !== '')
  const rest = { kind: 'text', model, templates: given.length > 0 ? given : null, provider: 'auto' } as const
  const name = vocabularyNames.find((known) => known === vocabulary)
  if (name !== undefined) return { ...rest, vocabulary: { kind: 'named', name } }
  if (vocabulary.startsWith('field:')) {
    return { ...rest, vocabulary: { kind: 'field', field: vocabulary.slice('field:'.length) } }
  }
  const { words } = readWords(text)
  return words.length < 2 ? null : { ...rest, vocabulary: { kind: 'words', words: [...words] } }
}

/** The templates that are used where none are given. */
export function templatesOf(vocabulary: string, ofModel: readonly string[]): readonly string[] {
  const name = vocabularyNames.find((known) => known === vocabulary)
  return name === undefined ? ofModel : namedVocabularies[name].templates
}
