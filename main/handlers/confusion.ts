// Calls for confusion: one matrix, and the difference of two.
import type { Confusion as WireConfusion, ConfusionDifference, DifferenceCell } from '#contract/analysis.ts'
import type { Codes } from '#core/columns/column.ts'
import { createCodes } from '#core/columns/column.ts'
import { intersectWith, subtractFrom } from '#core/columns/bitset.ts'
import { type Confusion, computeConfusion } from '#core/confusion/compute-confusion.ts'
import { rankConfusedPairs } from '#core/confusion/confused-pairs.ts'
import { type CellDifference, differenceOfConfusions } from '#core/confusion/difference-of-confusions.ts'
import { differenceOfRuns } from '#core/confusion/difference-of-runs.ts'
import { FoibleError } from '#core/errors.ts'
import type { FilterExpr, Path } from '#core/filter/expr.ts'
import { formatPath } from '#core/filter/names.ts'
import { mergeAxis } from '#core/labels/merge-axis.ts'
import type { FieldValue } from '#core/sample.ts'
import type { AnalysedDataset } from '#engine/analysis/analysed-dataset.ts'
import { idsOfAnswers } from '#engine/labels/label-space.ts'
import { findTruthOfRun } from '#engine/runs/truth.ts'
import type { AnalysisParts, Subject } from './handler-parts.ts'
import { classCodes } from './slice-table.ts'
import { valueCodes } from './value-codes.ts'

const listedPairs = 200

export function confusionHandlers(
  parts: AnalysisParts,
): Subject<'confusion.compute' | 'confusion.difference' | 'confusion.runDifference'> {
  return {
    'confusion.compute': ({ dataset: id, filter, model, by, value }) => {
      const dataset = parts.library.dataset(id)
      const bits = by === null ? dataset.filterBits(filter) : withValue(dataset, filter, by, value)
      return dataset.remember(`confusion ${JSON.stringify([filter, model, by, value])}`, () =>
        describe(dataset, model, bits),
      )
    },
    'confusion.difference': ({ dataset: id, filter, model, by, value, minus }) => {
      const dataset = parts.library.dataset(id)
      const plus = withValue(dataset, filter, by, value)
      const rest = subtractFrom(dataset.filterBits(filter).slice(), plus)
      const other = minus === null ? rest : withValue(dataset, filter, by, minus)
      return dataset.remember(`difference ${JSON.stringify([filter, model, by, value, minus])}`, () =>
        describeDifference(dataset, model, [plus, other], { by: formatPath(by), value, minus }),
      )
    },
    'confusion.runDifference': ({ dataset: id, filter, model, minus }) => {
      const dataset = parts.library.dataset(id)
      return dataset.remember(`run difference ${JSON.stringify([filter, model, minus])}`, () =>
        describeRunDifference(dataset, filter, model, minus),
      )
    },
  }
}

/** Rows under the filter with this value; a value that is not there is an error, not an empty matrix. */
function withValue(dataset: AnalysedDataset, filter: FilterExpr, by: Path, value: FieldValue): Uint32Array {
  const values = valueCodes(dataset, by)
  const code = value === null ? 0 : values.names.indexOf(String(value)) + 1
  if (value !== null && code === 0) {
    throw new FoibleError('not_found', `${formatPath(by)} has no value “${String(value)}”.`, { field: by, value })
  }
  const clause: FilterExpr = value === null ? { kind: 'missing', path: by, missing: true } : values.filterOf(code)
  return intersectWith(dataset.filterBits(filter).slice(), dataset.filterBits(clause))
}

interface Axis {
  readonly names: readonly string[]
  /** The model's class ids by axis position. */
  readonly ids: readonly (readonly number[])[]
  readonly truth: Codes
  readonly classCount: number
  /** The model's answers as axis positions plus one. */
  readonly predicted: Codes
}

/** The dataset's classes and the model's other answers on one axis. */
function axisOf(dataset: AnalysedDataset, model: string): Axis {
  return dataset.remember(`axis ${model}`, () => {
    const classes = classCodes(dataset)
    const { codes, dictionary } = dataset.columns.runColumns(model).predicted
    const run = dataset.columns.run(model)
    const { mapping } = findTruthOfRun(dataset.columns, run)
    const idOf = (index: number) => dictionary.ids?.[index] ?? index
    const indexOf = new Map(idsOfAnswers(dataset.columns, run).map((id, index) => [id, index]))
    const accepted = mapping.map(({ ids }) => ids.flatMap((id) => indexOf.get(id) ?? []))
    const { names, codeOfModelClass } = mergeAxis(classes.names, accepted, dictionary.values)
    const ids: number[][] = names.map(() => [])
    codeOfModelClass.forEach((code, index) => ids[code - 1]!.push(idOf(index)))
    const table = Uint32Array.from([0, ...codeOfModelClass])
    const predicted = createCodes(dataset.rowCount, names.length)
    for (let row = 0; row < predicted.length; row++) predicted[row] = table[codes[row]!]!
    return { names, ids, truth: classes.codes, classCount: classes.size, predicted }
  })
}

function compute(dataset: AnalysedDataset, model: string, axis: Axis, rows: Uint32Array): Confusion {
  const { truth, classCount, predicted } = axis
  const correct = dataset.columns.correct(model)
  return computeConfusion({ rows, truth, classCount, predicted, axisCount: axis.names.length, correct })
}

/** Axis entries that are classes of the dataset or have been answered, and where each went. */
function trimAxis(axis: Pick<Axis, 'names' | 'ids' | 'classCount'>, answers: readonly Iterable<number>[]) {
  const used = new Set<number>()
  for (const predicted of answers) for (const code of predicted) used.add(code)
  const kept = axis.names.map((_, at) => at).filter((at) => at < axis.classCount || used.has(at + 1))
  const position = new Map(kept.map((at, index) => [at + 1, index]))
  return {
    classes: kept.map((at) => ({ name: axis.names[at]!, ids: [...axis.ids[at]!], ofDataset: at < axis.classCount })),
    place: (code: number) => position.get(code)!,
  }
}

function describe(dataset: AnalysedDataset, model: string, rows: Uint32Array): WireConfusion {
  const axis = axisOf(dataset, model)
  const confusion = compute(dataset, model, axis, rows)
  const { classes, place } = trimAxis(axis, [confusion.predicted])
  const rowTotals = new Uint32Array(classes.length)
  confusion.truthTotals.forEach((total, code) => {
    if (code > 0) rowTotals[place(code)] = total
  })
  let right = 0
  confusion.count.forEach((count, cell) => (right += confusion.truth[cell] === confusion.predicted[cell] ? count : 0))
  return {
    version: dataset.version,
    model,
    classes,
    n: confusion.n,
    wrong: confusion.n - right,
    truth: confusion.truth.map(place),
    predicted: confusion.predicted.map(place),
    count: confusion.count,
    rowTotals,
    pairs: rankConfusedPairs(confusion, listedPairs).map((pair) => ({
      truth: classes[place(pair.truth)]!.name,
      predicted: classes[place(pair.predicted)]!.name,
      count: pair.count,
      n: pair.n,
      rate: pair.rate,
      lift: pair.lift,
    })),
  }
}

function describeDifference(
  dataset: AnalysedDataset,
  model: string,
  [plus, other]: readonly [Uint32Array, Uint32Array],
  of: { readonly by: string; readonly value: FieldValue; readonly minus: FieldValue },
): ConfusionDifference {
  const axis = axisOf(dataset, model)
  const a = compute(dataset, model, axis, plus)
  const b = compute(dataset, model, axis, other)
  const { classes, place } = trimAxis(axis, [a.predicted, b.predicted])
  return {
    version: dataset.version,
    model,
    ...of,
    classes,
    n: [a.n, b.n],
    cells: differenceOfConfusions(a, b).map((cell) => describeCell(cell, place)),
  }
}

function describeCell(cell: CellDifference, place: (code: number) => number): DifferenceCell {
  return {
    truth: place(cell.truth),
    predicted: place(cell.predicted),
    counts: [cell.countA, cell.countB],
    n: [cell.nA, cell.nB],
    difference: cell.difference,
    interval: cell.interval === null ? null : [...cell.interval],
    q: cell.q,
  }
}

function describeRunDifference(dataset: AnalysedDataset, filter: FilterExpr, model: string, minus: string) {
  const [first, second] = [axisOf(dataset, model), axisOf(dataset, minus)]
  // Ids tell apart what has one name, such as the two cranes, where both are numbers of the same classes.
  const areSameIds = [model, minus].every((name) => dataset.columns.run(name).labelSpace === 'imagenet-1k')
  const axis = joinAxes(first, second, areSameIds)
  const { n, cells } = differenceOfRuns({
    rows: dataset.filterBits(filter),
    truth: first.truth,
    classCount: first.classCount,
    axisCount: axis.names.length,
    a: { predicted: first.predicted, correct: dataset.columns.correct(model) },
    b: { predicted: axis.ofSecond(second.predicted), correct: dataset.columns.correct(minus) },
  })
  const { classes, place } = trimAxis(axis, [cells.map((cell) => cell.predicted)])
  const both: [number, number] = [n, n]
  return {
    version: dataset.version,
    model,
    minus,
    classes,
    n: both,
    cells: cells.map((cell) => describeCell(cell, place)),
  }
}

/** The axis of two runs: the first one's, then what only the second answers, by id or else by name. */
function joinAxes(first: Axis, second: Axis, areSameIds: boolean) {
  const names = [...first.names]
  const ids = [...first.ids]
  const keyOf = ({ classCount }: Axis, name: string, at: number, [id]: readonly number[]) =>
    areSameIds && at >= classCount && id !== undefined ? `id ${id}` : `name ${name}`
  const codeOf = new Map(names.map((name, at) => [keyOf(first, name, at, ids[at]!), at + 1]))
  const table = [0]
  second.names.forEach((name, at) => {
    const known = codeOf.get(keyOf(second, name, at, second.ids[at]!))
    if (known === undefined) ids.push(second.ids[at]!)
    table.push(known ?? names.push(name))
  })
  const ofSecond = (codes: Codes): Codes => {
    const shared = createCodes(codes.length, names.length)
    for (let row = 0; row < codes.length; row++) shared[row] = table[codes[row]!]!
    return shared
  }
  return { names, ids, classCount: first.classCount, ofSecond }
}
