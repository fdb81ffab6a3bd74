// What the renderer knows of the shell it runs in: a client for the engine's calls, image addresses, native dialogs.
import type { RpcClient } from '#contract/rpc.ts'

export type ConnectionStatus = 'connecting' | 'open' | 'lost'
export type ImageSize = 'thumb' | 'image'

export interface Connection {
  readonly shell: 'electron' | 'browser'
  /** Calls made while the engine is away wait until it is back, or until they are aborted. */
  readonly client: RpcClient
  readonly status: () => ConnectionStatus
  /** Returns a function that stops listening. */
  onStatusChange(listener: (status: ConnectionStatus) => void): () => void
  imageUrl(dataset: string, id: number, size: ImageSize): string
  /** Of a picture that `models.tensor` named. */
  tensorUrl(key: string): string
  /** Native dialogs: a place id, or null if dismissed. Absent in shells without them, which list places instead. */
  readonly pickFolder?: () => Promise<string | null>
  readonly pickFile?: () => Promise<string | null>
  readonly pickSaveFolder?: () => Promise<string | null>
  /** A place id for something dropped on the window; absent where the shell does not learn its path. */
  readonly placeForDrop?: (file: File) => Promise<string | null>
}
