// The list of jobs, kept up to date by events.
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import type { Job } from '#contract/jobs.ts'
import { useEngine } from '../engine/engine-context.tsx'
import { useEngineQuery } from '../engine/use-engine-query.ts'
import { isActive, mergeJob } from './jobs-model.ts'

const key = ['jobs.list', {}]

export function useJobs(): readonly Job[] {
  const { client } = useEngine()
  const queries = useQueryClient()
  const jobs = useEngineQuery('jobs.list', {})
  useEffect(() => {
    const update = (change: (jobs: readonly Job[]) => readonly Job[]) => {
      queries.setQueryData<readonly Job[]>(key, (old) => (old === undefined ? undefined : change(old)))
    }
    const stops = [
      client.on('job.changed', ({ job }) => update((old) => mergeJob(old, job))),
      client.on('job.removed', ({ job }) => update((old) => old.filter(({ id }) => id !== job))),
    ]
    return () => {
      for (const stop of stops) stop()
    }
  }, [client, queries])
  return jobs.status === 'ready' ? jobs.data : []
}

/** Tells of each job that ends while this is mounted. */
export function useJobEnd(ended: (job: Job) => void): void {
  const { client } = useEngine()
  const latest = useRef(ended)
  useEffect(() => {
    latest.current = ended
  })
  useEffect(() => {
    const told = new Set<number>()
    return client.on('job.changed', ({ job }) => {
      if (isActive(job)) told.delete(job.id)
      else if (!told.has(job.id)) {
        told.add(job.id)
        latest.current(job)
      }
    })
  }, [client])
}
