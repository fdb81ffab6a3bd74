// The names that filter text may use in a dataset, and paths as text.
import type { DatasetSummary } from '#contract/library.ts'
import { pathsOf } from '#core/filter/clauses.ts'
import type { FilterVocabulary, Path } from '#core/filter/expr.ts'
import { parseFilter } from '#core/filter/parse.ts'

export function vocabularyOf(
  dataset: DatasetSummary,
  valuesOf: FilterVocabulary['valuesOf'] = () => [],
): FilterVocabulary {
  return {
    fields: dataset.fields.map((field) => field.name),
    models: dataset.runs.map((run) => run.model),
    tags: dataset.tags.map((tag) => tag.name),
    views: dataset.views.map((view) => view.name),
    valuesOf,
  }
}

/** The path that filter text spells, e.g. `background` or `efficientnet-lite0.confidence`. Throws as `parseFilter`. */
export function parsePath(text: string, vocabulary?: FilterVocabulary): Path | null {
  return pathsOf(parseFilter(`${text} is missing`, vocabulary))[0] ?? null
}
