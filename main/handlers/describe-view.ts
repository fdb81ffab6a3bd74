// A saved view in the contract's words.
import type { DatasetSummary } from '#contract/library.ts'
import type { FilterExpr } from '#core/filter/expr.ts'
import { formatFilter } from '#core/filter/format.ts'
import { nameDataVersion } from '#engine/views/read-data-version.ts'
import type { ViewRecord } from '#store/dataset-tables.ts'

type ViewInfo = DatasetSummary['views'][number]

export function describeView({ name, filter, layout, createdAt, saved }: ViewRecord): ViewInfo {
  return {
    name,
    where: formatFilter(filter as FilterExpr),
    filter: filter as FilterExpr,
    layout: layout as ViewInfo['layout'],
    createdAt,
    saved:
      saved === undefined
        ? null
        : {
            at: saved.at,
            matched: saved.data.matched,
            samples: saved.data.samples,
            version: nameDataVersion(saved.data),
          },
  }
}
