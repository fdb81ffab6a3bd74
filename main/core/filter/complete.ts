// What may be typed next in the filter text. It asks the parser where it stopped and offers what would go on.
import type { Expected } from './expected.ts'
import { runProperties } from './expr.ts'
import type { CompanionKind, FilterVocabulary, Path } from './expr.ts'
import {
  builtInFields,
  callSignatures,
  formatName,
  formatPath,
  formatScalar,
  formatString,
  hasCompanions,
} from './names.ts'
import { findStop } from './parse.ts'
import { tokenize } from './tokens.ts'
import type { Token } from './tokens.ts'

export type CompletionKind =
  'field' | 'property' | 'model' | 'value' | 'tag' | 'view' | 'finding' | 'call' | 'keyword' | 'operator'

export interface CompletionOption {
  /** The text to put in place of what stands from `from` to the cursor, quoted where it has to be. */
  readonly label: string
  readonly kind: CompletionKind
  readonly detail?: string
}

const maxOptions = 50

/** Options for the place at `cursor` (UTF-16 offset); those that start with what is typed come first. */
export function completeFilter(
  text: string,
  cursor: number,
  vocabulary: FilterVocabulary,
): { readonly from: number; readonly options: readonly CompletionOption[] } {
  const tokens = tokenize(text.slice(0, cursor))
  const last = tokens.at(-2)
  const partial = last !== undefined && isPartial(last, cursor) ? last : null
  const from = partial?.start ?? cursor
  const before = partial === null ? tokens : [...tokens.slice(0, -2), endAt(from)]
  const stop = findStop(before, vocabulary)
  if (stop.token.kind !== 'end') return { from, options: [] }
  const typed = bare(text.slice(from, cursor))
  const options = stop.expected.flatMap((expected) => optionsFor(expected, { path: stop.path, typed }, vocabulary))
  return { from, options: rank(options, typed) }
}

function isPartial(token: Token, cursor: number): boolean {
  if (token.kind === 'broken') return true
  return token.end === cursor && (token.kind === 'name' || token.kind === 'string' || token.kind === 'number')
}

function endAt(position: number): Token {
  return { kind: 'end', start: position, end: position }
}

interface Place {
  /** The path whose value is due. */
  readonly path: Path | null
  readonly typed: string
}

function optionsFor(expected: Expected, { path, typed }: Place, vocabulary: FilterVocabulary): CompletionOption[] {
  switch (expected.kind) {
    case 'path':
      return pathOptions(vocabulary)
    case 'call':
      return Object.entries(callSignatures).map(([name, detail]) => ({ label: `${name}(`, kind: 'call', detail }))
    case 'model':
      return vocabulary.models.map((model) => ({ label: formatName(model), kind: 'model' }))
    case 'tag':
      return vocabulary.tags.map((tag) => ({ label: formatString(tag), kind: 'tag' }))
    case 'view':
      return vocabulary.views.map((view) => ({ label: formatString(view), kind: 'view' }))
    case 'finding':
      return vocabulary.findings.map((rule) => ({ label: formatString(rule), kind: 'finding' }))
    case 'value':
      return path === null ? [] : valueOptions(path, typed, vocabulary)
    case 'number':
    case 'end':
      return []
    case 'literal':
      return [literalOption(expected.text)]
  }
}

function literalOption(text: string): CompletionOption {
  const label = text === 'starts' ? 'starts with' : text
  return { label, kind: /^\w/.test(text) ? 'keyword' : 'operator' }
}

function pathOptions(vocabulary: FilterVocabulary): CompletionOption[] {
  const fields = [...new Set([...vocabulary.fields, ...builtInFields])]
  return [
    ...fields.map((name): CompletionOption => ({ label: formatName(name), kind: 'field' })),
    ...vocabulary.models.flatMap((model) =>
      runProperties.map((property): CompletionOption => ({
        label: formatPath({ kind: 'run', model, property }),
        kind: 'property',
      })),
    ),
    ...vocabulary.fields.filter(hasCompanions).map((field) => companionOption('source', field)),
    ...(vocabulary.inferredFields ?? []).flatMap((field) => [
      companionOption('score', field),
      companionOption('margin', field),
    ]),
  ]
}

function companionOption(kind: CompanionKind, field: string): CompletionOption {
  return { label: formatPath({ kind, field }), kind: 'field', detail: kind }
}

function valueOptions(path: Path, typed: string, vocabulary: FilterVocabulary): CompletionOption[] {
  const isFlag = path.kind === 'run' && (path.property === 'correct' || path.property === 'top5_correct')
  if (isFlag) return ['true', 'false'].map((label) => ({ label, kind: 'value' }))
  return vocabulary.valuesOf(path, typed).map((value) => ({ label: formatScalar(value), kind: 'value' }))
}

function rank(options: readonly CompletionOption[], typed: string): CompletionOption[] {
  const unique = [...new Map(options.map((option) => [option.label, option])).values()]
  const starting = unique.filter((option) => bare(option.label).startsWith(typed))
  const holding = typed === '' ? [] : unique.filter((option) => bare(option.label).indexOf(typed) > 0)
  return [...starting, ...holding].slice(0, maxOptions)
}

/** The text as one compares it: no quotes of any sort, no case. */
function bare(text: string): string {
  return text.replaceAll(/["`'‘’“”]/g, '').toLowerCase()
}
