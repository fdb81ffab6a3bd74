// Who stands where on the two sides of a confusion matrix: which classes, in which order, and what else has a row or column.
import { seriate, type ClassLinks } from './seriation.ts'

export interface MatrixClass {
  readonly name: string
  readonly ofDataset: boolean
}

/** Sparse cells, columnar: indices into `classes`. */
export interface MatrixCells {
  readonly truth: ArrayLike<number>
  readonly predicted: ArrayLike<number>
  readonly count: ArrayLike<number>
}

export interface MatrixSource extends MatrixCells {
  readonly classes: readonly MatrixClass[]
  /** The class that stands for wrong answers with the sample's own class; null: there are none. */
  readonly refused: number | null
  /** Judged samples by truth class. */
  readonly rowTotals: ArrayLike<number>
  /** Samples that are not judged; `classes.length` stands for no class and for no prediction. */
  readonly unjudged: MatrixCells
  /** By cell, what makes a class worth keeping; without it, its errors. */
  readonly interest?: ArrayLike<number>
}

export type ClassOrder = 'index' | 'frequency' | 'similarity'

export interface AxisOptions {
  readonly order: ClassOrder
  /** Keep this many classes, those with most errors; the others become one row and column. null = all. */
  readonly top: number | null
  /** Answers outside the dataset's classes become part of the other column. */
  readonly foldOutside: boolean
}

/**
 * `class` is one of them, `other` several. `refused`: wrong answers with the sample's own class. The last three are of
 * samples that are not judged: their class, or they themselves, accept nothing that the model could answer; they have no
 * class; they have no prediction.
 */
export type EntryKind = 'class' | 'other' | 'refused' | 'unaccepted' | 'no class' | 'no prediction'

export interface AxisEntry {
  readonly kind: EntryKind
  readonly name: string
  /** The classes behind it; none behind those that are not judged. */
  readonly members: readonly number[]
}

export interface MatrixAxes {
  readonly rows: readonly AxisEntry[]
  readonly columns: readonly AxisEntry[]
  /** Position by class index, -1 where it has none; that of no class, or no prediction, at `classes.length`. */
  readonly rowOf: Int32Array
  readonly columnOf: Int32Array
  /** Row of the samples with class and prediction that are not judged; -1 where there are none. */
  readonly unacceptedRow: number
}

/** Rows are the classes that samples have, columns those and every class that was answered. */
export function matrixAxes(source: MatrixSource, options: AxisOptions): MatrixAxes {
  const { classes, refused } = source
  const seen = look(source)
  const isKept = keptClasses(source, options, seen)
  const sequence = orderClasses(
    source,
    options.order,
    [...classes.keys()].filter((index) => isKept[index] === 1),
  )
  const others = [...classes.keys()].filter((index) => isKept[index] === 0 && index !== refused)
  const otherRows = others.filter((index) => seen.isRow[index] === 1)
  const otherColumns = others.filter((index) => seen.isRow[index] === 1 || seen.isAnswered[index] === 1)
  const classEntry = (index: number) => entry('class', classes[index]?.name ?? '', [index])
  const rows = [
    ...sequence.filter((index) => seen.isRow[index] === 1).map(classEntry),
    ...(otherRows.length > 0 ? [entry('other', `other (${otherRows.length})`, otherRows)] : []),
    ...(seen.unaccepted ? [entry('unaccepted', 'not judged', [])] : []),
    ...(seen.noClass ? [entry('no class', 'no class', [])] : []),
  ]
  const columns = [
    ...sequence.map(classEntry),
    ...(otherColumns.length > 0 ? [entry('other', `other (${otherColumns.length})`, otherColumns)] : []),
    ...(refused === null ? [] : [entry('refused', classes[refused]?.name ?? '', [refused])]),
    ...(seen.noPrediction ? [entry('no prediction', 'no prediction', [])] : []),
  ]
  return {
    rows,
    columns,
    rowOf: positions(rows, classes.length, 'no class'),
    columnOf: positions(columns, classes.length, 'no prediction'),
    unacceptedRow: rows.findIndex(({ kind }) => kind === 'unaccepted'),
  }
}

/** The same layout for another matrix: classes are the same by name; those it does not know go to `other`, or nowhere. */
export function transferAxes(from: MatrixSource, axes: MatrixAxes, to: MatrixSource): MatrixAxes {
  const indexOf = new Map(from.classes.map(({ name }, index) => [name, index]))
  const carry = (positionOf: Int32Array, entries: readonly AxisEntry[]) => {
    const other = entries.findIndex(({ kind }) => kind === 'other')
    const carried = to.classes.map(({ name }) => {
      const position = positionOf[indexOf.get(name) ?? -1] ?? -1
      return position < 0 ? other : position
    })
    return Int32Array.from([...carried, positionOf.at(-1) ?? -1])
  }
  return { ...axes, rowOf: carry(axes.rowOf, axes.rows), columnOf: carry(axes.columnOf, axes.columns) }
}

/** The classes in another order; ties and classes without errors keep theirs, the latter at the end. */
export function orderClasses(source: MatrixSource, order: ClassOrder, classes: readonly number[]): readonly number[] {
  if (order === 'index') return classes
  const errors = sumByClass(source, source.count)
  if (order === 'frequency') {
    return classes.toSorted(
      (a, b) => (source.rowTotals[b] ?? 0) - (source.rowTotals[a] ?? 0) || (errors[b] ?? 0) - (errors[a] ?? 0) || a - b,
    )
  }
  const confused = classes.filter((index) => (errors[index] ?? 0) > 0)
  const sequence = seriate(linksBetween(source, confused), confused.length).map((place) => confused[place] ?? 0)
  return [...sequence, ...classes.filter((index) => (errors[index] ?? 0) === 0)]
}

/** Mistakes between the listed classes, as shares of the class mistaken. */
function linksBetween(source: MatrixSource, listed: readonly number[]): ClassLinks {
  const { truth, predicted, count, rowTotals } = source
  const place = new Int32Array(source.classes.length).fill(-1)
  listed.forEach((index, position) => (place[index] = position))
  const links = {
    a: new Uint32Array(count.length),
    b: new Uint32Array(count.length),
    weight: new Float64Array(count.length),
  }
  let used = 0
  for (let cell = 0; cell < count.length; cell += 1) {
    const [a, b] = [place[truth[cell] ?? 0] ?? -1, place[predicted[cell] ?? 0] ?? -1]
    if (a < 0 || b < 0 || a === b) continue
    links.a[used] = a
    links.b[used] = b
    links.weight[used] = (count[cell] ?? 0) / Math.max(1, rowTotals[truth[cell] ?? 0] ?? 0)
    used += 1
  }
  return { a: links.a.subarray(0, used), b: links.b.subarray(0, used), weight: links.weight.subarray(0, used) }
}

interface Seen {
  /** Classes that samples have which are judged, or have no prediction. */
  readonly isRow: Uint8Array
  readonly isAnswered: Uint8Array
  readonly unaccepted: boolean
  readonly noClass: boolean
  readonly noPrediction: boolean
}

function look({ classes, predicted, rowTotals, unjudged }: MatrixSource): Seen {
  const none = classes.length
  const isRow = Uint8Array.from(classes, (_, index) => ((rowTotals[index] ?? 0) > 0 ? 1 : 0))
  const isAnswered = new Uint8Array(none + 1)
  for (let cell = 0; cell < predicted.length; cell += 1) isAnswered[predicted[cell] ?? none] = 1
  let [unaccepted, noClass] = [false, false]
  for (let cell = 0; cell < unjudged.count.length; cell += 1) {
    const [truth, answer] = [unjudged.truth[cell] ?? none, unjudged.predicted[cell] ?? none]
    isAnswered[answer] = 1
    if (truth === none) noClass = true
    else if (answer === none) isRow[truth] = 1
    else unaccepted = true
  }
  return { isRow, isAnswered, unaccepted, noClass, noPrediction: isAnswered[none] === 1 }
}

function entry(kind: EntryKind, name: string, members: readonly number[]): AxisEntry {
  return { kind, name, members }
}

function positions(entries: readonly AxisEntry[], classCount: number, ofNone: EntryKind): Int32Array {
  const positionOf = new Int32Array(classCount + 1).fill(-1)
  entries.forEach(({ kind, members }, position) => {
    for (const member of members) positionOf[member] = position
    if (kind === ofNone) positionOf[classCount] = position
  })
  return positionOf
}

/** 1 for the classes with entries of their own. */
function keptClasses(source: MatrixSource, { top, foldOutside }: AxisOptions, { isRow }: Seen): Uint8Array {
  const candidates = [...source.classes.keys()].filter(
    (index) =>
      index !== source.refused && (!foldOutside || (source.classes[index]?.ofDataset ?? false) || isRow[index] === 1),
  )
  const kept = new Uint8Array(source.classes.length)
  const interest = top === null || candidates.length <= top ? null : sumByClass(source, source.interest ?? source.count)
  const chosen =
    interest === null
      ? candidates
      : candidates.sort((a, b) => (interest[b] ?? 0) - (interest[a] ?? 0) || a - b).slice(0, top ?? undefined)
  for (const index of chosen) kept[index] = 1
  return kept
}

/** Sums over the cells off the diagonal that a class takes part in, as the truth or as the answer. */
function sumByClass({ classes, refused, truth, predicted }: MatrixSource, amount: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(classes.length)
  for (let cell = 0; cell < amount.length; cell += 1) {
    const [row, column] = [truth[cell] ?? 0, predicted[cell] ?? 0]
    if (row === column) continue
    sums[row] = (sums[row] ?? 0) + (amount[cell] ?? 0)
    if (column !== refused) sums[column] = (sums[column] ?? 0) + (amount[cell] ?? 0)
  }
  return sums
}
