// The rule of a mined set as a filter, so that it is looked at, saved and exported like any other.
import type { FilterExpr } from '../filter/expr.ts'

/** Images that every surrogate has judged and at least `threshold` of them fail on. */
export function minedFilter(surrogates: readonly string[], threshold: number): FilterExpr {
  if (threshold >= surrogates.length) return { kind: 'all_wrong', models: surrogates }
  const counts = Array.from({ length: surrogates.length - threshold + 1 }, (_, i) => threshold + i)
  const enough = counts.map((count): FilterExpr => ({ kind: 'exactly_wrong', count, models: surrogates }))
  const judged = surrogates.map((model): FilterExpr => ({
    kind: 'missing',
    path: { kind: 'run', model, property: 'correct' },
    missing: false,
  }))
  return { kind: 'and', items: [{ kind: 'or', items: enough }, ...judged] }
}
