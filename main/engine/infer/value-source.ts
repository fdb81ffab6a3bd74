// What finds values for images: a dual encoder, or labelled examples.
import type { InferredSettings } from '#store/field-table.ts'

/** Columnar; arrays of n, and n x 5 for the best. */
export interface FoundBatch {
  readonly sampleIds: Uint32Array
  /** Positions among the words, best first; -1 = none. */
  readonly topIds: Int32Array
  readonly topProbabilities: Float32Array
  readonly margin: Float32Array
  /** Samples for which nothing can be found. */
  readonly failures: readonly { readonly sampleId: number }[]
}

export interface ValueSource {
  /** The vocabulary, in the order of the codes. */
  readonly words: readonly string[]
  /** As stored with the field, but for the columns and the time. */
  readonly settings: Omit<InferredSettings, 'candidatesColumnId' | 'askedAt'>
  /** `onDrop`: ids of samples that were found and are not to be kept. */
  readonly find: (rows: Uint32Array, onDrop: (suspects: readonly number[]) => void) => AsyncIterable<FoundBatch>
  /** What it runs on, for the progress line. */
  readonly message: () => string
}
