// What every view reads: the open dataset, the one filter, and what is chosen, with the actions that change them.
import { createContext, useContext, useMemo } from 'react'
import { useStore } from 'zustand'
import type { DatasetSummary } from '#contract/library.ts'
import type { Order } from '#contract/query.ts'
import { chooseRuns } from './choose-runs.ts'
import type { SessionActions, SessionState, SessionStore, SessionValues } from './session-store.ts'

export interface SessionContextValue {
  readonly dataset: DatasetSummary
  readonly store: SessionStore
}

export const SessionContext = createContext<SessionContextValue | null>(null)

export interface Session extends SessionActions, SessionValues {
  /** The open dataset, as of its newest version. */
  readonly dataset: DatasetSummary
  /** How Gallery and Table lay out their rows. */
  readonly order: Order
  /** The run in focus; null while nothing has been predicted. */
  readonly model: string | null
  /** The chosen runs, in the dataset's order; empty while nothing has been predicted. */
  readonly models: readonly string[]
}

export function useSessionContext(): SessionContextValue {
  const value = useContext(SessionContext)
  if (value === null) throw new Error('useSession outside of SessionProvider')
  return value
}

/** Everything. Renders again on every change; parts that render often take `useSessionPart`. */
export function useSession(): Session {
  const { dataset, store } = useSessionContext()
  const state = useStore(store)
  return useMemo(() => readSession(dataset, state), [dataset, state])
}

/** One value of the session's state; renders again only when that value changes. */
export function useSessionPart<T>(select: (state: SessionState) => T): T {
  return useStore(useSessionContext().store, select)
}

/** Fills in what was never chosen, and drops chosen runs that are gone. */
export function readSession(dataset: DatasetSummary, state: SessionState): Session {
  const order = { groupBy: state.groupBy, sort: state.sort }
  return { ...state, dataset, order, ...chooseRuns(dataset.runs, state) }
}
