// What the engine's process, the prediction process and its worker threads say to each other.
import type { ErrorCode, ErrorDetails } from '#core/errors.ts'
import type { KeptKind } from '#core/sample.ts'
import type { ModelSpec } from './model-spec.ts'
import type { ProviderReport } from './probe-provider.ts'
import type { AnswerPlan, PredictBatch, PredictItem, PredictorInfo } from './predictor.ts'
import type { PreparedBatch } from './prepare-batch.ts'
import type { ProofReply, ProofRequest } from './proof-messages.ts'
import type { TextEmbeddings } from './text/embed-texts.ts'

/** How a session is to be made; decided once, the same for all workers. */
export interface SessionPlan {
  /** Prepare tensors, run what others have prepared, or both, one batch after another. */
  readonly role: 'prepare' | 'run' | 'both'
  readonly model: ModelSpec
  readonly provider: string
  readonly threads: number
  readonly answers: AnswerPlan
  readonly keep: readonly KeptKind[]
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
      readonly keep: readonly KeptKind[]
    }
  | {
      readonly type: 'batch'
      readonly sequence: number
      readonly items: readonly PredictItem[]
      /** Compare some of it with the processor. */
      readonly check: boolean
    }
  | {
      readonly type: 'probe'
      readonly provider: string
      readonly model: ModelSpec
      readonly items: readonly PredictItem[]
    }
  /** All of one process's are of one model. */
  | { readonly type: 'encode-texts'; readonly model: ModelSpec; readonly texts: readonly string[] }
  | ProofRequest

/** From the prediction process. */
export type PredictReply =
  | { readonly type: 'ready'; readonly info: PredictorInfo }
  | BatchReply
  /** The processor's part of a trial is over. */
  | { readonly type: 'probing' }
  | { readonly type: 'probed'; readonly report: ProviderReport }
  | { readonly type: 'texts'; readonly embeddings: TextEmbeddings }
  | ProofReply
  | FailedReply

export interface BatchReply {
  readonly type: 'batch'
  readonly sequence: number
  readonly batch: PredictBatch
  /** In the runtime alone. */
  readonly inferenceMs: number
}

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
export type WorkerRequest =
  | {
      readonly type: 'items'
      readonly sequence: number
      readonly items: readonly LoadedItem[]
      readonly check: boolean
      /** Of an earlier batch, to be used again. */
      readonly values: Float32Array | null
    }
  | PreparedReply

export interface PreparedReply {
  readonly type: 'prepared'
  readonly sequence: number
  readonly check: boolean
  readonly prepared: PreparedBatch
  readonly values: Float32Array
}

/** From a worker thread. The tensor of a batch comes back to be used again, where another thread had prepared it. */
export type WorkerReply =
  | { readonly type: 'ready' }
  | PreparedReply
  | { readonly type: 'answered'; readonly reply: BatchReply; readonly values: Float32Array | null }
  | FailedReply
