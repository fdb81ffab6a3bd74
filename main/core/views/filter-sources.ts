// What a filter asks the dataset for: fields, tags, findings, views and models. Pure.
import { assertNever } from '../errors.ts'
import type { FilterExpr, Path } from '../filter/expr.ts'

export interface FilterSources {
  /** Fields by name; of `score.x` and the like, x. */
  readonly fields: readonly string[]
  readonly tags: readonly string[]
  readonly findings: readonly string[]
  readonly views: readonly string[]
  readonly models: readonly string[]
}

/**
 * In order of appearance, those of the views that it names among them. `viewOf` gives a view's filter, null for one that is
 * gone; `otherModels` the models that `only_wrong` looks at beside its own.
 */
export function filterSources(
  filter: FilterExpr,
  viewOf: (name: string) => FilterExpr | null,
  otherModels: (model: string) => readonly string[],
): FilterSources {
  const fields = new Set<string>()
  const tags = new Set<string>()
  const findings = new Set<string>()
  const views = new Set<string>()
  const models = new Set<string>()
  visit(filter)
  return {
    fields: [...fields],
    tags: [...tags],
    findings: [...findings],
    views: [...views],
    models: [...models],
  }

  function visit(expr: FilterExpr): void {
    switch (expr.kind) {
      case 'and':
      case 'or':
        for (const item of expr.items) visit(item)
        return
      case 'not':
        return visit(expr.item)
      case 'compare':
      case 'in':
      case 'between':
      case 'missing':
        return addPath(expr.path)
      case 'tagged':
        tags.add(expr.tag)
        return
      case 'finding':
        findings.add(expr.rule)
        return
      case 'view': {
        if (views.has(expr.name)) return
        views.add(expr.name)
        const inner = viewOf(expr.name)
        if (inner !== null) visit(inner)
        return
      }
      case 'all_wrong':
      case 'any_wrong':
      case 'same_wrong_label':
      case 'exactly_wrong':
        return addModels(expr.models)
      case 'disagree':
        return addModels([expr.a, expr.b])
      case 'only_wrong':
        return addModels([expr.model, ...otherModels(expr.model)])
      case 'has_prediction':
        return addModels([expr.model])
      default:
        return assertNever(expr)
    }
  }

  function addPath(path: Path): void {
    if (path.kind === 'run') models.add(path.model)
    else fields.add(path.kind === 'field' ? path.name : path.field)
  }

  function addModels(names: readonly string[]): void {
    for (const name of names) models.add(name)
  }
}
