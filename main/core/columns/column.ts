// Columns as the analysis reads them: one typed array a property, over all rows of a dataset.
import type { FilterExpr, Path } from '../filter/expr.ts'
import type { Bitset } from './bitset.ts'

export type Codes = Uint8Array | Uint16Array | Uint32Array

/** The values behind codes: code c (from 1) stands for `values[c - 1]`; code 0 is missing. */
export interface Dictionary {
  readonly values: readonly string[]
  /** What the strings stand for when they leave the engine. */
  readonly kind: 'text' | 'boolean'
  /** Ids of the values where they have some of their own (a model's classes): numbers in filters mean these. */
  readonly ids: readonly number[] | null
}

export type Column =
  | { readonly kind: 'codes'; readonly codes: Codes; readonly dictionary: Dictionary }
  /** NaN = missing. */
  | { readonly kind: 'numbers'; readonly values: Float32Array | Float64Array }
  /** Built-in text that is distinct for every row (file names). */
  | { readonly kind: 'strings'; readonly values: readonly string[] }
  /** The row number plus one: the built-in `id`. */
  | { readonly kind: 'ids' }

/** Correctness codes of a run: 0 = not judged, 1 = wrong, 2 = right (a boolean column's codes). */
export const wrongCode = 1
export const rightCode = 2

/** What a filter is evaluated against. Unknown names throw `unknown_name`. */
export interface ColumnSource {
  readonly rowCount: number
  /** How many images each row stands for, where rows are the cells of a cube; null or absent: one. */
  readonly weights?: Float64Array | null
  column(path: Path): Column
  tag(name: string): Bitset
  view(name: string): FilterExpr
  /** Rows that a finding is about. */
  finding(rule: string): Bitset
  /** Rows with a prediction of this model. */
  predicted(model: string): Bitset
  correct(model: string): Uint8Array
  /** The dataset's other models: what `only_wrong` compares with. */
  otherModels(model: string): readonly string[]
  /** For every model, a label code per row that means the same label across these models; 0 = none. */
  sharedLabels(models: readonly string[]): readonly Codes[]
}

/** The narrowest code array for `size` dictionary entries, over memory that worker threads may share. */
export function createCodes(rowCount: number, size: number): Codes {
  if (size <= 0xff) return new Uint8Array(new SharedArrayBuffer(rowCount))
  if (size <= 0xffff) return new Uint16Array(new SharedArrayBuffer(rowCount * 2))
  return new Uint32Array(new SharedArrayBuffer(rowCount * 4))
}

/** The value behind a code as it leaves the engine. */
export function decodeCode(dictionary: Dictionary, code: number): string | boolean | null {
  if (code === 0) return null
  const value = dictionary.values[code - 1] ?? null
  return dictionary.kind === 'boolean' && value !== null ? value === 'true' : value
}

/** Orders strings by code points, as SQLite's BINARY collation does; JavaScript's own `<` goes by UTF-16 units. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x === y) continue
    const surrogateX = x >= 0xd800 && x <= 0xdfff
    const surrogateY = y >= 0xd800 && y <= 0xdfff
    // A surrogate belongs to a code point above every unit of the basic plane.
    if (surrogateX !== surrogateY) return surrogateX ? 1 : -1
    return x - y
  }
  return a.length - b.length
}
