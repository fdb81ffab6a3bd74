// What could have stood where filter text cannot be read, and the errors that say so.
import { FoibleError } from '../errors.ts'
import type { Token } from './tokens.ts'

/** What may stand at a place: a kind of name or value, or a literal word or mark. */
export type Expected =
  | { readonly kind: 'end' | 'path' | 'call' | 'value' | 'number' | 'model' | 'tag' | 'view' | 'finding' }
  | { readonly kind: 'literal'; readonly text: string }

/** The error for a place where parsing stopped. */
export function syntaxError(token: Token, expected: readonly Expected[], text: string): FoibleError {
  if (token.kind === 'broken') {
    return filterSyntax(token.position, token.expected, `“${text.slice(token.position, token.end)}”`)
  }
  const found = token.kind === 'end' ? 'the end' : `“${text.slice(token.start, token.end)}”`
  return filterSyntax(token.start, describeExpected(expected), found)
}

/** `filter_syntax` at a UTF-16 offset. */
export function filterSyntax(position: number, expected: string, found: string): FoibleError {
  const message = `The filter cannot be read from character ${position + 1} on: expected ${expected}, found ${found}.`
  return new FoibleError('filter_syntax', message, { position, expected })
}

const phrases = {
  end: 'the end',
  path: 'a field or a model’s property',
  call: 'a call such as tagged("name")',
  value: 'a value (text with other than letters, digits, _ - / goes in double quotes)',
  number: 'a number',
  model: 'a model',
  tag: 'a tag in double quotes',
  view: 'a saved view in double quotes',
  finding: 'a finding’s rule in double quotes',
} as const

function describeExpected(expected: readonly Expected[]): string {
  const names = expected.map((item) => (item.kind === 'literal' ? `“${item.text}”` : phrases[item.kind]))
  const unique = [...new Set(names)]
  return unique.length === 1 ? unique.join('') : `${unique.slice(0, -1).join(', ')} or ${unique.at(-1)}`
}
