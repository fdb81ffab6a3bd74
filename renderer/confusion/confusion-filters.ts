// The samples behind a cell, a row or a column of a confusion matrix: exactly those that are counted there. Pure.
import type { AxisClass } from '#contract/confusion.ts'
import { fromClauses } from '#core/filter/clauses.ts'
import { everything, type FilterExpr, type Path, type Scalar } from '#core/filter/expr.ts'
import type { AxisEntry, MatrixCells } from './axis-model.ts'

/** What the filters of one matrix speak of. */
export interface FilterTerms {
  readonly classes: readonly AxisClass[]
  readonly classField: string
  readonly model: string
  /** Classes with samples that are not judged though they have a prediction, and with wrong answers of their own class. */
  readonly unaccepted: ReadonlySet<number>
  readonly refused: ReadonlySet<number>
}

/** `unjudged` and `refused` as on the wire. */
export function filterTerms(
  confusion: Omit<MatrixCells, 'count'> & { readonly refused: number | null; readonly unjudged?: MatrixCells },
  terms: Pick<FilterTerms, 'classes' | 'classField' | 'model'>,
): FilterTerms {
  const none = terms.classes.length
  const { unjudged } = confusion
  return {
    ...terms,
    refused: truthsOf(confusion, (predicted) => predicted === confusion.refused),
    unaccepted: unjudged === undefined ? new Set() : truthsOf(unjudged, (predicted) => predicted !== none),
  }
}

function truthsOf({ truth, predicted }: Omit<MatrixCells, 'count'>, matches: (predicted: number) => boolean) {
  const truths = new Set<number>()
  for (let cell = 0; cell < truth.length; cell += 1) if (matches(predicted[cell] ?? -1)) truths.add(truth[cell] ?? -1)
  return truths
}

/** So many are named one by one, however few the others are. */
const fewValues = 12

/** A null row or column stands for the whole of the other. */
export function cellFilter(terms: FilterTerms, row: AxisEntry | null, column: AxisEntry | null): FilterExpr {
  if (row === null) return column === null ? everything : columnFilter(terms, column)
  if (column === null) return rowFilter(terms, row)
  const { model } = terms
  const isJudgedRow = row.kind !== 'unaccepted' && row.kind !== 'no class'
  const own = isJudgedRow ? ofRow(terms, row) : rowFilter(terms, row)
  if (column.kind === 'no prediction') return fromClauses([own, not(predictedBy(model))])
  if (!isJudgedRow) return fromClauses([own, ofAnswers(terms, column)])
  return judgedFilter(terms, row, column)
}

/** A right answer is on the diagonal whatever label it was, and a wrong one is not, even where it is the class itself. */
function judgedFilter(terms: FilterTerms, row: AxisEntry, column: AxisEntry): FilterExpr {
  const correct: Path = { kind: 'run', model: terms.model, property: 'correct' }
  const verdict = (value: boolean): FilterExpr => ({ kind: 'compare', path: correct, op: '=', value })
  const own = ofRow(terms, row)
  if (column.kind === 'refused') {
    const refused = row.members
      .filter((member) => terms.refused.has(member))
      .map((member) => {
        const entry: AxisEntry = { kind: 'class', name: '', members: [member] }
        return fromClauses([ofRow(terms, entry), ofAnswers(terms, entry)])
      })
    return fromClauses([verdict(false), anyOf(refused)])
  }
  const isRight = row.members.some((member) => column.members.includes(member))
  if (!isRight) return fromClauses([own, verdict(false), ofAnswers(terms, column)])
  if (row.kind === 'class' && column.kind === 'class') return fromClauses([own, verdict(true)])
  return fromClauses([own, anyOf([verdict(true), fromClauses([verdict(false), ofAnswers(terms, column)])])])
}

function rowFilter(terms: FilterTerms, row: AxisEntry): FilterExpr {
  const { model, classField, unaccepted } = terms
  const label: Path = { kind: 'field', name: classField }
  const unjudged: FilterExpr[] = [
    predictedBy(model),
    { kind: 'missing', path: { kind: 'run', model, property: 'correct' }, missing: true },
  ]
  if (row.kind === 'no class') return { kind: 'missing', path: label, missing: true }
  if (row.kind === 'unaccepted') return fromClauses([{ kind: 'missing', path: label, missing: false }, ...unjudged])
  const own = ofRow(terms, row)
  return row.members.some((member) => unaccepted.has(member)) ? fromClauses([own, not(fromClauses(unjudged))]) : own
}

/** All samples that got the answer: as their class or not, judged or not. */
function columnFilter(terms: FilterTerms, column: AxisEntry): FilterExpr {
  const { model } = terms
  if (column.kind === 'no prediction') return not(predictedBy(model))
  const correct: Path = { kind: 'run', model, property: 'correct' }
  if (column.kind === 'refused') {
    return judgedFilter(terms, { kind: 'other', name: '', members: [...terms.refused] }, column)
  }
  const verdict = (value: boolean): FilterExpr => ({ kind: 'compare', path: correct, op: '=', value })
  const answered = fromClauses([ofAnswers(terms, column), not(verdict(true))])
  const owned = column.members.filter((member) => terms.classes[member]?.ofDataset)
  if (owned.length === 0) return answered
  const own = ofRow(terms, { ...column, members: owned })
  const isRefused = owned.length === 1 && owned.some((member) => terms.refused.has(member))
  return anyOf([
    fromClauses([own, verdict(true)]),
    isRefused ? fromClauses([answered, not(fromClauses([own, verdict(false)]))]) : answered,
  ])
}

function ofRow({ classes, classField }: FilterTerms, { members }: AxisEntry): FilterExpr {
  const all = classes.flatMap(({ ofDataset, name }) => (ofDataset ? [name] : []))
  const names = members.map((member) => classes[member]?.name ?? '')
  return oneOf({ kind: 'field', name: classField }, names, all)
}

function ofAnswers({ classes, model }: FilterTerms, { members }: AxisEntry): FilterExpr {
  const answers = members.flatMap((member) => classes[member]?.answers ?? [])
  const all = classes.flatMap((some) => some.answers)
  return oneOf({ kind: 'run', model, property: 'predicted' }, answers, all)
}

/** Most of all values are said by what they are not. */
function oneOf(path: Path, values: readonly Scalar[], all: readonly Scalar[]): FilterExpr {
  const named = new Set(values)
  const rest = all.filter((value) => !named.has(value))
  if (values.length < fewValues || values.length <= rest.length) return listed(path, values)
  const known: FilterExpr = { kind: 'missing', path, missing: false }
  return rest.length === 0 ? known : fromClauses([known, not(listed(path, rest))])
}

function listed(path: Path, values: readonly Scalar[]): FilterExpr {
  const [only] = values
  if (values.length === 1 && only !== undefined) return { kind: 'compare', path, op: '=', value: only }
  return { kind: 'in', path, values }
}

function predictedBy(model: string): FilterExpr {
  return { kind: 'has_prediction', model }
}

function not(item: FilterExpr): FilterExpr {
  return { kind: 'not', item }
}

function anyOf(items: readonly FilterExpr[]): FilterExpr {
  const [only] = items
  return items.length === 1 && only !== undefined ? only : { kind: 'or', items }
}
