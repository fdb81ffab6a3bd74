// The call and the state behind the Models screen.
import type { Comparison } from '#contract/analysis.ts'
import type { FilterExpr } from '#core/filter/expr.ts'
import type { UpsetOrder } from '../charts/upset-model.ts'
import { useEngineQuery, type EngineQuery } from '../engine/use-engine-query.ts'
import { within } from '../parts/filters.ts'
import { createViewState } from '../parts/view-state.ts'
import { useSession, type Session } from '../session/session.ts'

interface ModelsState {
  readonly order: UpsetOrder
  readonly from: string | null
  readonly to: string | null
}

const useModelsState = createViewState<ModelsState>({ order: 'count', from: null, to: null })

export interface ModelsScreen {
  readonly session: Session
  readonly state: ModelsState
  readonly change: (patch: Partial<ModelsState>) => void
  readonly query: EngineQuery<Comparison>
  /** A click on a set of samples: into the filter, or (with Alt) out of it. */
  readonly pick: (filter: FilterExpr, exclude: boolean) => void
  readonly showImages: (filter: FilterExpr) => void
}

export function useModels(): ModelsScreen {
  const session = useSession()
  const { dataset, filter, models } = session
  const [state, change] = useModelsState(dataset.id)
  const query = useEngineQuery(
    'compare.compute',
    { dataset: dataset.id, filter, models: [...models] },
    { enabled: models.length > 0 },
  )
  return {
    session,
    state,
    change,
    query,
    pick: (clause, exclude) => session.addClause(exclude ? { kind: 'not', item: clause } : clause),
    showImages: (clause) => session.showImages(within(filter, clause)),
  }
}
