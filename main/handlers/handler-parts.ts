// What handlers get: the engine's parts and the job runner.
import type { Handlers, CallName } from '#contract/contract.ts'
import type { DoctorReport } from '#contract/library.ts'
import type { AnalysedDataset } from '#engine/analysis/analysed-dataset.ts'
import type { EngineParts } from '#engine/engine-parts.ts'
import type { JobRunner } from '#engine/jobs/job-runner.ts'
import type { AnalysisHandlers } from './analysis.ts'

export interface HandlerParts extends EngineParts {
  readonly jobs: JobRunner
  /** The calls that only read, on whichever thread they run. */
  readonly analysis: AnalysisHandlers
  /** Whether opening a dataset starts what makes it pleasant to look at. */
  readonly background: boolean
  /** Settles when the embedded models are in the library. */
  readonly ready: Promise<void>
  /** Logs an unexpected error and returns the id that the user is shown. */
  readonly logBug: (error: unknown, where: string) => string
  /** What `foible doctor` reports. */
  readonly doctor: (signal: AbortSignal) => Promise<DoctorReport>
}

/** What handlers get that only read: they run in whichever thread holds such datasets. */
export interface AnalysisParts {
  readonly library: { dataset(id: string): AnalysedDataset }
}

/** The handlers of one subject. */
export type Subject<N extends CallName> = Pick<Handlers, N>
