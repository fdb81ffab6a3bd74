// Makes the connection and the query cache known to every view, and drops cached answers that an event made old.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createContext, useContext, useEffect, useState, useSyncExternalStore, type ReactNode } from 'react'
import type { Connection, ConnectionStatus } from './connection.ts'

const EngineContext = createContext<Connection | null>(null)

/** Events come in bursts while images are predicted; views ask again at most this often. */
const refreshEveryMs = 700

export function EngineProvider({ connection, children }: { connection: Connection; children: ReactNode }) {
  const [queries] = useState(
    () =>
      new QueryClient({
        defaultOptions: {
          queries: {
            staleTime: Infinity,
            gcTime: 120_000,
            retry: false,
            refetchOnWindowFocus: false,
            networkMode: 'always',
          },
          mutations: { networkMode: 'always' },
        },
      }),
  )
  useEffect(() => listenForChanges(connection, queries), [connection, queries])
  return (
    <EngineContext value={connection}>
      <QueryClientProvider client={queries}>{children}</QueryClientProvider>
    </EngineContext>
  )
}

export function useEngine(): Connection {
  const connection = useContext(EngineContext)
  if (connection === null) throw new Error('useEngine outside of EngineProvider')
  return connection
}

export function useConnectionStatus(): ConnectionStatus {
  const connection = useEngine()
  return useSyncExternalStore(
    (changed) => connection.onStatusChange(changed),
    () => connection.status(),
  )
}

/** What the Hub says does not change with the dataset; a queue that is worked off stays as it was asked for. */
const standsStill: ReadonlySet<unknown> = new Set(['revisions.compare', 'review.queue'])
const libraryCalls: ReadonlySet<unknown> = new Set(['app.info', 'datasets.list', 'models.list'])

function listenForChanges(connection: Connection, queries: QueryClient): () => void {
  const changed = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | null = null
  let wasLost = false
  const flush = () => {
    const datasets = new Set(changed)
    changed.clear()
    timer = datasets.size > 0 ? setTimeout(flush, refreshEveryMs) : null
    if (datasets.size === 0) return
    void queries.invalidateQueries({
      predicate: ({ queryKey }) => !standsStill.has(queryKey[0]) && datasets.has(datasetOf(queryKey[1])),
    })
  }
  const stops = [
    connection.client.on('dataset.changed', ({ dataset }) => {
      changed.add(dataset)
      if (timer === null) flush()
    }),
    connection.client.on('library.changed', () => {
      void queries.invalidateQueries({ predicate: ({ queryKey }) => libraryCalls.has(queryKey[0]) })
    }),
    connection.onStatusChange((status) => {
      if (status === 'lost') wasLost = true
      if (status === 'open' && wasLost) {
        wasLost = false
        void queries.invalidateQueries()
      }
    }),
  ]
  return () => {
    for (const stop of stops) stop()
    if (timer !== null) clearTimeout(timer)
  }
}

function datasetOf(input: unknown): string {
  if (typeof input !== 'object' || input === null || !('dataset' in input)) return ''
  return typeof input.dataset === 'string' ? input.dataset : ''
}
