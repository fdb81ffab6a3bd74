// Where the values of a field come from that all come from one place.
import type { Column } from '#core/columns/column.ts'

/** Code 1 for every row that has a value, 0 for the others. */
export function uniformSource(column: Column, rowCount: number): Uint8Array {
  const codes = new Uint8Array(new SharedArrayBuffer(rowCount))
  for (let row = 0; row < rowCount; row++) {
    const has =
      column.kind === 'codes'
        ? column.codes[row] !== 0
        : column.kind === 'numbers'
          ? !Number.isNaN(column.values[row])
          : true
    codes[row] = has ? 1 : 0
  }
  return codes
}
