// What a view shows of a question to the engine: a skeleton, the error with a way on, or the answer (dimmed while old).
import { Skeleton } from '@mantine/core'
import type { ReactNode } from 'react'
import { ErrorNote } from '../common/notes.tsx'
import type { EngineQuery } from '../engine/use-engine-query.ts'
import classes from './parts.module.css'

export interface QueryViewProps<T> {
  readonly query: EngineQuery<T>
  /** What is being loaded, for screen readers: "Slices". */
  readonly name: string
  /** Lines of the skeleton. */
  readonly lines?: number
  readonly className?: string | undefined
  readonly children: (data: T) => ReactNode
}

export function QueryView<T>({ query, name, lines = 6, className, children }: QueryViewProps<T>) {
  if (query.status === 'loading') return <LoadingLines name={name} lines={lines} />
  if (query.status === 'error') return <ErrorNote error={query.error} retry={query.retry} />
  return (
    <div className={[className, query.isStale ? 'f-stale' : ''].join(' ').trim()} aria-busy={query.isStale}>
      {children(query.data)}
    </div>
  )
}

export function LoadingLines({ name, lines }: { name: string; lines: number }) {
  return (
    <div className={classes.loading} role="status" aria-label={`${name}: loading`}>
      {Array.from({ length: lines }, (_, index) => (
        <Skeleton key={index} height={18} width={`${94 - ((index * 29) % 45)}%`} />
      ))}
    </div>
  )
}
