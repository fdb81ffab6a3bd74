// Two ends of a channel within one process, for the command line and for tests. Messages are cloned, as on any wire.
import type { Channel } from './channel.ts'

export function createChannelPair(): [Channel, Channel] {
  const ends = [new PairEnd(), new PairEnd()] as const
  ends[0].other = ends[1]
  ends[1].other = ends[0]
  return [ends[0], ends[1]]
}

class PairEnd implements Channel {
  other: PairEnd | null = null
  #listener: ((message: unknown) => void) | null = null
  #closeListeners: (() => void)[] = []
  #closed = false

  send(message: unknown): void {
    if (this.#closed) return
    const copy = structuredClone(message)
    queueMicrotask(() => this.other?.receive(copy))
  }

  receive(message: unknown): void {
    this.#listener?.(message)
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#listener = listener
  }

  onClose(listener: () => void): void {
    this.#closeListeners.push(listener)
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    for (const listener of this.#closeListeners) listener()
    this.other?.close()
  }
}
