// Two fields crossed: one code for every combination of values that occurs.
import { type Codes, createCodes } from '../columns/column.ts'

export interface CrossedValues {
  /** 0 where either value is missing. */
  readonly codes: Codes
  readonly size: number
  /** The values behind code c, at c - 1. */
  readonly first: Uint32Array
  readonly second: Uint32Array
}

interface ValueColumn {
  readonly codes: Codes
  readonly size: number
}

/** Above so many possible combinations a map takes the place of a table. */
const widestTable = 1 << 24

/** Codes are given in the order in which the combinations first occur. Both columns have the same number of rows. */
export function crossValues(a: ValueColumn, b: ValueColumn): CrossedValues {
  const stride = b.size + 1
  const keys: number[] = []
  const possible = (a.size + 1) * stride
  // As narrow as is known before the combinations are.
  const codes = createCodes(a.codes.length, Math.min(a.size * b.size, a.codes.length))
  if (possible <= widestTable) crossByTable(a.codes, b.codes, stride, new Uint32Array(possible), keys, codes)
  else crossByMap(a.codes, b.codes, stride, keys, codes)
  return {
    codes,
    size: keys.length,
    first: Uint32Array.from(keys, (key) => Math.floor(key / stride)),
    second: Uint32Array.from(keys, (key) => key % stride),
  }
}

function crossByTable(a: Codes, b: Codes, stride: number, table: Uint32Array, keys: number[], codes: Codes): void {
  for (let row = 0; row < a.length; row++) {
    const x = a[row]!
    const y = b[row]!
    if (x === 0 || y === 0) continue
    const key = x * stride + y
    let code = table[key]!
    if (code === 0) {
      code = keys.push(key)
      table[key] = code
    }
    codes[row] = code
  }
}

function crossByMap(a: Codes, b: Codes, stride: number, keys: number[], codes: Codes): void {
  const known = new Map<number, number>()
  for (let row = 0; row < a.length; row++) {
    const x = a[row]!
    const y = b[row]!
    if (x === 0 || y === 0) continue
    const key = x * stride + y
    let code = known.get(key)
    if (code === undefined) {
      code = keys.push(key)
      known.set(key, code)
    }
    codes[row] = code
  }
}
