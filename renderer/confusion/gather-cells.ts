// The cells of a matrix by their places on its axes; what falls into one place is added up. A million cells, no objects.
import type { MatrixAxes, MatrixSource } from './axis-model.ts'

/** Parallel arrays, by row and then column. */
export interface GatheredCells {
  readonly row: Uint32Array
  readonly column: Uint32Array
  readonly count: Float64Array
}

export function gatherCells(source: MatrixSource, axes: MatrixAxes): GatheredCells {
  const places = placeCells(source, axes)
  const order = sortByPlace(places, axes.rows.length, axes.columns.length)
  const gathered = {
    row: new Uint32Array(order.length),
    column: new Uint32Array(order.length),
    count: new Float64Array(order.length),
  }
  let used = 0
  for (const cell of order) {
    const [row, column] = [places.row[cell] ?? 0, places.column[cell] ?? 0]
    if (used === 0 || gathered.row[used - 1] !== row || gathered.column[used - 1] !== column) {
      gathered.row[used] = row
      gathered.column[used] = column
      used += 1
    }
    gathered.count[used - 1] = (gathered.count[used - 1] ?? 0) + (places.count[cell] ?? 0)
  }
  return {
    row: gathered.row.slice(0, used),
    column: gathered.column.slice(0, used),
    count: gathered.count.slice(0, used),
  }
}

/** The number of a cell; -1 where nothing is. */
export function findCell(
  { row, column }: Pick<GatheredCells, 'row' | 'column'>,
  atRow: number,
  atColumn: number,
): number {
  let [low, high] = [0, row.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    const order = (row[middle] ?? 0) - atRow || (column[middle] ?? 0) - atColumn
    if (order === 0) return middle
    if (order < 0) low = middle + 1
    else high = middle
  }
  return -1
}

interface Places extends GatheredCells {
  readonly length: number
}

/** Judged cells, then the others; those without a place on either axis are left out. */
function placeCells({ classes, truth, predicted, count, unjudged }: MatrixSource, axes: MatrixAxes): Places {
  const { rowOf, columnOf, unacceptedRow } = axes
  const most = count.length + unjudged.count.length
  const places = { row: new Uint32Array(most), column: new Uint32Array(most), count: new Float64Array(most) }
  let length = 0
  const add = (row: number, column: number, n: number) => {
    if (row < 0 || column < 0) return
    places.row[length] = row
    places.column[length] = column
    places.count[length] = n
    length += 1
  }
  for (let cell = 0; cell < count.length; cell += 1) {
    add(rowOf[truth[cell] ?? 0] ?? -1, columnOf[predicted[cell] ?? 0] ?? -1, count[cell] ?? 0)
  }
  const none = classes.length
  for (let cell = 0; cell < unjudged.count.length; cell += 1) {
    const [actual, answer] = [unjudged.truth[cell] ?? none, unjudged.predicted[cell] ?? none]
    const row = actual !== none && answer !== none ? unacceptedRow : (rowOf[actual] ?? -1)
    add(row, columnOf[answer] ?? -1, unjudged.count[cell] ?? 0)
  }
  return { ...places, length }
}

/** Two counting sorts, by column and then by row. */
function sortByPlace({ row, column, length }: Places, rows: number, columns: number): Uint32Array {
  const all = Uint32Array.from({ length }, (_, cell) => cell)
  return sortBy(sortBy(all, column, columns), row, rows)
}

function sortBy(order: Uint32Array, keys: Uint32Array, keyCount: number): Uint32Array {
  const next = new Uint32Array(keyCount + 1)
  for (const cell of order) next[(keys[cell] ?? 0) + 1] = (next[(keys[cell] ?? 0) + 1] ?? 0) + 1
  for (let key = 0; key < keyCount; key += 1) next[key + 1] = (next[key + 1] ?? 0) + (next[key] ?? 0)
  const sorted = new Uint32Array(order.length)
  for (const cell of order) {
    const key = keys[cell] ?? 0
    const place = next[key] ?? 0
    sorted[place] = cell
    next[key] = place + 1
  }
  return sorted
}
