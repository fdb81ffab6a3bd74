// The confusion matrix as it is drawn: which classes, in which order, what each cell is worth. Knows no canvas.
import { seriate } from './seriation.ts'

export interface MatrixClass {
  readonly name: string
  readonly ofDataset: boolean
}

/** Sparse cells, columnar: indices into `classes`. */
export interface MatrixSource {
  readonly classes: readonly MatrixClass[]
  readonly truth: ArrayLike<number>
  readonly predicted: ArrayLike<number>
  readonly count: ArrayLike<number>
  /** Samples by truth class. */
  readonly rowTotals: ArrayLike<number>
}

export type ClassOrder = 'index' | 'frequency' | 'similarity'
export type CellScale = 'count' | 'row' | 'column'

export interface MatrixOptions {
  readonly order: ClassOrder
  /** Keep this many classes, those with most errors; the others become one row and column. null = all. */
  readonly top: number | null
  /** Answers outside the dataset's classes become part of the other column. */
  readonly foldOutside: boolean
  readonly hideDiagonal: boolean
  readonly scale: CellScale
  readonly log: boolean
}

export interface AxisEntry {
  readonly name: string
  /** The classes behind it; several in the entry `other`. */
  readonly members: readonly number[]
}

export interface DrawnCell {
  readonly row: number
  readonly column: number
  readonly count: number
  /** What the scale makes of it: a count, or a share of its row or column. */
  readonly value: number
  /** Colour position in [0, 1]. */
  readonly level: number
  readonly diagonal: boolean
}

export interface DrawnMatrix {
  readonly rows: readonly AxisEntry[]
  readonly columns: readonly AxisEntry[]
  readonly rowTotals: readonly number[]
  readonly columnTotals: readonly number[]
  /** Faintest first, so that the strongest is drawn last. */
  readonly cells: readonly DrawnCell[]
  readonly maxValue: number
}

/**
 * Rows are the classes that samples have, columns those and every class that was answered. With `axes` of another
 * matrix (see `transferAxes`) both are laid out alike.
 */
export function drawMatrix(
  source: MatrixSource,
  options: MatrixOptions,
  axes: MatrixAxes = matrixAxes(source, options),
): DrawnMatrix {
  const counts = new Map<number, number>()
  const width = axes.columns.length
  for (let index = 0; index < source.count.length; index += 1) {
    const row = axes.rowOf.get(source.truth[index] ?? -1)
    const column = axes.columnOf.get(source.predicted[index] ?? -1)
    if (row === undefined || column === undefined) continue
    const key = row * width + column
    counts.set(key, (counts.get(key) ?? 0) + (source.count[index] ?? 0))
  }
  const rowTotals = axes.rows.map(() => 0)
  for (const [member, row] of axes.rowOf) rowTotals[row] = (rowTotals[row] ?? 0) + (source.rowTotals[member] ?? 0)
  const columnTotals = axes.columns.map(() => 0)
  for (const [key, count] of counts) columnTotals[key % width] = (columnTotals[key % width] ?? 0) + count

  const cells = [...counts]
    .map(([key, count]) => {
      const [row, column] = [Math.floor(key / width), key % width]
      const total = options.scale === 'row' ? rowTotals[row] : options.scale === 'column' ? columnTotals[column] : 1
      const diagonal = isDiagonal(axes.rows[row], axes.columns[column])
      return { row, column, count, value: total === 0 ? 0 : count / (total ?? 1), diagonal }
    })
    .filter((cell) => !(options.hideDiagonal && cell.diagonal))
  const maxValue = cells.reduce((max, cell) => Math.max(max, cell.value), 0)
  return {
    rows: axes.rows,
    columns: axes.columns,
    rowTotals,
    columnTotals,
    maxValue,
    cells: cells
      .map((cell) => ({ ...cell, level: colorLevel(cell.value, maxValue, options) }))
      .sort((a, b) => a.level - b.level),
  }
}

export interface MatrixAxes {
  readonly rows: readonly AxisEntry[]
  readonly columns: readonly AxisEntry[]
  /** Class index -> position. */
  readonly rowOf: ReadonlyMap<number, number>
  readonly columnOf: ReadonlyMap<number, number>
}

/** Who stands where on either side. */
export function matrixAxes(
  source: MatrixSource,
  options: Pick<MatrixOptions, 'order' | 'top' | 'foldOutside'>,
): MatrixAxes {
  const kept = keptClasses(source, options)
  const sequence = orderClasses(source, options.order).filter((index) => kept.has(index))
  const isRow = (index: number) => (source.rowTotals[index] ?? 0) > 0
  const rows = sequence.filter(isRow).map((index) => entryOf(source, index))
  const columns = sequence.map((index) => entryOf(source, index))
  const others = [...source.classes.keys()].filter((index) => !kept.has(index))
  const otherRows = others.filter(isRow)
  const answered = new Set(Array.from(source.predicted))
  const otherColumns = others.filter((index) => isRow(index) || answered.has(index))
  if (otherRows.length > 0) rows.push({ name: `other (${otherRows.length})`, members: otherRows })
  if (otherColumns.length > 0) columns.push({ name: `other (${otherColumns.length})`, members: otherColumns })
  return { rows, columns, rowOf: positions(rows), columnOf: positions(columns) }
}

/** The same layout for another matrix: classes are the same by name; those it does not know go to `other`, or nowhere. */
export function transferAxes(from: MatrixSource, axes: MatrixAxes, to: MatrixSource): MatrixAxes {
  const indexOf = new Map(from.classes.map(({ name }, index) => [name, index]))
  const carry = (positionOf: ReadonlyMap<number, number>, entries: readonly AxisEntry[]) => {
    const last = entries.length - 1
    const other = (entries[last]?.members.length ?? 0) > 1 ? last : undefined
    return new Map(
      to.classes.flatMap(({ name }, index) => {
        const position = positionOf.get(indexOf.get(name) ?? -1) ?? other
        return position === undefined ? [] : [[index, position] as const]
      }),
    )
  }
  return { ...axes, rowOf: carry(axes.rowOf, axes.rows), columnOf: carry(axes.columnOf, axes.columns) }
}

function entryOf(source: MatrixSource, index: number): AxisEntry {
  return { name: source.classes[index]?.name ?? '', members: [index] }
}

function positions(entries: readonly AxisEntry[]): ReadonlyMap<number, number> {
  return new Map(entries.flatMap((entry, position) => entry.members.map((member) => [member, position] as const)))
}

function isDiagonal(row: AxisEntry | undefined, column: AxisEntry | undefined): boolean {
  return row?.members.length === 1 && column?.members.length === 1 && row.members[0] === column.members[0]
}

function keptClasses(
  source: MatrixSource,
  { top, foldOutside }: Pick<MatrixOptions, 'top' | 'foldOutside'>,
): ReadonlySet<number> {
  const candidates = [...source.classes.keys()].filter(
    (index) => !foldOutside || (source.classes[index]?.ofDataset ?? false) || (source.rowTotals[index] ?? 0) > 0,
  )
  if (top === null || candidates.length <= top) return new Set(candidates)
  const errors = errorsByClass(source)
  const ranked = candidates.sort((a, b) => (errors[b] ?? 0) - (errors[a] ?? 0) || a - b)
  return new Set(ranked.slice(0, top))
}

/** Wrong answers that a class takes part in, as the truth or as the answer. */
function errorsByClass(source: MatrixSource): readonly number[] {
  const errors = source.classes.map(() => 0)
  for (let index = 0; index < source.count.length; index += 1) {
    const [truth, predicted] = [source.truth[index] ?? 0, source.predicted[index] ?? 0]
    if (truth === predicted) continue
    errors[truth] = (errors[truth] ?? 0) + (source.count[index] ?? 0)
    errors[predicted] = (errors[predicted] ?? 0) + (source.count[index] ?? 0)
  }
  return errors
}

/** A permutation of all classes; ties and classes without samples keep their index order at the end. */
export function orderClasses(source: MatrixSource, order: ClassOrder): number[] {
  const indices = [...source.classes.keys()]
  if (order === 'index') return indices
  const errors = errorsByClass(source)
  if (order === 'frequency') {
    return indices.sort(
      (a, b) => (source.rowTotals[b] ?? 0) - (source.rowTotals[a] ?? 0) || (errors[b] ?? 0) - (errors[a] ?? 0) || a - b,
    )
  }
  const confused = indices.filter((index) => (errors[index] ?? 0) > 0)
  const place = new Map(confused.map((index, position) => [index, position]))
  const n = confused.length
  const similarity = new Float32Array(n * n)
  for (let index = 0; index < source.count.length; index += 1) {
    const [truth, predicted] = [source.truth[index] ?? 0, source.predicted[index] ?? 0]
    const [a, b] = [place.get(truth), place.get(predicted)]
    if (truth === predicted || a === undefined || b === undefined) continue
    const share = (source.count[index] ?? 0) / Math.max(1, source.rowTotals[truth] ?? 0)
    similarity[a * n + b] = (similarity[a * n + b] ?? 0) + share
    similarity[b * n + a] = (similarity[b * n + a] ?? 0) + share
  }
  const sequence = seriate(similarity, n).map((position) => confused[position] ?? 0)
  return [...sequence, ...indices.filter((index) => (errors[index] ?? 0) === 0)]
}

/** Where a value lies between nothing and the greatest. The log scale counts images, or hundredths of a share. */
export function colorLevel(value: number, max: number, options: Pick<MatrixOptions, 'scale' | 'log'>): number {
  if (max <= 0) return 0
  if (!options.log) return value / max
  const unit = options.scale === 'count' ? 1 : 100
  return Math.log1p(value * unit) / Math.log1p(max * unit)
}
