// Which models mine and which are tried on what they mined. Pure.
import type { Mining } from '#contract/mining.ts'
import type { CsvRows } from '../save/csv-rows.ts'

/** All but the last of the chosen models; whoever is not a surrogate is tried. At least one mines. */
export function defaultSurrogates(models: readonly string[]): readonly string[] {
  return models.length < 2 ? models : models.slice(0, -1)
}

/** The surrogates after a click on one of them: those that are still there, never none. */
export function toggleSurrogate(
  surrogates: readonly string[],
  model: string,
  runs: readonly string[],
): readonly string[] {
  const next = runs.filter((run) => (run === model ? !surrogates.includes(run) : surrogates.includes(run)))
  return next.length === 0 ? surrogates : next
}

/** "all 3 fail", "at least 2 fail", "at least one fails", "it fails" */
export function thresholdText(threshold: number, surrogates: number): string {
  if (surrogates === 1) return 'it fails'
  if (threshold === 1) return 'at least one fails'
  return threshold === surrogates ? `all ${surrogates} fail` : `at least ${threshold} fail`
}

/** One row a threshold (0: the whole pool) and model outside the surrogates. */
export function miningCsv({ pool, models, sets }: Pick<Mining, 'pool' | 'models' | 'sets'>): CsvRows {
  const rowsOf = (threshold: number, count: number, tried: Mining['models']) =>
    tried.map(({ model, n, failures, rate, wilson }) => [
      threshold,
      count,
      model,
      n,
      failures,
      rate,
      wilson?.[0] ?? null,
      wilson?.[1] ?? null,
    ])
  return [
    ['threshold', 'images', 'model', 'n', 'failures', 'rate', 'wilson_low', 'wilson_high'],
    ...rowsOf(0, pool, models),
    ...sets.flatMap((set) => rowsOf(set.threshold, set.count, set.models)),
  ]
}
