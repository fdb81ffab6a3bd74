// Every call and event of Foible. Shells, renderer and command line know the engine through this and nothing else.
import { z } from 'zod'
import { analysisCalls } from './analysis.ts'
import { datasetId } from './common.ts'
import { confusionCalls } from './confusion.ts'
import { cubeCalls } from './cube.ts'
import { discoveryCalls } from './discovery.ts'
import { inferCalls } from './infer.ts'
import { hubCalls, revisionCalls } from './hub.ts'
import { jobCalls, jobSchema } from './jobs.ts'
import { labelCalls } from './labels.ts'
import { libraryCalls } from './library.ts'
import { lintCalls } from './lint.ts'
import { miningCalls } from './mining.ts'
import { preprocessingCalls } from './preprocessing.ts'
import { metricCalls } from './metrics.ts'
import { queryCalls } from './query.ts'
import { reportCalls } from './report.ts'
import { sidecarCalls } from './sidecars.ts'
import { vectorCalls } from './vectors.ts'
import { workCalls } from './work.ts'

export const calls = {
  ...libraryCalls,
  ...queryCalls,
  ...vectorCalls,
  ...analysisCalls,
  ...confusionCalls,
  ...discoveryCalls,
  ...metricCalls,
  ...jobCalls,
  ...workCalls,
  ...preprocessingCalls,
  ...labelCalls,
  ...hubCalls,
  ...revisionCalls,
  ...lintCalls,
  ...sidecarCalls,
  ...miningCalls,
  ...inferCalls,
  ...reportCalls,
  ...cubeCalls,
} as const

export const events = {
  'job.changed': z.object({ job: jobSchema }),
  'job.removed': z.object({ job: z.number().int() }),
  /** Something of this dataset changed; views asking with an older version should ask again. */
  'dataset.changed': z.object({ dataset: datasetId, version: z.number().int() }),
  /** Datasets or models were added, renamed or removed. */
  'library.changed': z.object({}),
} as const

export type CallName = keyof typeof calls
export type CallInput<N extends CallName> = z.input<(typeof calls)[N]['input']>
export type CallRequest<N extends CallName> = z.output<(typeof calls)[N]['input']>
export type CallOutput<N extends CallName> = z.output<(typeof calls)[N]['output']>
export type EventName = keyof typeof events
export type EventPayload<N extends EventName> = z.output<(typeof events)[N]>

export interface Progress {
  readonly done: number
  readonly total: number | null
  readonly message: string
}

export interface CallContext {
  readonly signal: AbortSignal
  readonly progress: (progress: Progress) => void
}

/** The engine's side: one function a call. */
export type Handlers = {
  readonly [N in CallName]: (input: CallRequest<N>, context: CallContext) => Promise<CallOutput<N>> | CallOutput<N>
}
