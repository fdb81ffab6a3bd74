// Where the columns of a dataset get their arrays from: the thread that writes reads them from the file, once; others ask
// it for the same memory.
import type { Packed } from './packed-column.ts'

/** An array of a dataset by what it is of. */
export type PackedKey =
  | { readonly kind: 'field' | 'source' | 'score' | 'margin' | 'candidates' | 'tag' | 'finding'; readonly name: string }
  | { readonly kind: 'run'; readonly run: number; readonly property: string }
  | { readonly kind: 'accepted' | 'weights' }

/** The array of a key, in shared memory. `read` gives it where nobody else holds it. */
export type PackedSource = (key: PackedKey, read: () => Packed) => Packed

export const readPacked: PackedSource = (_key, read) => read()
