// What is said of slices whose values a model inferred, and the unsure ones that are left out of them.
import { countBits } from '#core/columns/bitset.ts'
import type { FilterExpr, Path } from '#core/filter/expr.ts'
import { fromClauses } from '#core/filter/clauses.ts'
import { formatCount } from '#core/format/numbers.ts'
import { certainFilter } from '#core/infer/certain-filter.ts'
import type { AnalysedDataset } from '#engine/analysis/analysed-dataset.ts'
import { inferredSources, openInferred } from '#store/inferred-columns.ts'

export interface CertainRows {
  readonly filter: FilterExpr
  /** Samples that it leaves out. */
  readonly leftOut: number
  /** One sentence a field that was inferred. */
  readonly notes: readonly string[]
}

/**
 * @param models Those that are judged.
 * @param minMargin null: every value counts.
 */
export function onlyCertain(
  dataset: AnalysedDataset,
  filter: FilterExpr,
  paths: readonly Path[],
  models: readonly string[],
  minMargin: number | null,
): CertainRows {
  const names = new Set(paths.flatMap((path) => (path.kind === 'field' ? [path.name] : [])))
  const inferred = dataset.columns.fields.flatMap(({ name, settings }) =>
    settings !== null && names.has(name) ? [{ field: name, model: settings.model }] : [],
  )
  const notes = inferred.map(({ field, model }) => describe(dataset, filter, field, model, models))
  if (minMargin === null || inferred.length === 0) return { filter, leftOut: 0, notes }
  const certain = fromClauses([filter, certainFilter(inferred, minMargin)])
  const leftOut = countBits(dataset.filterBits(filter)) - countBits(dataset.filterBits(certain))
  return { filter: certain, leftOut, notes }
}

/** "Values of background_inferred were inferred by clip; 312 of 1,485 were decided by a person." */
function describe(
  dataset: AnalysedDataset,
  filter: FilterExpr,
  field: string,
  model: string,
  models: readonly string[],
): string {
  const { sources } = openInferred(dataset.columns, field)
  let inferred = 0
  let reviewed = 0
  for (const row of dataset.filterRows(filter)) {
    if (sources[row] === inferredSources.inferred) inferred++
    if (sources[row] === inferredSources.person) reviewed++
  }
  const isJudged = models.some((run) => run === model || dataset.columns.run(run).modelName === model)
  const warning = isJudged ? ` ${model} is also judged here: an image that fools it may stand in the wrong slice.` : ''
  return `Values of ${field} were inferred by ${model}; ${formatCount(reviewed)} of ${formatCount(inferred + reviewed)} were decided by a person.${warning}`
}
