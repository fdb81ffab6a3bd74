// Calls for confusion: one matrix, and the difference of two.
import type { Confusion as WireConfusion, ConfusionDifference, RunDifference } from '#contract/confusion.ts'
import { countBits, intersectWith, subtractFrom } from '#core/columns/bitset.ts'
import type { CellDifferences } from '#core/confusion/cell-differences.ts'
import { type Confusion, type ConfusionCells, computeConfusion } from '#core/confusion/compute-confusion.ts'
import { rankConfusedPairs } from '#core/confusion/confused-pairs.ts'
import { differenceOfConfusions } from '#core/confusion/difference-of-confusions.ts'
import { differenceOfRuns } from '#core/confusion/difference-of-runs.ts'
import { FoibleError } from '#core/errors.ts'
import type { FilterExpr, Path, Scalar } from '#core/filter/expr.ts'
import { formatPath } from '#core/filter/names.ts'
import { nearestNames } from '#core/filter/nearest.ts'
import type { FieldValue } from '#core/sample.ts'
import type { AnalysedDataset } from '#engine/analysis/analysed-dataset.ts'
import { type Axis, type SentAxis, confusionAxis, joinAxes, markAnswered, trimAxis } from './confusion-axis.ts'
import type { AnalysisParts, Subject } from './handler-parts.ts'
import { valueCodes } from './value-codes.ts'

const listedPairs = 200

export function confusionHandlers(
  parts: AnalysisParts,
): Subject<'confusion.compute' | 'confusion.difference' | 'confusion.runDifference'> {
  return {
    'confusion.compute': ({ dataset: id, filter, model, by, value }) => {
      const dataset = parts.library.dataset(id)
      return dataset.remember(`confusion ${JSON.stringify([filter, model, by, value])}`, () => {
        const rows = by === null ? dataset.filterBits(filter) : withValue(dataset, filter, by, value)
        return describe(dataset, model, rows)
      })
    },
    'confusion.difference': ({ dataset: id, filter, model, by, value, minus }) => {
      const dataset = parts.library.dataset(id)
      return dataset.remember(`difference ${JSON.stringify([filter, model, by, value, minus])}`, () => {
        const plus = withValue(dataset, filter, by, value)
        const other =
          minus === null ? withOtherValues(dataset, filter, by, plus) : withValue(dataset, filter, by, minus)
        return { ...describeDifference(dataset, model, [plus, other]), by: formatPath(by), value, minus }
      })
    },
    'confusion.runDifference': ({ dataset: id, filter, model, minus }) => {
      const dataset = parts.library.dataset(id)
      return dataset.remember(`run difference ${JSON.stringify([filter, model, minus])}`, () =>
        describeRunDifference(dataset, filter, model, minus),
      )
    },
  }
}

/** Rows under the filter with this value. */
function withValue(dataset: AnalysedDataset, filter: FilterExpr, by: Path, value: FieldValue): Uint32Array {
  const clause: FilterExpr =
    value === null ? { kind: 'missing', path: by, missing: true } : clauseOf(dataset, by, value)
  return intersectWith(dataset.filterBits(filter).slice(), dataset.filterBits(clause))
}

/** A value that is not there is an error, not an empty matrix. A number, or its text, is itself however many others there are. */
function clauseOf(dataset: AnalysedDataset, by: Path, value: Scalar): FilterExpr {
  const column = dataset.columns.column(by)
  if (column.kind === 'numbers' && value !== '') {
    const wanted = Number(String(value))
    const number = column.values instanceof Float64Array ? wanted : Math.fround(wanted)
    if (!Number.isNaN(number) && column.values.includes(number)) {
      return { kind: 'compare', path: by, op: '=', value: number }
    }
  }
  const values = valueCodes(dataset, by)
  const code = values.names.indexOf(String(value)) + 1
  if (code > 0) return values.filterOf(code)
  const nearest = nearestNames(String(value), values.names)
  const hint = nearest.length > 0 ? ` Did you mean ${nearest.map((near) => `“${near}”`).join(' or ')}?` : ''
  throw new FoibleError('not_found', `${formatPath(by)} has no value “${String(value)}”.${hint}`, {
    field: by,
    value,
    nearest,
  })
}

/** Rows under the filter with another value than those; a row without a value has no other one. */
function withOtherValues(dataset: AnalysedDataset, filter: FilterExpr, by: Path, rows: Uint32Array): Uint32Array {
  const known = dataset.filterBits({ kind: 'missing', path: by, missing: false })
  return subtractFrom(intersectWith(dataset.filterBits(filter).slice(), known), rows)
}

function compute(dataset: AnalysedDataset, model: string, axis: Axis, rows: Uint32Array): Confusion {
  return computeConfusion({ ...rowsOfClasses(axis, rows), ...answersOf(dataset, model, axis.axisOf) })
}

function rowsOfClasses({ truth, classCount, names }: Axis, rows: Uint32Array) {
  return { rows, truth, classCount, axisCount: names.length }
}

function answersOf(dataset: AnalysedDataset, model: string, axisOf: Uint32Array) {
  const predicted = dataset.columns.runColumns(model).predicted.codes
  return { predicted, axisOf, correct: dataset.columns.correct(model) }
}

function describe(dataset: AnalysedDataset, model: string, rows: Uint32Array): WireConfusion {
  const axis = confusionAxis(dataset, model)
  const confusion = compute(dataset, model, axis, rows)
  const { unjudged } = confusion
  const sent = trimAxis(axis, markAnswered(axis, confusion.predicted, unjudged.predicted))
  const { classes, refused } = sent
  const nameOf = (code: number) => classes[sent.indexOf[code]!]!.name
  return {
    version: dataset.version,
    model,
    classes,
    refused,
    samples: countBits(rows),
    n: confusion.n,
    wrong: confusion.n - confusion.right,
    ...sendCells(confusion, sent),
    rowTotals: sendTotals(confusion.truthTotals, sent),
    unjudged: sendCells(unjudged, sent),
    pairs: rankConfusedPairs(confusion, listedPairs).map(({ truth, predicted, count, n, rate, lift }) => {
      return { truth: nameOf(truth), predicted: nameOf(predicted), count, n, rate, lift }
    }),
  }
}

function sendCells({ truth, predicted, count }: ConfusionCells, sent: SentAxis) {
  return { truth: indicesOf(truth, sent), predicted: indicesOf(predicted, sent), count }
}

function indicesOf(codes: Uint32Array, { indexOf }: SentAxis): Uint32Array {
  const indices = new Uint32Array(codes.length)
  for (let i = 0; i < codes.length; i++) indices[i] = indexOf[codes[i]!]!
  return indices
}

/** By class, from totals by truth code. */
function sendTotals(totals: Uint32Array, { classes, indexOf }: SentAxis): Uint32Array {
  const byClass = new Uint32Array(classes.length)
  for (let code = 1; code < totals.length; code++) byClass[indexOf[code]!] = totals[code]!
  return byClass
}

function describeDifference(
  dataset: AnalysedDataset,
  model: string,
  rows: readonly [Uint32Array, Uint32Array],
): Omit<ConfusionDifference, 'by' | 'value' | 'minus'> {
  const axis = confusionAxis(dataset, model)
  const a = compute(dataset, model, axis, rows[0])
  const b = compute(dataset, model, axis, rows[1])
  const sent = trimAxis(axis, markAnswered(axis, a.predicted, b.predicted))
  return {
    version: dataset.version,
    model,
    n: [a.n, b.n],
    samples: [countBits(rows[0]), countBits(rows[1])],
    ...sendDifferences(differenceOfConfusions(a, b), sent),
  }
}

function sendDifferences({ counts, totals, both, q, tested, ...cells }: CellDifferences, sent: SentAxis) {
  const [plus, minus] = counts
  return {
    classes: sent.classes,
    refused: sent.refused,
    truth: indicesOf(cells.truth, sent),
    predicted: indicesOf(cells.predicted, sent),
    counts: [plus, minus] satisfies [Uint32Array, Uint32Array],
    totals: [sendTotals(totals[0], sent), sendTotals(totals[1], sent)] satisfies [Uint32Array, Uint32Array],
    both,
    q,
    tested,
  }
}

function describeRunDifference(
  dataset: AnalysedDataset,
  filter: FilterExpr,
  model: string,
  minus: string,
): RunDifference {
  const [first, second] = [confusionAxis(dataset, model), confusionAxis(dataset, minus)]
  // Ids tell apart what has one name, such as the two cranes, where both are numbers of the same classes.
  const areSameIds = [model, minus].every((name) => dataset.columns.run(name).labelSpace === 'imagenet-1k')
  const axis = joinAxes(first, second, areSameIds)
  const rows = dataset.filterBits(filter)
  const differences = differenceOfRuns({
    ...rowsOfClasses(axis, rows),
    a: answersOf(dataset, model, axis.axisOf),
    b: answersOf(dataset, minus, axis.axisOfSecond),
  })
  const sent = trimAxis(axis, markAnswered(axis, differences.predicted))
  const minusAnswers = sent.kept.map((at) => [...(axis.answersOfSecond[at] ?? [])])
  const samples = countBits(rows)
  return {
    version: dataset.version,
    model,
    minus,
    n: [differences.n, differences.n],
    samples: [samples, samples],
    ...sendDifferences(differences, sent),
    minusAnswers: sent.refused === null ? minusAnswers : [...minusAnswers, []],
  }
}
