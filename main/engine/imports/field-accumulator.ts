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

/**
 * Values are interned as they come, so that a million rows of a few values cost little; numbers are kept as they are for as
 * long as nothing else comes.
 */
export class FieldAccumulator {
  readonly #codeOf = new Map<string | number | boolean, number>()
  readonly #declared: FieldKind | null
  /** As narrow as the codes so far allow. */
  #codes: Uint8Array | Uint16Array | Uint32Array = new Uint8Array()
  /** NaN = missing; null once a value was no number. */
  #plain: Float64Array | null
  #rows = 0

  /** `values`: the closed list of a field that has one; they get the first codes, in that order. */
  constructor(declared: FieldKind | null, values: readonly string[] = []) {
    this.#declared = declared
    this.#plain = values.length === 0 && (declared === null || declared === 'number') ? new Float64Array() : null
    for (const value of values) this.#intern(value)
  }

  /** Sets the values of `count` rows from `first` on; rows in between are missing. */
  setAll(first: number, values: readonly FieldValue[] | null, count: number): void {
    // Rows without a value take no room.
    if (values?.some((value) => value !== null) === true) {
      const plain = this.#plain
      if (plain && values.every((value) => value === null || typeof value === 'number')) {
        this.#plain = this.#withRoom(plain, first + count, NaN)
        for (let i = 0; i < count; i++) this.#plain[first + i] = (values[i] as number | null) ?? NaN
      } else {
        if (plain) this.#internNumbers(plain)
        this.#codes = this.#withRoom(this.#codes, first + count, 0)
        this.#setCodes(first, values, count)
      }
    }
    this.#rows = Math.max(this.#rows, first + count)
  }

  #setCodes(first: number, values: readonly FieldValue[], count: number): void {
    let last: FieldValue = null
    let code = 0
    for (let i = 0; i < count; i++) {
      const value = values[i] ?? null
      if (value !== last) {
        last = value
        code = value === null || Number.isNaN(value) ? 0 : this.#intern(value)
      }
      this.#codes[first + i] = code
    }
  }

  #internNumbers(numbers: Float64Array): void {
    this.#plain = null
    this.#codes = this.#withRoom(this.#codes, numbers.length, 0)
    for (const [row, number] of numbers.entries()) {
      if (Number.isNaN(number)) continue
      const code = this.#intern(number)
      this.#codes[row] = code
    }
  }

  #withRoom<T extends Uint8Array | Uint16Array | Uint32Array | Float64Array>(
    array: T,
    rows: number,
    missing: number,
  ): T {
    if (rows <= array.length) return array
    const ofKind = array.constructor as new (length: number) => T
    const larger = new ofKind(Math.max(rows, array.length * 2, 1024))
    if (missing !== 0) larger.fill(missing)
    larger.set(array)
    return larger
  }

  #intern(value: string | number | boolean): number {
    const known = this.#codeOf.get(value)
    if (known !== undefined) return known
    const code = this.#codeOf.size + 1
    this.#codeOf.set(value, code)
    if (code === 0x100) this.#codes = Uint16Array.from(this.#codes)
    if (code === 0x10000) this.#codes = Uint32Array.from(this.#codes)
    return code
  }

  finish(rowCount: number): FinishedField {
    if (this.#plain?.some((value) => !Number.isNaN(value)))
      return {
        kind: 'number',
        data: { kind: 'numbers', values: packNumbers(this.#plain.subarray(0, this.#rows), rowCount) },
      }
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
    let present = 0
    for (const code of this.#codes.subarray(0, this.#rows)) if (code !== 0) present++
    const mostlyDistinct = values.length > 20 && values.length > present / 2
    const isLong = values.some((value) => String(value).length > longText || String(value).includes('\n'))
    return mostlyDistinct || isLong ? 'text' : 'category'
  }

  #mapped(table: Uint32Array, size: number, rowCount: number): Codes {
    const codes = createCodes(rowCount, size)
    const known = Math.min(this.#rows, this.#codes.length)
    for (let row = 0; row < known; row++) codes[row] = table[this.#codes[row]!]!
    return codes
  }

  #numbers(values: readonly number[], rowCount: number): Float32Array | Float64Array {
    const codes = this.#codes.subarray(0, this.#rows)
    const numbers = Float64Array.from(codes, (code) => (code === 0 ? NaN : values[code - 1]!))
    return packNumbers(numbers, rowCount)
  }
}

/** float32 where that loses nothing, else float64. */
function packNumbers(values: Float64Array, rowCount: number): Float32Array | Float64Array {
  const exact = values.every((value) => Number.isNaN(value) || Math.fround(value) === value)
  const numbers = exact ? new Float32Array(rowCount) : new Float64Array(rowCount)
  numbers.fill(NaN)
  numbers.set(values)
  return numbers
}

function internText(texts: Map<string, number>, text: string): number {
  const known = texts.get(text)
  if (known !== undefined) return known
  texts.set(text, texts.size + 1)
  return texts.size
}
