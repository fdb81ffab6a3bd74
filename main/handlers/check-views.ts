// The call that tells what saved views match now, and what has changed of their data since they were saved.
import type { ViewCheck } from '#contract/library.ts'
import { FoibleError } from '#core/errors.ts'
import type { FilterExpr } from '#core/filter/expr.ts'
import { dataVersionSentence, describeChanges } from '#core/views/data-version.ts'
import type { AnalysedDataset } from '#engine/analysis/analysed-dataset.ts'
import { nameDataVersion, readDataVersion } from '#engine/views/read-data-version.ts'
import { type ViewRecord, listViews } from '#store/dataset-tables.ts'
import type { AnalysisParts, Subject } from './handler-parts.ts'

export function viewCheckHandlers(parts: AnalysisParts): Subject<'views.check'> {
  return {
    'views.check': ({ dataset: id }) => {
      const dataset = parts.library.dataset(id)
      return dataset.remember('views', () => listViews(dataset.db).map((view) => checkView(dataset, view)))
    },
  }
}

function checkView(dataset: AnalysedDataset, { name, filter, saved }: ViewRecord): ViewCheck {
  try {
    const now = readDataVersion(dataset, filter as FilterExpr, name)
    return {
      name,
      matched: now.matched,
      version: nameDataVersion(now),
      changes: saved === undefined ? [] : describeChanges(saved.data, now),
      sentence: saved === undefined ? null : dataVersionSentence(saved.data, now),
    }
  } catch (error) {
    // One rule about what is gone must not hide the others.
    if (!(error instanceof FoibleError) || error.code === 'cancelled') throw error
    return { name, matched: null, version: null, changes: [], sentence: error.message }
  }
}
