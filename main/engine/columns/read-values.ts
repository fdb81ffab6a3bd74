// Values as they leave the engine: one cell, or a column's cells of some rows.
import { type Column, decodeCode } from '#core/columns/column.ts'
import { shortestDecimal } from '#core/columns/shortest-decimal.ts'
import type { FieldValue } from '#core/sample.ts'

export function readValue(column: Column, row: number): FieldValue {
  switch (column.kind) {
    case 'codes':
      return decodeCode(column.dictionary, column.codes[row]!)
    case 'numbers': {
      const value = column.values[row]!
      if (Number.isNaN(value)) return null
      return column.values instanceof Float64Array ? value : shortestDecimal(value)
    }
    case 'strings':
      return column.values[row] ?? null
    case 'ids':
      return row + 1
  }
}
