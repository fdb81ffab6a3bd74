// How many images go into one request to a server. Pure.
import type { ServerSpec } from '../model-spec.ts'

/** Some 10 MB of 224 x 224 pixels: the server's own batching puts requests together. */
const binaryBatchSize = 16
/** Numbers as text take five times the room, and servers take long to read them. */
const textBatchSize = 4

/** @param asked What somebody chose; null = what suits. Never more than the server takes at once. */
export function planServerBatch({ isBinary, maxBatch }: ServerSpec, asked: number | null): number {
  return Math.min(asked ?? (isBinary ? binaryBatchSize : textBatchSize), maxBatch ?? Infinity)
}
