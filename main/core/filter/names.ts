// How names and values are written in the filter text: plain, in backticks (names) or in double quotes (values).
import { type Path, type Scalar, companionKinds } from './expr.ts'

/** Fields that every dataset has, whatever was imported. */
export const builtInFields = ['id', 'file_name', 'split', 'width', 'height', 'size_bytes'] as const

/** Whether the values of a field come from somewhere: those of `id` and `file_name` are what a sample is. */
export function hasCompanions(field: string): boolean {
  return field !== 'id' && field !== 'file_name'
}

/** Calls of the language, with what stands between their parentheses; for completion and messages. */
export const callSignatures = {
  tagged: '"tag"',
  view: '"view"',
  finding: '"rule"',
  all_wrong: 'model, …',
  any_wrong: 'model, …',
  exactly_wrong: 'n, model, …',
  same_wrong_label: 'model, …',
  disagree: 'model, model',
  only_wrong: 'model',
  has_prediction: 'model',
} as const
export type CallName = keyof typeof callSignatures

const keywords: ReadonlySet<string> = new Set(
  'and or not in between is missing contains starts with true false'.split(' '),
)

const plainWord = /^[\p{L}\p{M}\p{N}_/-]+$/u
const jsonNumber = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/

/** True if the name can stand in the text as it is: a word that reads as neither a number nor a keyword. */
export function isPlainWord(text: string): boolean {
  const lower = text.toLowerCase()
  return plainWord.test(text) && !jsonNumber.test(text) && !isKeyword(lower) && !Object.hasOwn(callSignatures, lower)
}

/** True for a word of the language itself; `lower` is in lower case. */
export function isKeyword(lower: string | null): boolean {
  return lower !== null && keywords.has(lower)
}

/** A name of a field or a model, in backticks unless it is a plain word. */
export function formatName(name: string): string {
  return isPlainWord(name) ? name : quote(name, '`')
}

/** Text in double quotes, with `\"`, `\\`, `\n`, `\r` and `\t` escaped. */
export function formatString(text: string): string {
  return quote(text, '"')
}

/** A value; text that would read as something else is put in double quotes. */
export function formatScalar(value: Scalar): string {
  if (typeof value === 'string') return isPlainWord(value) ? value : formatString(value)
  return Object.is(value, -0) ? '-0' : String(value)
}

export function formatPath(path: Path): string {
  if (path.kind === 'field') return formatName(path.name)
  if (path.kind !== 'run') return `${path.kind}.${formatName(path.field)}`
  // A model that is called `source` must not read as the prefix of a source path.
  const isPrefix = companionKinds.some((kind) => kind === path.model)
  return `${isPrefix ? quote(path.model, '`') : formatName(path.model)}.${path.property}`
}

/** Two paths are the same place. */
export function samePath(a: Path, b: Path): boolean {
  return formatPath(a) === formatPath(b)
}

function quote(text: string, mark: '"' | '`'): string {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll(mark, `\\${mark}`)
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
  return mark + escaped + mark
}
