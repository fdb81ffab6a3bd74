// Starts an import and opens the dataset once it is there, unless one has gone elsewhere by then.
import { create } from 'zustand'
import type { CallInput } from '#contract/contract.ts'
import { homeAddress, navigate } from '../app/route.ts'
import { useEngineAction } from '../engine/use-engine-action.ts'
import { useJobEnd } from '../jobs/use-jobs.ts'

/** Imports whose dataset shall be opened when they end: job to dataset. */
const useAwaited = create<{ readonly jobs: Readonly<Record<number, string>> }>()(() => ({ jobs: {} }))

export function useImport() {
  const start = useEngineAction('imports.start')
  return {
    isRunning: start.isRunning,
    /** Resolves with true once the job has been accepted. */
    run: async (input: CallInput<'imports.start'>): Promise<boolean> => {
      const started = await start.run(input)
      if (started === null) return false
      const { job, dataset } = started
      if (job.state === 'done') navigate(`#/dataset/${encodeURIComponent(dataset)}`)
      else {
        useAwaited.setState(({ jobs }) => ({ jobs: { ...jobs, [job.id]: dataset } }))
        navigate(homeAddress)
      }
      return true
    },
  }
}

/** Opens the datasets whose import was started here. Mount it on the welcome screen. */
export function useOpenImported(): void {
  const { jobs } = useAwaited()
  useJobEnd((job) => {
    const dataset = jobs[job.id]
    if (dataset === undefined) return
    useAwaited.setState(({ jobs: { [job.id]: _ended, ...rest } }) => ({ jobs: rest }))
    if (job.state === 'done') navigate(`#/dataset/${encodeURIComponent(dataset)}`)
  })
}
