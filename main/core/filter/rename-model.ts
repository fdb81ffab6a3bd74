// A filter, or the text of a path, after a model's run has got another name. Pure.
import { type FilterExpr, type Path, runProperties } from './expr.ts'
import { formatPath } from './names.ts'

/** The same rule about the same run: every mention of `from` becomes one of `to`. */
export function renameModel(expr: FilterExpr, from: string, to: string): FilterExpr {
  const renamed = (name: string) => (name === from ? to : name)
  const path = (of: Path): Path => (of.kind === 'run' ? { ...of, model: renamed(of.model) } : of)
  switch (expr.kind) {
    case 'and':
    case 'or':
      return { ...expr, items: expr.items.map((item) => renameModel(item, from, to)) }
    case 'not':
      return { ...expr, item: renameModel(expr.item, from, to) }
    case 'compare':
    case 'in':
    case 'between':
    case 'missing':
      return { ...expr, path: path(expr.path) }
    case 'all_wrong':
    case 'any_wrong':
    case 'same_wrong_label':
    case 'exactly_wrong':
      return { ...expr, models: expr.models.map(renamed) }
    case 'disagree':
      return { ...expr, a: renamed(expr.a), b: renamed(expr.b) }
    case 'only_wrong':
    case 'has_prediction':
      return { ...expr, model: renamed(expr.model) }
    case 'tagged':
    case 'view':
    case 'finding':
      return expr
  }
}

/** A path as `formatPath` writes it, such as what a view is sorted by. */
export function renameModelInPath(text: string, from: string, to: string): string {
  const property = runProperties.find((known) => text === formatPath({ kind: 'run', model: from, property: known }))
  return property === undefined ? text : formatPath({ kind: 'run', model: to, property })
}
