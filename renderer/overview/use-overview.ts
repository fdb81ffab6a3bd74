// The calls behind the Overview.
import type { Overview } from '#contract/analysis.ts'
import type { Discovery } from '#contract/discovery.ts'
import { useEngineQuery, type EngineQuery } from '../engine/use-engine-query.ts'
import { useSession, type Session } from '../session/session.ts'

export interface OverviewScreen {
  readonly session: Session
  readonly query: EngineQuery<Overview>
  /** Pairs of values and ranges, over all fields at once: it takes longer, and the findings do not wait for it. */
  readonly discovery: EngineQuery<Discovery>
}

export function useOverview(): OverviewScreen {
  const session = useSession()
  const { dataset, filter, models } = session
  const request = { dataset: dataset.id, filter, models: [...models] }
  const query = useEngineQuery('overview.compute', request, { enabled: models.length > 0 })
  const discovery = useEngineQuery(
    'discovery.compute',
    { ...request, fields: null },
    { enabled: models.length > 0 && dataset.classField !== null },
  )
  return { session, query, discovery }
}
