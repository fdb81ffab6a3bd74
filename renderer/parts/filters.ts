// Filters that several views build: a value of a path, its crossing with another, and failing under it. Pure.
import type { FieldInfo } from '#contract/library.ts'
import { fromClauses } from '#core/filter/clauses.ts'
import type { FilterExpr, Path, Scalar } from '#core/filter/expr.ts'

/** `path = value`; null is missing. */
export function valueFilter(path: Path, value: Scalar | null): FilterExpr {
  return value === null ? { kind: 'missing', path, missing: true } : { kind: 'compare', path, op: '=', value }
}

/** Samples that every one of these clauses holds for, and the filter. */
export function within(filter: FilterExpr, ...clauses: readonly FilterExpr[]): FilterExpr {
  return fromClauses([filter, ...clauses])
}

/** Samples on which at least one of the models is wrong. */
export function failingFilter(models: readonly string[]): FilterExpr {
  const [only] = models
  if (models.length === 1 && only !== undefined) {
    return { kind: 'compare', path: { kind: 'run', model: only, property: 'correct' }, op: '=', value: false }
  }
  return { kind: 'any_wrong', models }
}

/** A value of a crossing reads `a × b`; values that hold the sign themselves are split at its first place. */
export const crossSign = ' × '

export function crossFilter(
  first: Path,
  second: Path,
  value: string,
  fields: readonly Pick<FieldInfo, 'name' | 'kind'>[],
): FilterExpr {
  const at = value.indexOf(crossSign)
  const [a, b] = [value.slice(0, at), value.slice(at + crossSign.length)]
  return fromClauses([
    valueFilter(first, readValue(first, a, fields)),
    valueFilter(second, readValue(second, b, fields)),
  ])
}

/** A value as people see it. */
export function valueText(value: Scalar | null): string {
  return value === null ? 'missing' : String(value)
}

function readValue(path: Path, text: string, fields: readonly Pick<FieldInfo, 'name' | 'kind'>[]): Scalar {
  const field = path.kind === 'field' ? fields.find(({ name }) => name === path.name) : undefined
  return field?.kind === 'boolean' ? text === 'true' : text
}
