// What the engine's process, the prediction process and its worker threads say to each other.
import type { ErrorCode, ErrorDetails } from '#core/errors.ts'
import type { ModelSpec } from './model-spec.ts'
import type { ProviderReport } from './probe-provider.ts'
import type { AnswerPlan, PredictBatch, PredictItem, PredictorInfo } from './predictor.ts'

/** How a session is to be made; decided once, the same for all workers. */
export interface SessionPlan {
  readonly model: ModelSpec
  readonly provider: string
  readonly threads: number
  readonly answers: AnswerPlan
}

/** To the prediction process. */
export type PredictRequest =
  | {
      readonly type: 'start'
      readonly model: ModelSpec
      readonly provider: string
      readonly reasons: readonly string[]
      readonly batchSize: number | null
      readonly answers: AnswerPlan
    }
  | { readonly type: 'batch'; readonly sequence: number; readonly items: readonly PredictItem[] }
  | { readonly type: 'probe'; readonly provider: string; readonly model: ModelSpec }

/** From the prediction process. */
export type PredictReply =
  | { readonly type: 'ready'; readonly info: PredictorInfo }
  | { readonly type: 'batch'; readonly sequence: number; readonly batch: PredictBatch }
  | { readonly type: 'probed'; readonly report: ProviderReport }
  | FailedReply

export interface FailedReply {
  readonly type: 'failed'
  readonly code: ErrorCode
  readonly message: string
  readonly details: ErrorDetails
}

/** An item whose file has been read; a string says why it could not be. */
export interface LoadedItem {
  readonly sampleId: number
  readonly bytes: Uint8Array | string
  readonly acceptedIds: readonly number[] | null
}

/** To a worker thread. */
export interface WorkerRequest {
  readonly sequence: number
  readonly items: readonly LoadedItem[]
}

/** From a worker thread. */
export type WorkerReply =
  | { readonly type: 'ready' }
  | { readonly type: 'batch'; readonly sequence: number; readonly batch: PredictBatch }
  | FailedReply
