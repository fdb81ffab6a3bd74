// What stands beside every metric: which models, under which protocol, and whether the filter was made from their answers.
import type { Metrics } from '#contract/metrics.ts'
import type { FilterExpr } from '#core/filter/expr.ts'
import type { AnalysedDataset } from '#engine/analysis/analysed-dataset.ts'
import { withoutSurrogates } from './outcome-selection.ts'
import { evidence } from './slices.ts'

export function metricModels(
  dataset: AnalysedDataset,
  filter: FilterExpr,
  models: readonly string[],
): Pick<Metrics, 'models' | 'selection'> {
  const { selection } = withoutSurrogates(dataset, filter, models)
  return {
    models: models.map((model) => ({
      model,
      protocol: dataset.columns.run(model).protocol,
      evidence: evidence(dataset, model),
      barred: selection?.barred.includes(model) ?? false,
    })),
    selection,
  }
}
