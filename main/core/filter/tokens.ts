// Cuts filter text into tokens. It knows how things are written, and nothing of what they mean.

export interface Segment {
  readonly text: string
  readonly quoted: boolean
}

interface Span {
  /** UTF-16 offsets, `end` exclusive. */
  readonly start: number
  readonly end: number
}

interface NameToken extends Span {
  readonly kind: 'name'
  readonly segments: readonly Segment[]
}

interface StringToken extends Span {
  readonly kind: 'string'
  readonly text: string
}

interface NumberToken extends Span {
  readonly kind: 'number'
  readonly value: number
}

interface MarkToken extends Span {
  readonly kind: 'mark'
  readonly text: string
}

interface BrokenToken extends Span {
  readonly kind: 'broken'
  /** Where it broke, which may lie behind `start`. */
  readonly position: number
  readonly expected: string
}

interface EndToken extends Span {
  readonly kind: 'end'
}

export type Token = NameToken | StringToken | NumberToken | MarkToken | BrokenToken | EndToken

const space = /\s+/uy
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\p{L}\p{M}\p{N}_/.-])/uy
const word = /[\p{L}\p{M}\p{N}_/-]+/uy
const mark = /!=|<=|>=|[=<>(),]/uy
const slip = /==|=>|=<|<>|&&?|\|\|?|!(?!=)|['‘’“”„«»]|\.(?=\d)/uy

/** What people write who come from other languages, and how it is written here. */
const slips: Readonly<Record<string, string>> = {
  '==': '“=”, one is enough',
  '=>': '“>=”',
  '=<': '“<=”',
  '<>': '“!=”',
  '&': '“and”',
  '&&': '“and”',
  '|': '“or”',
  '||': '“or”',
  '!': '“not”, or “!=”',
  '.': 'a digit before the point, as in 0.5',
}
const otherQuotes = 'a value in straight double quotes (") or a name in backticks (`)'

/**
 * The tokens of `text`, closed by one `end`. What cannot be read (an open quote, a strange character) becomes one
 * `broken` token that says what was expected, and reading stops there.
 */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    const blank = matchAt(space, text, at)
    if (blank !== null) {
      at += blank.length
      continue
    }
    const token = readToken(text, at)
    tokens.push(token)
    if (token.kind === 'broken') break
    at = token.end
  }
  tokens.push({ kind: 'end', start: text.length, end: text.length })
  return tokens
}

function readToken(text: string, start: number): Token {
  const wrong = matchAt(slip, text, start)
  if (wrong !== null) {
    return broken(start, { position: start, expected: slips[wrong] ?? otherQuotes, end: start + wrong.length })
  }
  const symbol = matchAt(mark, text, start)
  if (symbol !== null) return { kind: 'mark', text: symbol, start, end: start + symbol.length }
  if (text[start] === '"') {
    const quoted = readQuoted(text, start, '"')
    return quoted.text === null ? broken(start, quoted) : { kind: 'string', text: quoted.text, start, end: quoted.end }
  }
  const digits = matchAt(number, text, start)
  if (digits !== null) {
    const end = start + digits.length
    const value = Number(digits)
    if (Number.isFinite(value)) return { kind: 'number', value, start, end }
    return broken(start, { position: start, expected: 'a number of a size that can be stored', end })
  }
  return readName(text, start)
}

/** A chain of words and backticked names with single dots between them. */
function readName(text: string, start: number): Token {
  const segments: Segment[] = []
  let at = start
  for (;;) {
    if (text[at] === '`') {
      const name = readQuoted(text, at, '`')
      if (name.text === null) return broken(start, name)
      segments.push({ text: name.text, quoted: true })
      at = name.end
    } else {
      const plain = matchAt(word, text, at)
      if (plain === null) {
        const expected = segments.length === 0 ? 'a name, a value or an operator' : 'a name after the dot'
        return broken(start, { position: at, expected, end: Math.max(at, start + 1) })
      }
      segments.push({ text: plain, quoted: false })
      at += plain.length
    }
    if (text[at] !== '.') return { kind: 'name', segments, start, end: at }
    at += 1
  }
}

interface Break {
  readonly position: number
  readonly expected: string
  readonly end: number
}

function broken(start: number, { position, expected, end }: Break): BrokenToken {
  return { kind: 'broken', start, end, position, expected }
}

/** A text field drops line ends, so they are never written as they are. */
const escapes: Readonly<Record<string, string>> = { '\\': '\\', n: '\n', r: '\r', t: '\t' }

function readQuoted(
  text: string,
  start: number,
  quote: '"' | '`',
): { readonly text: string; readonly end: number } | (Break & { readonly text: null }) {
  let out = ''
  for (let at = start + 1; at < text.length; at += 1) {
    const char = text[at]
    if (char === quote) return { text: out, end: at + 1 }
    if (char !== '\\') {
      out += char
      continue
    }
    const escaped = text[at + 1]
    const meant = escaped === quote ? quote : escapes[escaped ?? '']
    if (meant === undefined) {
      return { text: null, position: at, expected: `\\${quote}, \\\\, \\n, \\r or \\t`, end: text.length }
    }
    out += meant
    at += 1
  }
  return { text: null, position: start, expected: `a closing ${quote}`, end: text.length }
}

function matchAt(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0] ?? null
}
