// Values as they leave the engine: one cell, or a column's cells of some rows.
import { type Column, decodeCode } from '#core/columns/column.ts'
import type { FieldValue } from '#core/sample.ts'

export function readValue(column: Column, row: number): FieldValue {
  switch (column.kind) {
    case 'codes':
      return decodeCode(column.dictionary, column.codes[row]!)
    case 'numbers': {
      const value = column.values[row]!
      return Number.isNaN(value) ? null : shortest(value, column.values)
    }
    case 'strings':
      return column.values[row] ?? null
    case 'ids':
      return row + 1
  }
}

/** A float32 read as a double has digits nobody wrote: the shortest decimal that is the same float32 is what was meant. */
function shortest(value: number, values: Float32Array | Float64Array): number {
  if (values instanceof Float64Array || Number.isInteger(value)) return value
  for (let digits = 6; digits <= 9; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return short
  }
  return value
}
