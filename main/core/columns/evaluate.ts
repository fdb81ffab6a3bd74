// A filter against columns: every clause is a pass over one typed array that yields a bitset.
import { FoibleError, assertNever } from '../errors.ts'
import type { CompareOp, FilterExpr, Path, Scalar } from '../filter/expr.ts'
import { formatPath } from '../filter/names.ts'
import {
  type Bitset,
  clearBit,
  createBitset,
  fullBitset,
  intersectWith,
  invert,
  rowsOf,
  setBit,
  subtractFrom,
  uniteWith,
} from './bitset.ts'
import { type Codes, type Column, type ColumnSource, type Dictionary, compareText, wrongCode } from './column.ts'

/** Rows that match. Missing values match only `is missing`. Views may nest, not in a circle. */
export function evaluateFilter(expr: FilterExpr, source: ColumnSource, openViews: readonly string[] = []): Bitset {
  const again = (item: FilterExpr) => evaluateFilter(item, source, openViews)
  switch (expr.kind) {
    case 'and':
      return expr.items.reduce((bits, item) => intersectWith(bits, again(item)), fullBitset(source.rowCount))
    case 'or':
      return expr.items.reduce((bits, item) => uniteWith(bits, again(item)), createBitset(source.rowCount))
    case 'not':
      return invert(again(expr.item), source.rowCount)
    case 'compare':
      return evaluateCompare(source.column(expr.path), expr.path, expr.op, expr.value, source.rowCount)
    case 'in':
      return evaluateIn(source.column(expr.path), expr.path, expr.values, source.rowCount)
    case 'between': {
      const column = source.column(expr.path)
      const low = evaluateCompare(column, expr.path, '>=', expr.low, source.rowCount)
      return intersectWith(low, evaluateCompare(column, expr.path, '<=', expr.high, source.rowCount))
    }
    case 'missing': {
      const bits = missingRows(source.column(expr.path), source.rowCount)
      return expr.missing ? bits : invert(bits, source.rowCount)
    }
    case 'tagged':
      return source.tag(expr.tag).slice()
    case 'view': {
      if (openViews.includes(expr.name)) {
        throw new FoibleError('usage', `The view “${expr.name}” refers to itself. Change its filter.`, {
          name: expr.name,
        })
      }
      return evaluateFilter(source.view(expr.name), source, [...openViews, expr.name])
    }
    case 'finding':
      return source.finding(expr.rule).slice()
    case 'has_prediction':
      return source.predicted(expr.model).slice()
    case 'all_wrong':
      return wrongCounts(source, expr.models, (wrong, n) => wrong === n)
    case 'any_wrong':
      return wrongCounts(source, expr.models, (wrong) => wrong > 0)
    case 'exactly_wrong':
      return wrongCounts(source, expr.models, (wrong) => wrong === expr.count)
    case 'only_wrong': {
      const others = source.otherModels(expr.model)
      const bits = wrongCounts(source, [expr.model], (wrong) => wrong === 1)
      return others.length === 0
        ? bits
        : subtractFrom(
            bits,
            wrongCounts(source, others, (wrong) => wrong > 0),
          )
    }
    case 'same_wrong_label':
      return sameLabel(
        source,
        expr.models,
        wrongCounts(source, expr.models, (wrong, n) => wrong === n),
      )
    case 'disagree': {
      const both = intersectWith(source.predicted(expr.a).slice(), source.predicted(expr.b))
      return subtractFrom(both, sameLabel(source, [expr.a, expr.b], both.slice()))
    }
    default:
      return assertNever(expr)
  }
}

/** Rows for which `test` holds of the number of models that are wrong. A model without a judgement is not wrong. */
function wrongCounts(
  source: ColumnSource,
  models: readonly string[],
  test: (wrong: number, models: number) => boolean,
): Bitset {
  const correct = models.map((model) => source.correct(model))
  const wanted = Uint8Array.from({ length: models.length + 1 }, (_, wrong) => (test(wrong, models.length) ? 1 : 0))
  return selectRows(source.rowCount, (row) => {
    let wrong = 0
    for (const column of correct) if (column[row] === wrongCode) wrong++
    return wanted[wrong]!
  })
}

/** Keeps the rows of `bits` on which all models give the same label. */
function sameLabel(source: ColumnSource, models: readonly string[], bits: Bitset): Bitset {
  const [first, ...rest] = source.sharedLabels(models)
  for (const row of rowsOf(bits)) {
    if (rest.some((labels) => labels[row] !== first![row])) clearBit(bits, row)
  }
  return bits
}

function evaluateCompare(column: Column, path: Path, op: CompareOp, value: Scalar, rowCount: number): Bitset {
  switch (column.kind) {
    case 'codes':
      return selectCodes(column.codes, matchingCodes(column.dictionary, op, value), rowCount)
    case 'strings': {
      const matches = textTest(op, String(value))
      return selectRows(rowCount, (row) => (matches(column.values[row]!) ? 1 : 0))
    }
    case 'numbers':
      return selectNumbers(column.values, op, numberFor(path, op, value), rowCount)
    case 'ids': {
      const matches = numberTest(op, numberFor(path, op, value))
      return selectRows(rowCount, (row) => (matches(row + 1) ? 1 : 0))
    }
    default:
      return assertNever(column)
  }
}

function evaluateIn(column: Column, path: Path, values: readonly Scalar[], rowCount: number): Bitset {
  if (column.kind === 'codes') {
    const table = new Uint8Array(column.dictionary.values.length + 1)
    for (const value of values) {
      matchingCodes(column.dictionary, '=', value).forEach((match, code) => (table[code]! |= match))
    }
    return selectCodes(column.codes, table, rowCount)
  }
  return values.reduce<Bitset>(
    (bits, value) => uniteWith(bits, evaluateCompare(column, path, '=', value, rowCount)),
    createBitset(rowCount),
  )
}

function missingRows(column: Column, rowCount: number): Bitset {
  if (column.kind === 'codes') {
    const table = new Uint8Array(column.dictionary.values.length + 1)
    table[0] = 1
    return selectCodes(column.codes, table, rowCount)
  }
  if (column.kind === 'numbers') return selectRows(rowCount, (row) => (Number.isNaN(column.values[row]) ? 1 : 0))
  return createBitset(rowCount)
}

/** 1 for every code whose value matches; index 0 (missing) never does. */
function matchingCodes(dictionary: Dictionary, op: CompareOp, value: Scalar): Uint8Array {
  const table = new Uint8Array(dictionary.values.length + 1)
  if (dictionary.ids !== null && typeof value === 'number') {
    const matches = numberTest(op, value)
    dictionary.ids.forEach((id, index) => (table[index + 1] = matches(id) ? 1 : 0))
    return table
  }
  const matches = textTest(op, String(value))
  dictionary.values.forEach((text, index) => (table[index + 1] = matches(text) ? 1 : 0))
  return table
}

function textTest(op: CompareOp, value: string): (text: string) => boolean {
  switch (op) {
    case '=':
      return (text) => text === value
    case '!=':
      return (text) => text !== value
    case '<':
      return (text) => compareText(text, value) < 0
    case '<=':
      return (text) => compareText(text, value) <= 0
    case '>':
      return (text) => compareText(text, value) > 0
    case '>=':
      return (text) => compareText(text, value) >= 0
    case 'contains':
      return (text) => text.includes(value)
    case 'starts with':
      return (text) => text.startsWith(value)
    default:
      return assertNever(op)
  }
}

function numberFor(path: Path, op: CompareOp, value: Scalar): number {
  const name = path.kind === 'field' ? path.name : formatPath(path)
  if (op === 'contains' || op === 'starts with') {
    throw new FoibleError('usage', `${name} is a number: “${op}” needs text. Use =, <, > or between.`, { name, op })
  }
  if (typeof value !== 'number') {
    throw new FoibleError('usage', `${name} is a number: compare it with a number, not with “${String(value)}”.`, {
      name,
      value,
    })
  }
  return value
}

function numberTest(op: CompareOp, value: number): (number: number) => boolean {
  switch (op) {
    case '=':
      return (number) => number === value
    case '!=':
      return (number) => number !== value
    case '<':
      return (number) => number < value
    case '<=':
      return (number) => number <= value
    case '>':
      return (number) => number > value
    case '>=':
      return (number) => number >= value
    case 'contains':
    case 'starts with':
      return (number) => textTest(op, String(value))(String(number))
    default:
      return assertNever(op)
  }
}

function selectNumbers(values: Float32Array | Float64Array, op: CompareOp, value: number, rowCount: number): Bitset {
  const matches = numberTest(op, value)
  // NaN passes no comparison but `!=`, and a missing value must not pass that either.
  if (op === '!=') return selectRows(rowCount, (row) => (matches(values[row]!) && !Number.isNaN(values[row]) ? 1 : 0))
  return selectRows(rowCount, (row) => (matches(values[row]!) ? 1 : 0))
}

function selectCodes(codes: Codes, table: Uint8Array, rowCount: number): Bitset {
  const bits = createBitset(rowCount)
  const whole = rowCount >>> 5
  for (let index = 0; index < whole; index++) {
    const base = index << 5
    let word = 0
    for (let bit = 0; bit < 32; bit++) word |= table[codes[base + bit]!]! << bit
    bits[index] = word
  }
  for (let row = whole << 5; row < rowCount; row++) if (table[codes[row]!] === 1) setBit(bits, row)
  return bits
}

function selectRows(rowCount: number, test: (row: number) => number): Bitset {
  const bits = createBitset(rowCount)
  for (let index = 0; index < bits.length; index++) {
    const base = index << 5
    const end = Math.min(32, rowCount - base)
    let word = 0
    for (let bit = 0; bit < end; bit++) word |= test(base + bit) << bit
    bits[index] = word
  }
  return bits
}
