// What the Models screen shows, as figures. Pure.
import type { AccuracyByValue, Comparison } from '#contract/analysis.ts'
import type { CsvRows } from '../save/csv-rows.ts'

/** One row a failing subset, with a column a model. */
export function subsetCsv({ models, subsets }: Pick<Comparison, 'models' | 'subsets'>): CsvRows {
  return [
    [...models.map((model) => `${model} fails`), 'count', 'same_label'],
    ...subsets.map(({ failing, count, sameLabel }) => [
      ...models.map((model) => failing.includes(model)),
      count,
      sameLabel,
    ]),
  ]
}

/** One row a pair of labels, with how many images all models give the same wrong one. */
export function unanimousCsv({ unanimous }: Pick<Comparison, 'unanimous'>): CsvRows {
  return [
    ['truth', 'predicted', 'count'],
    ...(unanimous?.labels ?? []).map((pair) => [pair.truth, pair.predicted, pair.count]),
  ]
}

/** One row a pair of models. */
export function pairCsv({ pairs }: Pick<Comparison, 'pairs'>): CsvRows {
  return [
    ['a', 'b', 'kappa', 'only_a_wrong', 'only_b_wrong', 'mcnemar_p'],
    ...pairs.map(({ a, b, kappa, onlyA, onlyB, mcnemar }) => [a, b, kappa, onlyA, onlyB, mcnemar]),
  ]
}

/** One row a value and model. */
export function accuracyCsv({ field, models, rows }: AccuracyByValue): CsvRows {
  return [
    [field, 'model', 'n', 'right', 'accuracy', 'wilson_low', 'wilson_high'],
    ...rows.flatMap(({ value, cells }) =>
      cells.map(({ n, right, wilson }, index) => [
        value,
        models[index] ?? '',
        n,
        right,
        n === 0 ? null : right / n,
        wilson?.[0] ?? null,
        wilson?.[1] ?? null,
      ]),
    ),
  ]
}
