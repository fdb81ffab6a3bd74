// Every call that only reads columns, in one object: they run on the engine's thread or on one beside it.
import type { Handlers } from '#contract/contract.ts'
import { viewCheckHandlers } from './check-views.ts'
import { compareHandlers } from './compare.ts'
import { confusionHandlers } from './confusion.ts'
import { discoveryHandlers } from './discovery.ts'
import type { AnalysisParts } from './handler-parts.ts'
import { metricHandlers } from './metrics.ts'
import { miningHandlers } from './mining.ts'
import { overviewHandlers } from './overview.ts'
import { queryHandlers } from './query.ts'
import { sliceHandlers } from './slices.ts'
import { summaryHandlers } from './summary.ts'

export type AnalysisHandlers = Pick<Handlers, keyof ReturnType<typeof analysisHandlers>>

export function analysisHandlers(parts: AnalysisParts) {
  return {
    ...summaryHandlers(parts),
    ...queryHandlers(parts),
    ...sliceHandlers(parts),
    ...confusionHandlers(parts),
    ...compareHandlers(parts),
    ...miningHandlers(parts),
    ...overviewHandlers(parts),
    ...discoveryHandlers(parts),
    ...metricHandlers(parts),
    ...viewCheckHandlers(parts),
  }
}
