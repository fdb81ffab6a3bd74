// What the main process and the engine's process say to each other, besides the contract's calls, which go from the
// renderer to the engine over a port of their own.
import type { ErrorCode } from '#core/errors.ts'

export type ImageKind = 'thumb' | 'image'

export interface HostImage {
  readonly bytes: Uint8Array
  /** Media type. */
  readonly type: string
  readonly etag: string
}

/** What the engine's process is started with: its one argument, as JSON. */
export interface EngineStart {
  /** null = the engine's default folder. */
  readonly library: string | null
  /** Whether the main process keeps secrets for it. */
  readonly hasKeychain: boolean
}

export type HostMessage =
  /** A renderer's port is attached. */
  | { readonly type: 'connect' }
  | {
      readonly type: 'image'
      readonly id: number
      readonly dataset: string
      readonly sample: number
      readonly kind: ImageKind
    }
  /** The picture of a tensor; answered like an image. */
  | { readonly type: 'tensor'; readonly id: number; readonly key: string }
  | { readonly type: 'cancel'; readonly id: number }
  /** A path that a person chose; answered with its place id. */
  | { readonly type: 'place'; readonly id: number; readonly path: string }
  /** Answers `secret`: the value that is kept now. */
  | { readonly type: 'secret'; readonly id: number; readonly value: string | null; readonly failure: string | null }
  | { readonly type: 'stop' }

export type EngineMessage =
  | { readonly type: 'ready' }
  /** The engine cannot start, e.g. because another process has the library open. The process ends. */
  | { readonly type: 'refused'; readonly code: ErrorCode | 'internal'; readonly message: string }
  | { readonly type: 'image'; readonly id: number; readonly image: HostImage | null }
  | { readonly type: 'place'; readonly id: number; readonly place: string }
  /** Reads a secret, or, with a value, keeps it (null forgets it) first. */
  | { readonly type: 'secret'; readonly id: number; readonly name: string; readonly value?: string | null }
