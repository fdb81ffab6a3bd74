// Filters that pick images by how models answered, and what that means for figures under them.
import type { Selection } from '#contract/selection.ts'
import type { FilterExpr } from '#core/filter/expr.ts'
import { formatFilter } from '#core/filter/format.ts'
import { type OutcomeSource, outcomeModels } from '#core/filter/outcome-models.ts'
import { listNames } from '#core/findings/finding-sentence.ts'
import { filterSources } from '#core/views/filter-sources.ts'
import type { AnalysedDataset } from '#engine/analysis/analysed-dataset.ts'
import type { PickedByOutcome } from '#store/history-table.ts'
import { listTagRules } from '#store/tag-rules.ts'

const mostRules = 2

export interface Ranked {
  /** The models that may be ranked under the filter: those whose own outcomes did not make the set. */
  readonly models: readonly string[]
  readonly selection: Selection | null
}

/** Bars the models by whose outcomes the filter picks images; `selection` says so. */
export function withoutSurrogates(dataset: AnalysedDataset, filter: FilterExpr, models: readonly string[]): Ranked {
  const surrogates = outcomeModels(filter, outcomeSource(dataset))
  if (surrogates.length === 0) return { models, selection: null }
  const barred = models.filter((model) => surrogates.includes(model))
  return {
    models: models.filter((model) => !barred.includes(model)),
    selection: {
      surrogates: [...surrogates],
      barred,
      warning: [warningOf(surrogates, barred), ...tagSentences(dataset, filter)].join(' '),
    },
  }
}

function warningOf(surrogates: readonly string[], barred: readonly string[]): string {
  const picked = `The filter picks images by how ${listNames(surrogates)} answered: rates describe the picked images, not what a model meets elsewhere.`
  if (barred.length === 0) return picked
  const are = barred.length === 1 ? 'is' : 'are'
  return `${picked} ${listNames(barred)} ${are} left out of the ranking, since the set was made from ${barred.length === 1 ? 'its' : 'their'} own answers.`
}

/** What a tag remembers that is put on samples under the filter; null where no model's answers picked them. */
export function pickedByOutcome(dataset: AnalysedDataset, filter: FilterExpr): PickedByOutcome | null {
  const models = outcomeModels(filter, outcomeSource(dataset))
  return models.length === 0 ? null : { models: [...models], filter }
}

function outcomeSource(dataset: AnalysedDataset): OutcomeSource {
  return {
    view: (name) => dataset.columns.view(name),
    otherModels: (model) => dataset.columns.otherModels(model),
    taggedBy: (tag) => tagRules(dataset, tag).flatMap(({ models }) => models),
  }
}

function tagRules(dataset: AnalysedDataset, tag: string): readonly PickedByOutcome[] {
  return dataset.remember(`tag rules ${tag}`, () => listTagRules(dataset.db, tag, dataset.columns.tag(tag)))
}

/** Why a tag is among what the filter picks by, for each that is. */
function tagSentences(dataset: AnalysedDataset, filter: FilterExpr): string[] {
  const { columns } = dataset
  const { tags } = filterSources(
    filter,
    (name) => columns.view(name),
    (model) => columns.otherModels(model),
  )
  return tags.flatMap((tag) => {
    const rules = tagRules(dataset, tag).map((rule) => formatFilter(rule.filter))
    if (rules.length === 0) return []
    const shown = rules.slice(0, mostRules).join('; or ')
    return [
      `The tag “${tag}” was given among images for which ${shown}${rules.length > mostRules ? '; or others' : ''}.`,
    ]
  })
}
