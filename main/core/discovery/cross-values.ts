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
  const rowCount = a.codes.length
  const stride = b.size + 1
  const codeOf = createCodeTable((a.size + 1) * stride)
  const wide = new Uint32Array(rowCount)
  const keys: number[] = []
  for (let row = 0; row < rowCount; row++) {
    const x = a.codes[row]!
    const y = b.codes[row]!
    if (x === 0 || y === 0) continue
    const key = x * stride + y
    let code = codeOf.get(key)
    if (code === 0) {
      code = keys.push(key)
      codeOf.set(key, code)
    }
    wide[row] = code
  }
  return {
    codes: narrow(wide, keys.length),
    size: keys.length,
    first: Uint32Array.from(keys, (key) => Math.floor(key / stride)),
    second: Uint32Array.from(keys, (key) => key % stride),
  }
}

/** Numbers by key, 0 where there is none. */
function createCodeTable(keys: number): { get(key: number): number; set(key: number, code: number): void } {
  if (keys <= widestTable) {
    const table = new Uint32Array(keys)
    return {
      get: (key) => table[key]!,
      set: (key, code) => {
        table[key] = code
      },
    }
  }
  const map = new Map<number, number>()
  return { get: (key) => map.get(key) ?? 0, set: (key, code) => void map.set(key, code) }
}

function narrow(wide: Uint32Array, size: number): Codes {
  if (size > 0xffff) return wide
  const codes = createCodes(wide.length, size)
  codes.set(wide)
  return codes
}
