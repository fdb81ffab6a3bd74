// Gathers a field's values while a dataset streams in, and decides at the end what kind of field it is.
import { type Codes, createCodes } from '#core/columns/column.ts'
import type { FieldKind, FieldValue } from '#core/sample.ts'

const longText = 120

export interface FinishedField {
  readonly kind: FieldKind
  /** Codes with their dictionary, or numbers (NaN = missing). */
  readonly data:
    | { readonly kind: 'codes'; readonly codes: Codes; readonly values: readonly string[] }
    | { readonly kind: 'numbers'; readonly values: Float32Array | Float64Array }
}

/** Values are interned as they come, so that a million rows of a few values cost little. */
export class FieldAccumulator {
  readonly #codeOf = new Map<string | number | boolean, number>()
  readonly #declared: FieldKind | null
  #codes: Uint32Array = new Uint32Array(1024)
  #rows = 0

  /** `values`: the closed list of a field that has one; they get the first codes, in that order. */
  constructor(declared: FieldKind | null, values: readonly string[] = []) {
    this.#declared = declared
    for (const value of values) this.#intern(value)
  }

  /** Sets the value of `row`; rows in between are missing. */
  set(row: number, value: FieldValue): void {
    if (row >= this.#codes.length) {
      const larger = new Uint32Array(Math.max(row + 1, this.#codes.length * 2))
      larger.set(this.#codes)
      this.#codes = larger
    }
    this.#rows = Math.max(this.#rows, row + 1)
    this.#codes[row] = value === null || Number.isNaN(value) ? 0 : this.#intern(value)
  }

  #intern(value: string | number | boolean): number {
    const known = this.#codeOf.get(value)
    if (known !== undefined) return known
    const code = this.#codeOf.size + 1
    this.#codeOf.set(value, code)
    return code
  }

  finish(rowCount: number): FinishedField {
    const values = [...this.#codeOf.keys()]
    const kind = this.#kind(values)
    if (kind === 'number')
      return { kind, data: { kind: 'numbers', values: this.#numbers(values as number[], rowCount) } }
    if (kind === 'boolean') {
      const table = Uint32Array.from([0, ...values.map((value) => (value === true || value === 'true' ? 2 : 1))])
      return { kind, data: { kind: 'codes', codes: this.#mapped(table, 2, rowCount), values: ['false', 'true'] } }
    }
    // 1 and "1" may both occur in a mixed field: as text they are one value.
    const texts = new Map<string, number>()
    const table = Uint32Array.from([0, ...values.map((value) => internText(texts, String(value)))])
    return {
      kind,
      data: { kind: 'codes', codes: this.#mapped(table, texts.size, rowCount), values: [...texts.keys()] },
    }
  }

  #kind(values: readonly (string | number | boolean)[]): FieldKind {
    const all = (type: string) => values.length > 0 && values.every((value) => typeof value === type)
    if (values.length === 0) return this.#declared ?? 'category'
    if (this.#declared === 'number' && all('number')) return 'number'
    if (this.#declared === 'boolean' && all('boolean')) return 'boolean'
    if (this.#declared === 'category' || this.#declared === 'text') return this.#declared
    if (all('number')) return 'number'
    if (all('boolean')) return 'boolean'
    const present = this.#codes.subarray(0, this.#rows).reduce((n, code) => n + (code === 0 ? 0 : 1), 0)
    const mostlyDistinct = values.length > 20 && values.length > present / 2
    const isLong = values.some((value) => String(value).length > longText || String(value).includes('\n'))
    return mostlyDistinct || isLong ? 'text' : 'category'
  }

  #mapped(table: Uint32Array, size: number, rowCount: number): Codes {
    const codes = createCodes(rowCount, size)
    for (let row = 0; row < this.#rows; row++) codes[row] = table[this.#codes[row]!]!
    return codes
  }

  /** float32 where that loses nothing, else float64. */
  #numbers(values: readonly number[], rowCount: number): Float32Array | Float64Array {
    const exact = values.every((value) => Math.fround(value) === value)
    const numbers = exact ? new Float32Array(rowCount) : new Float64Array(rowCount)
    numbers.fill(NaN)
    for (let row = 0; row < this.#rows; row++) if (this.#codes[row] !== 0) numbers[row] = values[this.#codes[row]! - 1]!
    return numbers
  }
}

function internText(texts: Map<string, number>, text: string): number {
  const known = texts.get(text)
  if (known !== undefined) return known
  texts.set(text, texts.size + 1)
  return texts.size
}
