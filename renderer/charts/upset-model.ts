// Which models fail together, as the columns of an UpSet strip.
import type { FilterExpr } from '#core/filter/expr.ts'

export interface FailingSubset {
  /** Names of the models that fail; empty = none does. */
  readonly failing: readonly string[]
  readonly count: number
  /** Of these, samples on which all of the failing models give the same wrong label; null where labels are not known. */
  readonly sameLabel: number | null
}

export interface UpsetColumn extends FailingSubset {
  readonly key: string
  /** "All 3 fail", "Only lite0 fails", "lite0 and lite1 fail", "None fails". */
  readonly title: string
  /** Of all samples, in [0, 1]. */
  readonly share: number
  /** One entry a model, in the models' order. */
  readonly fails: readonly boolean[]
}

export type UpsetOrder = 'count' | 'degree'

/**
 * At most `limit` columns of at least one sample, by count or by number of failing models, most first;
 * ties by the other measure, then by title. `rest` = samples in columns beyond the limit.
 */
export function upsetColumns(
  subsets: readonly FailingSubset[],
  models: readonly string[],
  order: UpsetOrder,
  limit: number,
): { readonly columns: readonly UpsetColumn[]; readonly rest: number } {
  const total = subsets.reduce((sum, subset) => sum + subset.count, 0)
  const columns = subsets
    .filter((subset) => subset.count > 0)
    .map((subset) => ({
      ...subset,
      key: subset.failing.join('\n'),
      title: subsetTitle(subset.failing, models),
      share: subset.count / total,
      fails: models.map((model) => subset.failing.includes(model)),
    }))
    .sort((a, b) => {
      const [byCount, byDegree] = [b.count - a.count, b.failing.length - a.failing.length]
      return (order === 'count' ? byCount || byDegree : byDegree || byCount) || a.title.localeCompare(b.title)
    })
  const rest = columns.slice(limit).reduce((sum, column) => sum + column.count, 0)
  return { columns: columns.slice(0, limit), rest }
}

/** Who fails, in words. */
export function subsetTitle(failing: readonly string[], models: readonly string[]): string {
  if (failing.length === 0) return models.length === 1 ? 'Right' : 'None fails'
  if (failing.length === models.length) return models.length === 1 ? 'Wrong' : `All ${models.length} fail`
  if (failing.length === 1) return `Only ${failing[0]} fails`
  return `${failing.slice(0, -1).join(', ')} and ${failing.at(-1)} fail`
}

/** The samples on which exactly these of the models fail and the others are right. */
export function subsetFilter(failing: readonly string[], models: readonly string[]): FilterExpr {
  return {
    kind: 'and',
    items: models.map((model) => ({
      kind: 'compare',
      path: { kind: 'run', model, property: 'correct' },
      op: '=',
      value: !failing.includes(model),
    })),
  }
}
