// What the server needs of the engine.
import type { EventName, EventPayload, Handlers } from '#contract/contract.ts'

export interface EngineImage {
  readonly bytes: Uint8Array
  /** Media type. */
  readonly type: string
  readonly etag: string
}

export interface ServedEngine {
  readonly handlers: Handlers
  readonly events: {
    /** Returns the function that ends the subscription. */
    listen(listener: (name: EventName, payload: EventPayload<EventName>) => void): () => void
  }
  /** null where there is no such sample or its image cannot be shown. */
  image(dataset: string, id: number, kind: 'thumb' | 'image', signal: AbortSignal): Promise<EngineImage | null>
  /** Logs an unexpected error once and returns the id shown to the user. */
  logBug(error: unknown, call: string): string
}
