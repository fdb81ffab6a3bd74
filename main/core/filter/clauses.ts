// The filter as chips: its top-level conjuncts, and what a click on a facet's value does to them.
import { assertNever } from '../errors.ts'
import type { FilterExpr, Path, Scalar } from './expr.ts'
import { samePath } from './names.ts'
import { normaliseFilter } from './normalise.ts'

/** The conjuncts that make up the filter; none for everything. */
export function clausesOf(expr: FilterExpr): readonly FilterExpr[] {
  const normal = normaliseFilter(expr)
  return normal.kind === 'and' ? normal.items : [normal]
}

/** The conjunction of the clauses. */
export function fromClauses(clauses: readonly FilterExpr[]): FilterExpr {
  return normaliseFilter({ kind: 'and', items: clauses })
}

/** Every distinct path an expression compares, in order of appearance. Calls have none: they name models or tags. */
export function pathsOf(expr: FilterExpr): readonly Path[] {
  const paths: Path[] = []
  visitLeaves(expr, (leaf) => {
    if ('path' in leaf && !paths.some((path) => samePath(path, leaf.path))) paths.push(leaf.path)
  })
  return paths
}

/** The filter without the conjuncts that speak of this path alone: what a facet counts under. */
export function withoutOwn(expr: FilterExpr, path: Path): FilterExpr {
  return fromClauses(clausesOf(expr).filter((clause) => !speaksOnlyOf(clause, path)))
}

/** How a facet shows a value: picked, barred, or neither. */
export function valueState(expr: FilterExpr, path: Path, value: Scalar | null): 'included' | 'excluded' | 'neutral' {
  const { included, excluded } = readChoice(expr, path)
  if (included.includes(value)) return 'included'
  return excluded.includes(value) ? 'excluded' : 'neutral'
}

/**
 * What clicking a facet's value does: adds `path = v`; with others picked, `path in (..)`; again, takes it away.
 * With `exclude` (alt-click) the same for `path != v`. A value that is picked the other way changes sides.
 * `null` is the row of missing values (`is missing`, `is not missing`).
 */
export function toggleValue(
  expr: FilterExpr,
  path: Path,
  value: Scalar | null,
  options: { readonly exclude?: boolean } = {},
): FilterExpr {
  const { included, excluded, rest } = readChoice(expr, path)
  const [own, other] = options.exclude === true ? [excluded, included] : [included, excluded]
  const toggled = own.includes(value) ? own.filter((item) => item !== value) : [...own, value]
  const left = other.filter((item) => item !== value)
  // Leaving a choice of several is enough: `in (a, b)` without a already bars a.
  const moved = left.length < other.length && left.length > 0 ? own : toggled
  const [nowIncluded, nowExcluded] = options.exclude === true ? [left, moved] : [moved, left]
  return fromClauses([...rest, ...includeClause(path, nowIncluded), ...excludeClauses(path, nowExcluded)])
}

interface Choice {
  readonly included: readonly (Scalar | null)[]
  readonly excluded: readonly (Scalar | null)[]
  readonly rest: readonly FilterExpr[]
}

function readChoice(expr: FilterExpr, path: Path): Choice {
  const included: (Scalar | null)[] = []
  const excluded: (Scalar | null)[] = []
  const rest: FilterExpr[] = []
  for (const clause of clausesOf(expr)) {
    const wanted = included.length === 0 ? includedBy(clause, path) : null
    const barred = excludedBy(clause, path)
    if (wanted !== null) included.push(...wanted)
    else if (barred !== null) excluded.push(...barred)
    else rest.push(clause)
  }
  return { included, excluded, rest }
}

function includedBy(clause: FilterExpr, path: Path): readonly (Scalar | null)[] | null {
  if (clause.kind === 'or') {
    const parts = clause.items.map((item) => (item.kind === 'or' ? null : includedBy(item, path)))
    return parts.some((part) => part === null) ? null : parts.flatMap((part) => part ?? [])
  }
  if (!('path' in clause) || !samePath(clause.path, path)) return null
  if (clause.kind === 'compare') return clause.op === '=' ? [clause.value] : null
  if (clause.kind === 'in') return clause.values.length > 0 ? clause.values : null
  return clause.kind === 'missing' && clause.missing ? [null] : null
}

function excludedBy(clause: FilterExpr, path: Path): readonly (Scalar | null)[] | null {
  if (clause.kind === 'not' && clause.item.kind === 'in' && samePath(clause.item.path, path)) return clause.item.values
  if (!('path' in clause) || !samePath(clause.path, path)) return null
  if (clause.kind === 'compare') return clause.op === '!=' ? [clause.value] : null
  return clause.kind === 'missing' && !clause.missing ? [null] : null
}

function includeClause(path: Path, values: readonly (Scalar | null)[]): FilterExpr[] {
  if (values.length === 0) return []
  const present = values.filter((value) => value !== null)
  const items: FilterExpr[] = []
  const [only] = present
  if (present.length === 1 && only !== undefined) items.push({ kind: 'compare', path, op: '=', value: only })
  if (present.length > 1) items.push({ kind: 'in', path, values: present })
  if (present.length < values.length) items.push({ kind: 'missing', path, missing: true })
  return [{ kind: 'or', items }]
}

/** One conjunct a value, so that each chip goes away by itself. */
function excludeClauses(path: Path, values: readonly (Scalar | null)[]): FilterExpr[] {
  return values.map((value) =>
    value === null ? { kind: 'missing', path, missing: false } : { kind: 'compare', path, op: '!=', value },
  )
}

/** A clause without any leaf, such as `not ()`, speaks of nothing. */
function speaksOnlyOf(clause: FilterExpr, path: Path): boolean {
  let own = 0
  let others = 0
  visitLeaves(clause, (leaf) => {
    if ('path' in leaf && samePath(leaf.path, path)) own += 1
    else others += 1
  })
  return own > 0 && others === 0
}

type Leaf = Exclude<FilterExpr, { readonly kind: 'and' | 'or' | 'not' }>

function visitLeaves(expr: FilterExpr, visit: (leaf: Leaf) => void): void {
  switch (expr.kind) {
    case 'and':
    case 'or':
      for (const item of expr.items) visitLeaves(item, visit)
      return
    case 'not':
      visitLeaves(expr.item, visit)
      return
    case 'compare':
    case 'in':
    case 'between':
    case 'missing':
    case 'tagged':
    case 'view':
    case 'finding':
    case 'all_wrong':
    case 'any_wrong':
    case 'same_wrong_label':
    case 'exactly_wrong':
    case 'disagree':
    case 'only_wrong':
    case 'has_prediction':
      visit(expr)
      return
    default:
      assertNever(expr)
  }
}

/** The values of a path that clauses ask for or exclude by name. */
export function namedValues(filter: FilterExpr, path: Path): readonly Scalar[] {
  return clausesOf(filter).flatMap((clause) => {
    const inner = clause.kind === 'not' ? clause.item : clause
    if (inner.kind === 'compare' && samePath(inner.path, path) && (inner.op === '=' || inner.op === '!='))
      return [inner.value]
    return inner.kind === 'in' && samePath(inner.path, path) ? inner.values : []
  })
}
