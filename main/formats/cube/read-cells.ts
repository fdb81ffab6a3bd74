// Reads the cells of a cube out of its files: values become codes, rows of one cell are added up, and the order is that of the
// values, so that one cube is one dataset whoever wrote its file.
import { type Codes, compareText, createCodes } from '#core/columns/column.ts'
import { sortRows } from '#core/columns/order.ts'
import { CellGrouper, maxCells, maxImages } from '#core/cube/group-cells.ts'
import { FoibleError, throwIfCancelled } from '#core/errors.ts'
import type { FieldValue } from '#core/sample.ts'
import { toFieldValue } from '../column-values.ts'
import { readParquetColumns } from '../parquet-file.ts'
import type { ParquetSource } from '../parquet-sources.ts'
import { countColumn } from './cube-terms.ts'
import type { CubePlan } from './plan-cube.ts'

const rowsTogether = 65_536

/** One field's values over the cells. */
export type CellColumn =
  | { readonly kind: 'codes'; readonly codes: Codes; readonly values: readonly string[] }
  /** NaN = missing. */
  | { readonly kind: 'numbers'; readonly values: Float64Array }

export interface CubeCells {
  readonly count: number
  /** Images that all cells stand for together. */
  readonly images: number
  /** By field, in the order of the terms. */
  readonly fields: readonly CellColumn[]
  readonly label: Extract<CellColumn, { kind: 'codes' }>
  /** By model, in the order of the terms: 0 not judged, 1 wrong, 2 right. */
  readonly verdicts: readonly Uint8Array[]
  readonly weights: Float64Array
}

/**
 * All cells of the files, which have the same columns. Throws `too_large` beyond the limits of cells and images, `broken_file` for
 * counts that are none, `empty_source` where nothing was counted.
 */
export async function readCells(
  sources: readonly ParquetSource[],
  { terms, label }: CubePlan,
  signal: AbortSignal,
): Promise<CubeCells> {
  const rows = sources.reduce((sum, { metadata }) => sum + Number(metadata.num_rows), 0)
  if (rows > maxCells) throw tooManyCells(sources[0]!.name, rows)
  const labels = new ValueColumn(rows)
  const fields = terms.fields.map(() => new ValueColumn(rows))
  const verdicts = terms.models.map(() => new Uint8Array(rows))
  const grouper = new CellGrouper([...fields.map((field) => field.codes), labels.codes, ...verdicts])
  const columns = [...terms.fields, ...terms.models].map(({ column }) => column).concat(label, countColumn)
  let images = 0
  let row = 0
  for (const { name, file, metadata } of sources) {
    const end = Number(metadata.num_rows)
    for (let from = 0; from < end; from += rowsTogether) {
      throwIfCancelled(signal)
      const to = Math.min(end, from + rowsTogether)
      const cells = await readParquetColumns(file, name, metadata, columns, from, to, keepCount)
      const valueAt = (column: string, i: number) => toValue(cells.get(column)?.[i], column, name)
      for (let i = 0; i < to - from; i++, row++) {
        const count = toCount(cells.get(countColumn)?.[i], name, from + i)
        fields.forEach((field, at) => field.set(row, valueAt(terms.fields[at]!.column, i)))
        const own = valueAt(label, i)
        labels.set(row, own === null || own === '' ? null : String(own))
        verdicts.forEach((column, at) => {
          const verdict = cells.get(terms.models[at]!.column)?.[i]
          column[row] = verdict === true ? 2 : verdict === false ? 1 : 0
        })
        // A count of none is what a full grid of combinations has; it stands for nothing.
        if (count === 0) continue
        images += count
        if (images > maxImages) throw tooManyImages(name)
        grouper.add(row, count)
      }
    }
  }
  if (grouper.size === 0) {
    const name = sources[0]!.name
    throw new FoibleError(
      'empty_source',
      `“${name}” counts no image; count again, without a filter that leaves nothing.`,
      {
        file: name,
      },
    )
  }
  return canonical(grouper, images, fields, labels, verdicts)
}

/** In the order of the fields' values, then the class, then the verdicts; missing ones last. */
function canonical(
  grouper: CellGrouper,
  images: number,
  fields: readonly ValueColumn[],
  labels: ValueColumn,
  verdicts: readonly Uint8Array[],
): CubeCells {
  const { rows, counts, size } = grouper
  const kept = [...fields, labels].map((column) => column.finish(rows))
  const byCell = verdicts.map((column) => Uint8Array.from(rows, (row) => column[row]!))
  let order: Uint32Array = Uint32Array.from({ length: size }, (_, cell) => cell)
  for (const column of byCell.toReversed()) order = sortRows(order, Uint32Array.from(column))
  for (const { ranks } of kept.toReversed()) order = sortRows(order, ranks)
  const inOrder = kept.map(({ take }) => take(order))
  const label = inOrder.pop()
  if (label?.kind !== 'codes') throw new Error('the class is not a column of codes')
  return {
    count: size,
    images,
    fields: inOrder,
    label,
    verdicts: byCell.map((column) => Uint8Array.from(order, (cell) => column[cell]!)),
    weights: Float64Array.from(order, (cell) => counts[cell]!),
  }
}

/** The values of one column, as codes in the order in which they come. */
class ValueColumn {
  readonly codes: Uint32Array
  readonly #codeOf = new Map<string | number | boolean, number>()

  constructor(rows: number) {
    this.codes = new Uint32Array(rows)
  }

  set(row: number, value: FieldValue): void {
    if (value === null) return
    let code = this.#codeOf.get(value)
    if (code === undefined) this.#codeOf.set(value, (code = this.#codeOf.size + 1))
    this.codes[row] = code
  }

  /** The column over `rows`: the rank of each value (missing last), and the values in another order of these rows. */
  finish(rows: Uint32Array): {
    readonly ranks: Uint32Array
    readonly take: (order: Uint32Array) => CellColumn
  } {
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
    const ranks = Uint32Array.from(rows, (row) => rankOf[this.codes[row]!]!)
    const names = isBoolean ? ['false', 'true'] : sorted.map((at) => texts[at]!)
    const take = (order: Uint32Array): CellColumn => {
      if (isNumeric) {
        const valueAt = (cell: number) => values[this.codes[rows[cell]!]! - 1] as number | undefined
        return { kind: 'numbers', values: Float64Array.from(order, (cell) => valueAt(cell) ?? NaN) }
      }
      const codes = createCodes(order.length, names.length)
      order.forEach((cell, at) => {
        const code = this.codes[rows[cell]!]!
        codes[at] = code === 0 ? 0 : isBoolean ? (values[code - 1] === true ? 2 : 1) : rankOf[code]!
      })
      return { kind: 'codes', codes, values: names }
    }
    return { ranks, take }
  }
}

/** Whole numbers of 64 bits come as they are: a count has to be exact. */
const keepCount = new Map([[countColumn, (cell: unknown) => cell]])

function toValue(cell: unknown, column: string, file: string): FieldValue {
  const value = toFieldValue(cell)
  if (value !== undefined) return value
  const message = `The column “${column}” of “${file}” holds lists or bytes, which no cube has; leave it out.`
  throw new FoibleError('unsupported_format', message, { file, column })
}

function toCount(cell: unknown, file: string, row: number): number {
  const count = typeof cell === 'bigint' || typeof cell === 'number' ? Number(cell) : NaN
  if (count > maxImages) throw tooManyImages(file)
  if (Number.isSafeInteger(count) && count >= 0) return count
  const said = cell === null || cell === undefined ? 'nothing' : String(cell)
  const message = `Row ${row + 1} of “${file}” counts ${said} images; counts are whole numbers from 0: mend the column “${countColumn}”.`
  throw new FoibleError('broken_file', message, { file, position: row })
}

function tooManyCells(file: string, rows: number): FoibleError {
  const message = `“${file}” has ${rows.toLocaleString('en-US')} cells, more than the ${maxCells.toLocaleString('en-US')} that Foible keeps together; count by fewer fields, or cut numbers into bins.`
  return new FoibleError('too_large', message, { file, limit: maxCells })
}

function tooManyImages(file: string): FoibleError {
  const message = `“${file}” counts more than 2^53 images together, beyond which counts are not exact; write several cubes.`
  return new FoibleError('too_large', message, { file })
}
