// A path on its own, as `--field` and `--sort` take it.
import { syntaxError } from './expected.ts'
import type { FilterVocabulary, Path } from './expr.ts'
import { isKeyword } from './names.ts'
import { resolvePath } from './resolve-path.ts'
import { tokenize } from './tokens.ts'

/** Throws `filter_syntax` or `unknown_name` like the filter text does. */
export function parsePath(text: string, vocabulary?: FilterVocabulary): Path {
  const [token, next] = tokenize(text)
  if (token?.kind !== 'name' || next === undefined) throw syntaxError(token ?? endOf(text), [{ kind: 'path' }], text)
  const [only, second] = token.segments
  if (only !== undefined && second === undefined && !only.quoted && isKeyword(only.text.toLowerCase())) {
    throw syntaxError(token, [{ kind: 'path' }], text)
  }
  if (next.kind !== 'end') throw syntaxError(next, [{ kind: 'end' }], text)
  return resolvePath(token.segments, token.start, vocabulary)
}

function endOf(text: string) {
  return { kind: 'end', start: text.length, end: text.length } as const
}
