// A channel carries structured messages between two sides. rpc knows only this; adapters stand beside it.

export interface Channel {
  send(message: unknown): void
  /** Called for every message, in order. Set once. */
  onMessage(listener: (message: unknown) => void): void
  /** Called once, when the other side is gone. */
  onClose(listener: () => void): void
  close(): void
}
