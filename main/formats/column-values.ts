// What single cells mean: text columns typed as a whole, lists of ids, predictions. Pure; knows no file.
import type { FieldKind, FieldValue } from '#core/sample.ts'
import type { ImportedPrediction } from './dataset-reader.ts'
import { parseJson } from './parse-json.ts'

const numberPattern = /^[+-]?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/
const missingNumber = /^[+-]?(?:nan|inf|infinity)$/i

/**
 * A column of text cells as numbers, truth values or text, decided by the whole column; an empty cell is missing. Numbers with
 * leading zeros, or beyond 2^53, are names and stay text.
 */
export function parseTextColumn(cells: readonly (string | null)[]): FieldValue[] {
  const filled = cells.filter((cell): cell is string => cell !== null && cell !== '')
  if (filled.length > 0 && filled.every((cell) => /^(?:true|false)$/i.test(cell))) {
    return cells.map((cell) => (cell ? cell.toLowerCase() === 'true' : null))
  }
  const isNumber = (cell: string) => (isDecimal(cell) && !/^[+-]?\d{16,}$/.test(cell)) || missingNumber.test(cell)
  if (filled.every(isNumber) && filled.some((cell) => numberPattern.test(cell))) {
    return cells.map((cell) => (cell && numberPattern.test(cell) ? Number(cell) : null))
  }
  return cells.map((cell) => (cell === '' ? null : cell))
}

/**
 * A column of CSV cells whose kind an export has put down: null is missing, '' is a text. Cells that are of another kind by
 * now (somebody edited the file) have the column typed as a whole.
 */
export function parseDeclaredColumn(cells: readonly (string | null)[], kind: FieldKind): FieldValue[] {
  if (kind === 'category' || kind === 'text') return [...cells]
  const isNumeric = kind === 'number' && cells.every((cell) => cell === null || isDecimal(cell))
  return isNumeric ? cells.map((cell) => (cell === null ? null : Number(cell))) : parseTextColumn(cells)
}

function isDecimal(cell: string): boolean {
  return numberPattern.test(cell) && Number.isFinite(Number(cell))
}

/** A cell as a field value: numbers that are none become missing, dates ISO text; undefined for lists, objects and bytes. */
export function toFieldValue(cell: unknown): FieldValue | undefined {
  switch (typeof cell) {
    case 'string':
    case 'boolean':
      return cell
    case 'number':
      return Number.isFinite(cell) ? cell : null
    case 'bigint':
      return Number(cell)
    case 'undefined':
      return null
    default:
      if (cell === null) return null
      return cell instanceof Date ? (Number.isNaN(cell.getTime()) ? null : cell.toISOString()) : undefined
  }
}

/** Class ids of a cell: a list, one number, `504;967`, or a JSON list as text; null if empty, undefined if it is none of these. */
export function parseIds(cell: unknown): readonly number[] | null | undefined {
  if (cell === null || cell === undefined || cell === '') return null
  if (typeof cell === 'string') {
    const text = cell.trim().replace(/^\[|\]$/g, '')
    return text === '' ? null : parseIds(text.split(/[;,]/).map((item) => item.trim()))
  }
  const ids = (isList(cell) ? [...cell] : [cell]).map((item) =>
    typeof item === 'string' && !/^\d+$/.test(item) ? NaN : Number(item),
  )
  if (!ids.every((id) => Number.isSafeInteger(id) && id >= 0)) return undefined
  return ids.length === 0 ? null : ids
}

/** Items of a CSV cell: joined by `;`, or a JSON list where that would not come back. */
export function formatTextList(items: readonly (string | number | null)[]): string {
  const joined = items.map((item) => String(item ?? '')).join(';')
  const isPlain = !joined.startsWith('[') && !items.some((item) => String(item ?? '').includes(';'))
  return isPlain ? joined : JSON.stringify(items)
}

/** The texts that `formatTextList` put into a cell; missing ones are ''. */
export function parseTextList(cell: string): readonly string[] {
  return (cell.startsWith('[') && parseJsonTexts(cell)) || cell.split(';')
}

function parseJsonTexts(cell: string): readonly string[] | null {
  try {
    const items = parseJson(cell)
    return Array.isArray(items) && items.every((item) => typeof item === 'string') ? items : null
  } catch {
    return null
  }
}

/** Tags of a cell: a list of texts, or texts joined by `;`. */
export function parseTags(cell: unknown): readonly string[] {
  const items = typeof cell === 'string' ? parseTextList(cell) : isList(cell) ? [...cell] : []
  return items.filter((item): item is string => typeof item === 'string' && item !== '')
}

/** A prediction from the lists of the best classes and their probabilities; null if there is none, or an unanswered trial (`na`). */
export function toPrediction(
  classes: unknown,
  probabilities: unknown,
  ids?: unknown,
  correct?: unknown,
): ImportedPrediction | null {
  const names = (isList(classes) ? [...classes] : [classes === 'na' ? null : classes])
    .map(toClass)
    .filter((name) => name !== null)
  if (names.length === 0) return null
  const given = isList(probabilities) ? [...probabilities] : [probabilities]
  const numbers = names.map((_, i) => {
    const value = given[i]
    return typeof value === 'number' && Number.isFinite(value) ? value : null
  })
  const idList = parseIds(ids)
  return {
    classes: names,
    probabilities: numbers,
    ...(idList ? { ids: idList } : {}),
    ...(typeof correct === 'boolean' ? { correct } : {}),
  }
}

function toClass(value: unknown): string | number | null {
  if (typeof value === 'bigint') return Number(value)
  if (typeof value === 'number') return Number.isInteger(value) ? value : null
  return typeof value === 'string' && value !== '' ? value : null
}

/** Any cell as text, for names and messages. Unlike `String` it cannot fail: objects of data may have a `toString` of their own. */
export function toText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value)
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString()
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? Number(inner) : inner)) ?? ''
}

export function isList(value: unknown): value is ArrayLike<unknown> & Iterable<unknown> {
  return (
    Array.isArray(value) ||
    (ArrayBuffer.isView(value) && !(value instanceof DataView) && !(value instanceof Uint8Array))
  )
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !ArrayBuffer.isView(value) &&
    !(value instanceof Date)
  )
}

/** The value under a name that may be anything, `constructor` included. */
export function ownValue<T>(record: Readonly<Record<string, T>>, name: string): T | null {
  return Object.hasOwn(record, name) ? (record[name] ?? null) : null
}
