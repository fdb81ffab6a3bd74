// One column of a cube on its way in: values become codes as they come, and get their order when all have come.
import { type Codes, compareText, createCodes } from '#core/columns/column.ts'
import type { FieldValue } from '#core/sample.ts'
import { inTurns } from './in-turns.ts'

/** One field's values over the cells. */
export type CellColumn =
  | { readonly kind: 'codes'; readonly codes: Codes; readonly values: readonly string[] }
  /** NaN = missing. */
  | { readonly kind: 'numbers'; readonly values: Float64Array }

export interface FinishedColumn {
  /** The rank of each code's value from 1; that of code 0, missing, is the last. */
  readonly rankOf: Uint32Array
  /** The values of cells in another order. */
  readonly take: (order: Uint32Array, signal: AbortSignal) => Promise<CellColumn>
}

export class ValueColumn {
  /** By cell; 0 = missing. */
  readonly codes: Uint32Array
  readonly #codeOf = new Map<string | number | boolean, number>()

  constructor(cells: number) {
    this.codes = new Uint32Array(cells)
  }

  set(cell: number, value: FieldValue): void {
    let code = value === null ? 0 : this.#codeOf.get(value)
    if (code === undefined) this.#codeOf.set(value!, (code = this.#codeOf.size + 1))
    this.codes[cell] = code
  }

  finish(): FinishedColumn {
    const values = [...this.#codeOf.keys()]
    const isNumeric = values.length > 0 && values.every((value) => typeof value === 'number')
    const isBoolean = values.length > 0 && values.every((value) => typeof value === 'boolean')
    const texts = values.map(String)
    const sorted = texts
      .map((_, at) => at)
      .sort((a, b) => (isNumeric ? Number(values[a]) - Number(values[b]) : compareText(texts[a]!, texts[b]!)))
    const rankOf = new Uint32Array(values.length + 1)
    rankOf[0] = values.length + 1
    sorted.forEach((at, rank) => (rankOf[at + 1] = rank + 1))
    return {
      rankOf,
      take: async (order, signal) => {
        if (isNumeric) {
          const numbers = Float64Array.from([NaN, ...values.map(Number)])
          return { kind: 'numbers', values: await this.#take(new Float64Array(order.length), numbers, order, signal) }
        }
        // Both truth values have their code, also where only one of them comes.
        const newCodes = Uint32Array.from([
          0,
          ...values.map((value, at) => (isBoolean ? (value === true ? 2 : 1) : rankOf[at + 1]!)),
        ])
        const names = isBoolean ? ['false', 'true'] : sorted.map((at) => texts[at]!)
        const codes = createCodes(order.length, names.length)
        return { kind: 'codes', codes: await this.#take(codes, newCodes, order, signal), values: names }
      },
    }
  }

  async #take<T extends Float64Array | Codes>(
    to: T,
    byCode: ArrayLike<number>,
    order: Uint32Array,
    signal: AbortSignal,
  ): Promise<T> {
    await inTurns(order.length, signal, (from, end) => {
      for (let at = from; at < end; at++) to[at] = byCode[this.codes[order[at]!]!]!
    })
    return to
  }
}
