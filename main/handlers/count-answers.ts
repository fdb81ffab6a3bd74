// How many answers a run could choose from.
import type { AnalysedDataset } from '#engine/analysis/analysed-dataset.ts'
import { type RunRecord, listRunClasses } from '#store/run-table.ts'

/** Imported predictions name the classes that were answered, not those that could have been. */
export function countAnswers(
  { db }: Pick<AnalysedDataset, 'db'>,
  { id, provider, protocol, settings }: RunRecord,
): number | null {
  if (settings.answerCount !== undefined) return settings.answerCount
  return provider === 'imported' || protocol === 'masked' ? null : listRunClasses(db, id).length
}
