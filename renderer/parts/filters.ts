// Filters that several views build: a value of a path, a row that is a range or a crossing, and failing under it. Pure.
import { clausesOf, fromClauses, withoutOwn } from '#core/filter/clauses.ts'
import type { FilterExpr, Path, Scalar } from '#core/filter/expr.ts'
import { formatFilter } from '#core/filter/format.ts'

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

/** Rows by value: numbers and ranges by where they begin, the rest as text. */
export function compareValues(a: ValueRow, b: ValueRow): number {
  const [x, y] = [rangeStart(a.filter), rangeStart(b.filter)]
  if (x !== null && y !== null && x !== y) return x - y
  return valueText(a.value).localeCompare(valueText(b.value), 'en', { numeric: true })
}

function rangeStart(filter: FilterExpr | null): number | null {
  if (filter?.kind === 'and') return filter.items.map(rangeStart).find((start) => start !== null) ?? null
  if (filter?.kind !== 'compare' || (filter.op !== '>=' && filter.op !== '=')) return null
  return typeof filter.value === 'number' ? filter.value : null
}

export interface ValueRow {
  readonly value: Scalar | null
  readonly filter: FilterExpr | null
}

/** What a row of a table means: what the engine says where that is not plainly `path = value`. */
export function rowFilter(path: Path, row: ValueRow) {
  return row.filter ?? valueFilter(path, row.value)
}

/** How a row that is a range or a crossing is shown: what the filter says of the paths is the row, or all but it. */
export function rowState(filter: FilterExpr, paths: readonly Path[], row: FilterExpr) {
  const own = formatFilter(fromClauses(splitOwn(filter, paths).own))
  if (own === formatFilter(fromClauses([row]))) return 'included'
  return own === formatFilter(fromClauses([{ kind: 'not', item: row }])) ? 'excluded' : 'neutral'
}

/** What a click on it does: the row takes the place of what the filter said of the paths; again, and it goes. */
export function toggleRow(
  filter: FilterExpr,
  paths: readonly Path[],
  row: FilterExpr,
  options: { readonly exclude?: boolean } = {},
): FilterExpr {
  const exclude = options.exclude === true
  const { rest } = splitOwn(filter, paths)
  if (rowState(filter, paths, row) === (exclude ? 'excluded' : 'included')) return fromClauses(rest)
  return fromClauses([...rest, exclude ? { kind: 'not', item: row } : row])
}

function splitOwn(filter: FilterExpr, paths: readonly Path[]) {
  const rest = clausesOf(paths.reduce(withoutOwn, filter))
  const texts = rest.map(formatFilter)
  return { rest, own: clausesOf(filter).filter((clause) => !texts.includes(formatFilter(clause))) }
}

/** A value as people see it. */
export function valueText(value: Scalar | null): string {
  return value === null ? 'missing' : String(value)
}
