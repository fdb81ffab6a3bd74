// Events of the engine to whoever listens: shells pass them on, the command line draws progress from them.
import type { EventName, EventPayload } from '#contract/contract.ts'

type Listener = (name: EventName, payload: EventPayload<EventName>) => void

export class EventHub {
  readonly #listeners = new Set<Listener>()

  emit<N extends EventName>(name: N, payload: EventPayload<N>): void {
    for (const listener of this.#listeners) listener(name, payload)
  }

  /** Returns the function that ends the subscription. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
