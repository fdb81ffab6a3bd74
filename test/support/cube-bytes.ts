// Cubes as anybody's program might write them, in memory.
import { type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer'

export type CubeColumns = Readonly<Record<string, Omit<ColumnSource, 'name'>>>

/** `metadata`: pairs of the footer. */
export function cubeBytes(columns: CubeColumns, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: Object.entries(columns).map(([name, column]) => ({ name, ...column })),
      kvMetadata: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    }),
  )
}

/** Counts as 64-bit whole numbers. */
export function counts(...values: readonly (number | bigint)[]): CubeColumns[string] {
  return { data: values.map(BigInt), type: 'INT64' }
}

export function texts(...values: readonly (string | null)[]): CubeColumns[string] {
  return { data: [...values], type: 'STRING' }
}

export function verdicts(...values: readonly (boolean | null)[]): CubeColumns[string] {
  return { data: [...values], type: 'BOOLEAN' }
}
