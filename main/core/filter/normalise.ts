// The one shape of expressions that mean the same: what the text can say, and nothing more.
import { everything } from './expr.ts'
import type { FilterExpr } from './expr.ts'

/**
 * Flattens nested `and` / `or`, unwraps those of one item, drops "everything" from conjunctions, and writes the
 * empty disjunction (nothing) as `not ()`. Matches the same samples; idempotent.
 */
export function normaliseFilter(expr: FilterExpr): FilterExpr {
  if (expr.kind === 'not') return { kind: 'not', item: normaliseFilter(expr.item) }
  if (expr.kind !== 'and' && expr.kind !== 'or') return expr
  const { kind } = expr
  const items = expr.items.map(normaliseFilter).flatMap((item) => (item.kind === kind ? item.items : [item]))
  const [first] = items
  if (kind === 'or' && items.some(isEverything)) return everything
  if (kind === 'or' && first === undefined) return { kind: 'not', item: everything }
  if (items.length === 1 && first !== undefined) return first
  return { kind, items }
}

/** True for the empty conjunction. */
export function isEverything(expr: FilterExpr): boolean {
  return expr.kind === 'and' && expr.items.length === 0
}
