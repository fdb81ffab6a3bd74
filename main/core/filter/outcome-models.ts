// Which models' answers a filter picks images by: on such a mined set their rates say how the set was made.
import { assertNever } from '../errors.ts'
import type { FilterExpr, Path, RunProperty } from './expr.ts'

/** Properties that tell whether a model was right. */
const outcomes: ReadonlySet<RunProperty> = new Set(['correct', 'top5_correct', 'truth_rank', 'truth_confidence'])

export interface OutcomeSource {
  view(name: string): FilterExpr
  otherModels(model: string): readonly string[]
  /** Models by whose outcomes the samples were picked that carry the tag. */
  taggedBy(tag: string): readonly string[]
}

/**
 * Names of the models whose outcomes decide whether an image passes, in order of appearance; those of the views and tags that the
 * filter names are among them. Whether a model has judged an image is no outcome. A view within itself is followed once.
 */
export function outcomeModels(expr: FilterExpr, source: OutcomeSource): readonly string[] {
  const models = new Set<string>()
  const openViews = new Set<string>()
  visit(expr)
  return [...models]

  function visit(item: FilterExpr): void {
    switch (item.kind) {
      case 'and':
      case 'or':
        for (const part of item.items) visit(part)
        return
      case 'not':
        return visit(item.item)
      case 'compare':
      case 'in':
      case 'between':
        return addPath(item.path)
      case 'view':
        if (openViews.has(item.name)) return
        openViews.add(item.name)
        return visit(source.view(item.name))
      case 'all_wrong':
      case 'any_wrong':
      case 'same_wrong_label':
      case 'exactly_wrong':
        return add(item.models)
      case 'disagree':
        return add([item.a, item.b])
      case 'only_wrong':
        return add([item.model, ...source.otherModels(item.model)])
      case 'tagged':
        return add(source.taggedBy(item.tag))
      case 'finding':
      case 'has_prediction':
      case 'missing':
        return
      default:
        return assertNever(item)
    }
  }

  function addPath(path: Path): void {
    if (path.kind === 'run' && outcomes.has(path.property)) models.add(path.model)
  }

  function add(names: readonly string[]): void {
    for (const name of names) models.add(name)
  }
}
