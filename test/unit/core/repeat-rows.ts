// Rows that stand for several images each, and the same written out image by image.
import fc from 'fast-check'

/** A row of up to five images: values of three fields and a class, 0 where missing, verdicts of three models, 0 none. */
export interface CountedRow {
  readonly values: readonly number[]
  readonly classCode: number
  readonly verdicts: readonly number[]
  readonly predicted: readonly number[]
  readonly top5: readonly number[]
  readonly excluded: boolean
  readonly images: number
}

const upTo = (max: number) => fc.nat({ max })

export const countedRow: fc.Arbitrary<CountedRow> = fc.record({
  values: fc.tuple(upTo(4), upTo(2), upTo(3)),
  classCode: upTo(3),
  verdicts: fc.array(fc.constantFrom(1, 1, 2, 2, 2, 0), { minLength: 3, maxLength: 3 }),
  predicted: fc.array(upTo(3), { minLength: 3, maxLength: 3 }),
  top5: fc.array(upTo(2), { minLength: 3, maxLength: 3 }),
  excluded: upTo(9).map((drawn) => drawn === 0),
  images: upTo(5),
})

export const countedRows = fc.array(countedRow, { minLength: 1, maxLength: 40 })

export function writtenOut(rows: readonly CountedRow[]): CountedRow[] {
  return rows.flatMap((row) => Array.from({ length: row.images }, () => row))
}

export function weightsOf(rows: readonly CountedRow[]): Float64Array {
  return Float64Array.from(rows, ({ images }) => images)
}

/** `pick` of every row, one column an index. */
export function columnsOf(
  rows: readonly CountedRow[],
  pick: (row: CountedRow) => readonly number[],
  columns: number,
): Uint8Array[] {
  return Array.from({ length: columns }, (_, column) => Uint8Array.from(rows, (row) => pick(row)[column]!))
}
