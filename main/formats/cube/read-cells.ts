// Reads the cells of a cube out of its files: values become codes, rows of one cell are added up, and the order is that of the
// values, so that one cube is one dataset whoever wrote its file.
import { CellGrouper, maxCells, maxImages } from '#core/cube/group-cells.ts'
import { FoibleError, throwIfCancelled } from '#core/errors.ts'
import type { FieldValue } from '#core/sample.ts'
import { toFieldValue } from '../column-values.ts'
import { readParquetColumns } from '../parquet-file.ts'
import type { ParquetSource } from '../parquet-sources.ts'
import { countColumn } from './cube-terms.ts'
import { inTurns, sortInTurns } from './in-turns.ts'
import type { CubePlan } from './plan-cube.ts'
import { type CellColumn, ValueColumn } from './value-column.ts'

const rowsTogether = 65_536

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
  // A row is put where the next new cell would be, and stays there if it is one.
  const capacity = Math.min(rows, maxCells + 1) + 1
  const labels = new ValueColumn(capacity)
  const fields = terms.fields.map(() => new ValueColumn(capacity))
  const verdicts = terms.models.map(() => new Uint8Array(capacity))
  const grouper = new CellGrouper([...fields.map((field) => field.codes), labels.codes, ...verdicts])
  const columns = [...terms.fields, ...terms.models].map(({ column }) => column).concat(label, countColumn)
  let images = 0
  for (const { name, file, metadata } of sources) {
    const end = Number(metadata.num_rows)
    for (let from = 0; from < end; from += rowsTogether) {
      throwIfCancelled(signal)
      const to = Math.min(end, from + rowsTogether)
      const cells = await readParquetColumns(file, name, metadata, columns, from, to, keepCount)
      const valueAt = (column: string, i: number) => toValue(cells.get(column)?.[i], column, name)
      await inTurns(to - from, signal, (start, end) => {
        for (let i = start; i < end; i++) {
          const count = toCount(cells.get(countColumn)?.[i], name, from + i)
          const cell = grouper.size
          fields.forEach((field, at) => field.set(cell, valueAt(terms.fields[at]!.column, i)))
          const own = valueAt(label, i)
          labels.set(cell, own === null || own === '' ? null : String(own))
          verdicts.forEach((column, at) => {
            const verdict = cells.get(terms.models[at]!.column)?.[i]
            column[cell] = verdict === true ? 2 : verdict === false ? 1 : 0
          })
          // A count of none is what a full grid of combinations has; it stands for nothing.
          if (count === 0) continue
          images += count
          if (images > maxImages) throw tooManyImages(name)
          grouper.add(cell, count)
          if (grouper.size > maxCells) throw tooManyCells(name)
        }
      })
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
  return await canonical(grouper, images, [...fields, labels], verdicts, signal)
}

/** In the order of the fields' values, then the class, then the verdicts; missing ones last. */
async function canonical(
  { size, counts }: CellGrouper,
  images: number,
  columns: readonly ValueColumn[],
  verdicts: readonly Uint8Array[],
  signal: AbortSignal,
): Promise<CubeCells> {
  const finished = columns.map((column) => column.finish())
  const levels = [
    ...columns.map(({ codes }, at) => ({ codes, rankOf: finished[at]!.rankOf })),
    ...verdicts.map((codes) => ({ codes, rankOf: verdictRanks })),
  ]
  let order: Uint32Array = new Uint32Array(size)
  await inTurns(size, signal, (from, to) => {
    for (let cell = from; cell < to; cell++) order[cell] = cell
  })
  // The last level first, as many of them in one key as it holds.
  let keys = new Uint32Array(size)
  let span = 1
  for (const { codes, rankOf } of levels.toReversed()) {
    const ranks = rankOf.length + 1
    if (span * ranks > 2 ** 32) {
      order = await sortInTurns(order, keys, signal)
      keys = new Uint32Array(size)
      span = 1
    }
    const step = span
    await inTurns(size, signal, (from, to) => {
      for (let cell = from; cell < to; cell++) keys[cell]! += rankOf[codes[cell]!]! * step
    })
    span *= ranks
  }
  order = await sortInTurns(order, keys, signal)
  const inOrder = async <T extends Uint8Array | Float64Array>(to: T, values: T): Promise<T> => {
    await inTurns(size, signal, (from, end) => {
      for (let at = from; at < end; at++) to[at] = values[order[at]!]!
    })
    return to
  }
  const fields: CellColumn[] = []
  for (const { take } of finished) fields.push(await take(order, signal))
  const label = fields.pop()
  if (label?.kind !== 'codes') throw new Error('the class is not a column of codes')
  const judged: Uint8Array[] = []
  for (const column of verdicts) judged.push(await inOrder(new Uint8Array(size), column))
  const weights = await inOrder(new Float64Array(size), counts)
  return { count: size, images, fields, label, verdicts: judged, weights }
}

/** Not judged, wrong, right: in the order of their codes. */
const verdictRanks = Uint32Array.of(0, 1, 2)

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

function tooManyCells(file: string): FoibleError {
  const message = `“${file}” has more cells than the ${maxCells.toLocaleString('en-US')} that Foible keeps together; count by fewer fields, or cut numbers into bins.`
  return new FoibleError('too_large', message, { file, limit: maxCells })
}

function tooManyImages(file: string): FoibleError {
  const message = `“${file}” counts more than 2^53 images together, beyond which counts are not exact; write several cubes.`
  return new FoibleError('too_large', message, { file })
}
