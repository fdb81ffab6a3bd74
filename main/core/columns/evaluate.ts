// A filter against columns: every clause is a pass over one typed array that yields a bitset.
import { FoibleError, assertNever } from '../errors.ts'
import type { CompareOp, FilterExpr, Path, Scalar } from '../filter/expr.ts'
import { formatPath } from '../filter/names.ts'
import { type Bitset, createBitset, fullBitset, intersectWith, invert, subtractFrom, uniteWith } from './bitset.ts'
import { type Column, type ColumnSource, type Dictionary, compareText, wrongCode } from './column.ts'
import { nextAbove, nextBelow } from './next-number.ts'
import {
  selectAnyOf,
  selectBetween,
  selectCodes,
  selectEqual,
  selectIds,
  selectIdsBetween,
  selectInExactly,
  selectMissing,
} from './select-rows.ts'

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
      if (column.kind === 'numbers' && typeof expr.low === 'number' && typeof expr.high === 'number') {
        return selectBetween(column.values, expr.low, expr.high, source.rowCount)
      }
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
      return allWrong(source, expr.models)
    case 'any_wrong':
      return anyWrong(source, expr.models)
    case 'exactly_wrong':
      return selectInExactly(
        expr.models.map((model) => wrongRows(source, model)),
        expr.count,
        source.rowCount,
      )
    case 'only_wrong':
      return subtractFrom(wrongRows(source, expr.model), anyWrong(source, source.otherModels(expr.model)))
    case 'same_wrong_label':
      return sameLabel(source, expr.models, allWrong(source, expr.models))
    case 'disagree': {
      const both = intersectWith(source.predicted(expr.a).slice(), source.predicted(expr.b))
      return subtractFrom(both, sameLabel(source, [expr.a, expr.b], both.slice()))
    }
    default:
      return assertNever(expr)
  }
}

const isWrong = Uint8Array.from([0, 1, 2], (code) => Number(code === wrongCode))

/** Rows on which a model is wrong: one without a judgement is not. A new bitset. */
function wrongRows(source: ColumnSource, model: string): Bitset {
  return selectCodes(source.correct(model), isWrong, source.rowCount)
}

function allWrong(source: ColumnSource, models: readonly string[]): Bitset {
  return models.reduce((bits, model) => intersectWith(bits, wrongRows(source, model)), fullBitset(source.rowCount))
}

function anyWrong(source: ColumnSource, models: readonly string[]): Bitset {
  return models.reduce((bits, model) => uniteWith(bits, wrongRows(source, model)), createBitset(source.rowCount))
}

/** Keeps the rows of `bits` on which all models give the same label. */
function sameLabel(source: ColumnSource, models: readonly string[], bits: Bitset): Bitset {
  const [first, ...rest] = source.sharedLabels(models)
  return rest.reduce<Bitset>((kept, labels) => intersectWith(kept, selectEqual(first!, labels, source.rowCount)), bits)
}

function evaluateCompare(column: Column, path: Path, op: CompareOp, value: Scalar, rowCount: number): Bitset {
  switch (column.kind) {
    case 'codes':
      return selectCodes(column.codes, matchingCodes(column.dictionary, op, value), rowCount)
    case 'strings': {
      const matches = textTest(op, String(value))
      const bits = createBitset(rowCount)
      column.values.forEach((text, row) => (bits[row >>> 5]! |= Number(matches(text)) << (row & 31)))
      return bits
    }
    case 'numbers': {
      const { values } = column
      const within = (low: number, high: number) => selectBetween(values, low, high, rowCount)
      return selectInRanges(op, numberFor(path, op, value), within)
    }
    case 'ids':
      return selectInRanges(op, numberFor(path, op, value), (low, high) => selectIdsBetween(low, high, rowCount))
    default:
      return assertNever(column)
  }
}

/** So many are quicker looked for one by one. */
const fewValues = 8

function evaluateIn(column: Column, path: Path, values: readonly Scalar[], rowCount: number): Bitset {
  if (column.kind === 'codes') {
    const table = new Uint8Array(column.dictionary.values.length + 1)
    for (const value of values) {
      matchingCodes(column.dictionary, '=', value).forEach((match, code) => (table[code]! |= match))
    }
    return selectCodes(column.codes, table, rowCount)
  }
  const numbers = () => values.map((value) => numberFor(path, '=', value))
  if (column.kind === 'ids') return selectIds(numbers(), rowCount)
  if (column.kind === 'numbers' && values.length > fewValues) return selectAnyOf(column.values, numbers(), rowCount)
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
  if (column.kind === 'numbers') return selectMissing(column.values, rowCount)
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

/** A comparison with a number as the range, or the two, that pass it; nothing passes one with NaN but `!=`. */
function selectInRanges(op: CompareOp, value: number, within: (low: number, high: number) => Bitset): Bitset {
  switch (op) {
    case '=':
      return within(value, value)
    case '!=':
      if (Number.isNaN(value)) return within(-Infinity, Infinity)
      return uniteWith(within(-Infinity, nextBelow(value)), within(nextAbove(value), Infinity))
    case '<':
      return within(-Infinity, nextBelow(value))
    case '<=':
      return within(-Infinity, value)
    case '>':
      return within(nextAbove(value), Infinity)
    case '>=':
      return within(value, Infinity)
    case 'contains':
    case 'starts with':
      throw new Error(`a number cannot be asked whether it ${op}`)
    default:
      return assertNever(op)
  }
}
