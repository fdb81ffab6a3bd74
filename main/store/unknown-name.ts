// The answer to a name that a dataset does not have.
import { FoibleError } from '#core/errors.ts'
import { nearestNames } from '#core/filter/nearest.ts'

/** Throws `unknown_name` with the nearest of the known names. */
export function unknownName(what: string, name: string, known: readonly string[]): never {
  const nearest = nearestNames(name, known)
  const hint = nearest.length > 0 ? ` Did you mean ${nearest.map((n) => `“${n}”`).join(' or ')}?` : ''
  throw new FoibleError('unknown_name', `There is no ${what} “${name}”.${hint}`, { name, nearest })
}
