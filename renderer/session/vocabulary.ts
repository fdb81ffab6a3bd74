// The names that filter text may use in a dataset.
import type { DatasetSummary } from '#contract/library.ts'
import type { FilterVocabulary } from '#core/filter/expr.ts'

export function vocabularyOf(
  dataset: DatasetSummary,
  valuesOf: FilterVocabulary['valuesOf'] = () => [],
): FilterVocabulary {
  return {
    fields: dataset.fields.map((field) => field.name),
    inferredFields: dataset.fields.filter(({ inferredBy }) => inferredBy !== null).map((field) => field.name),
    models: dataset.runs.map((run) => run.model),
    tags: dataset.tags.map((tag) => tag.name),
    views: dataset.views.map((view) => view.name),
    findings: dataset.findings.flatMap(({ rule, samples }) => (samples === null ? [] : [rule])),
    valuesOf,
  }
}
