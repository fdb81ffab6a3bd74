// Filters that pick images by how models answered, and what that means for figures under them.
import type { Selection } from '#contract/selection.ts'
import type { FilterExpr } from '#core/filter/expr.ts'
import { outcomeModels } from '#core/filter/outcome-models.ts'
import { listNames } from '#core/findings/finding-sentence.ts'
import type { AnalysedDataset } from '#engine/analysis/analysed-dataset.ts'

export interface Ranked {
  /** The models that may be ranked under the filter: those whose own outcomes did not make the set. */
  readonly models: readonly string[]
  readonly selection: Selection | null
}

/** Bars the models by whose outcomes the filter picks images; `selection` says so. */
export function withoutSurrogates(dataset: AnalysedDataset, filter: FilterExpr, models: readonly string[]): Ranked {
  const surrogates = outcomeModels(filter, dataset.columns)
  if (surrogates.length === 0) return { models, selection: null }
  const barred = models.filter((model) => surrogates.includes(model))
  return {
    models: models.filter((model) => !barred.includes(model)),
    selection: { surrogates: [...surrogates], barred, warning: warningOf(surrogates, barred) },
  }
}

function warningOf(surrogates: readonly string[], barred: readonly string[]): string {
  const picked = `The filter picks images by how ${listNames(surrogates)} answered: rates describe the picked images, not what a model meets elsewhere.`
  if (barred.length === 0) return picked
  const are = barred.length === 1 ? 'is' : 'are'
  return `${picked} ${listNames(barred)} ${are} left out of the ranking, since the set was made from ${barred.length === 1 ? 'its' : 'their'} own answers.`
}
