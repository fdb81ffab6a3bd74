// What the engine's thread and an analysis thread say to each other.
import type { MessagePort } from 'node:worker_threads'
import type { Progress } from '#contract/contract.ts'
import type { ErrorCode, ErrorDetails } from '#core/errors.ts'
import type { ForgottenColumns } from '#store/column-changes.ts'
import type { Packed } from '#store/packed-column.ts'
import type { PackedKey } from '#store/packed-source.ts'

/** A dataset as it is when a call is made. */
export interface DatasetState {
  readonly id: string
  readonly folder: string
  readonly rowCount: number
  readonly version: number
  /** Grows before arrays are changed in place; in shared memory. */
  readonly writes: Int32Array
  /** What it was when the call was made. */
  readonly written: number
  /** What to forget since the call before; null: everything, the rows are others. */
  readonly forgotten: ForgottenColumns | null
}

/** Where each call's `state` (shared memory) tells both sides how far it is. */
export const callState = { length: 2, cancelled: 0, started: 1 } as const

export type ThreadRequest =
  | {
      readonly type: 'call'
      readonly id: number
      readonly name: string
      readonly input: unknown
      readonly dataset: DatasetState
      readonly state: Int32Array
    }
  | { readonly type: 'cancel'; readonly id: number }
  /** Closes the files of a dataset. */
  | { readonly type: 'release'; readonly id: number; readonly dataset: string }

export type ThreadReply =
  | { readonly type: 'answer'; readonly id: number; readonly output: unknown }
  | { readonly type: 'failure'; readonly id: number; readonly failure: Failure }
  | { readonly type: 'progress'; readonly id: number; readonly progress: Progress }
  | { readonly type: 'released'; readonly id: number }
  /** Asks for an array; the thread sleeps until it has an answer. */
  | { readonly type: 'packed'; readonly dataset: string; readonly key: PackedKey }

/** The answer to `packed`, on a port of its own. */
export type PackedReply = { readonly packed: Packed } | { readonly failure: Failure }

export interface ThreadData {
  readonly arrays: MessagePort
  /** One number: 1 once there is an answer on `arrays`. */
  readonly answered: Int32Array
}

/** An expected failure, or (without a code) a bug with its stack. */
export interface Failure {
  readonly code: ErrorCode | null
  readonly message: string
  readonly details: ErrorDetails
  readonly stack: string | null
}
