// Opens a dataset: loads its summary, makes its session, and keeps address bar and storage in step with it.
import { notifications } from '@mantine/notifications'
import { useEffect, useState, type ReactNode } from 'react'
import type { DatasetSummary } from '#contract/library.ts'
import { navigate, onNavigate } from '../app/route.ts'
import { datasetOfLink, isFullLink, parseLink } from './session-link.ts'
import { linkOf, recallSession, rememberSession } from './session-memory.ts'
import { createSessionStore, type SessionState, type SessionStore } from './session-store.ts'
import { SessionContext } from './session.ts'
import { vocabularyOf } from './vocabulary.ts'

/** Mount it with the dataset's id as its key: a session belongs to one dataset. */
export function SessionProvider({ dataset, children }: { dataset: DatasetSummary; children: ReactNode }) {
  const [store] = useState(() => openSession(dataset))
  useEffect(() => followAddress(store, dataset), [store, dataset])
  useEffect(() => mirrorSession(store, dataset.id), [store, dataset.id])
  return <SessionContext value={{ dataset, store }}>{children}</SessionContext>
}

function openSession(dataset: DatasetSummary): SessionStore {
  const vocabulary = vocabularyOf(dataset)
  const store = createSessionStore(recallSession(localStorage, dataset.id, vocabulary), dataset.cube === null)
  if (isFullLink(location.hash)) openLink(store, dataset)
  return store
}

function openLink(store: SessionStore, dataset: DatasetSummary): void {
  const { state, problems } = parseLink(location.hash, vocabularyOf(dataset))
  store.getState().restore(state)
  for (const message of problems) {
    notifications.show({ color: 'orange', title: 'Part of the link could not be read', message })
  }
}

/** Back, forward and an edited address change the session. */
function followAddress(store: SessionStore, dataset: DatasetSummary): () => void {
  return onNavigate(() => {
    if (datasetOfLink(location.hash) !== dataset.id) return
    if (location.hash !== linkOf(dataset.id, store.getState())) openLink(store, dataset)
  })
}

/** The session changes the address (a new place for a new filter, screen or grouping) and what is remembered. */
function mirrorSession(store: SessionStore, dataset: string): () => void {
  const write = (state: SessionState, before: SessionState | null) => {
    rememberSession(localStorage, dataset, state)
    const isNewPlace =
      before !== null &&
      (state.filter !== before.filter || state.screen !== before.screen || state.groupBy !== before.groupBy)
    navigate(linkOf(dataset, state), { replace: !isNewPlace })
  }
  write(store.getState(), null)
  return store.subscribe(write)
}
