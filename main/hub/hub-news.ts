// What the Hub's side is doing right now, for whoever shows it: waits, and files that are fetched whole.
import type { HubWait } from './hub-fetch.ts'

export type HubNews =
  | ({ readonly kind: 'wait' } & HubWait)
  /** A wait is over. */
  | { readonly kind: 'go' }
  | { readonly kind: 'file'; readonly path: string; readonly receivedBytes: number; readonly totalBytes: number }

export type HubListener = (news: HubNews) => void
