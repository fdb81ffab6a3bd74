// The call behind the Overview.
import type { Overview } from '#contract/analysis.ts'
import { useEngineQuery, type EngineQuery } from '../engine/use-engine-query.ts'
import { useSession, type Session } from '../session/session.ts'

export function useOverview(): { readonly session: Session; readonly query: EngineQuery<Overview> } {
  const session = useSession()
  const { dataset, filter, models } = session
  const query = useEngineQuery(
    'overview.compute',
    { dataset: dataset.id, filter, models: [...models] },
    { enabled: models.length > 0 },
  )
  return { session, query }
}
