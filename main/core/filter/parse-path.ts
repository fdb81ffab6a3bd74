// A path on its own, as `--field` and `--sort` take it.
import { FoibleError } from '../errors.ts'
import type { FilterVocabulary, Path } from './expr.ts'
import { parseFilter } from './parse.ts'

/** Throws `filter_syntax` or `unknown_name` like the filter text does. */
export function parsePath(text: string, vocabulary?: FilterVocabulary): Path {
  const expr = parseFilter(`${text} is missing`, vocabulary)
  if (expr.kind !== 'missing') {
    throw new FoibleError('filter_syntax', `“${text}” is not the name of a field or of a model's property.`, {
      position: 0,
    })
  }
  return expr.path
}
