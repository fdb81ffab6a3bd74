// Steps through tokens, and notes what was asked for at the place where it stands.
import type { Expected } from './expected.ts'
import type { Token } from './tokens.ts'

/** Thrown where the tokens cannot go on; the reader then still stands there. */
export class Stopped extends Error {}

/** `take...` moves on if it can, `need...` throws `Stopped` if it cannot; both note what they asked for. */
export class TokenReader {
  readonly #tokens: readonly Token[]
  #index = 0
  #expected: Expected[] = []

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  /** What was asked for since the last move. */
  expected(): readonly Expected[] {
    return this.#expected
  }

  takeWord(word: string): boolean {
    this.expectLiteral(word)
    if (this.word() !== word) return false
    this.advance()
    return true
  }

  needWord(word: string): void {
    if (!this.takeWord(word)) throw new Stopped()
  }

  takeMark(mark: string): boolean {
    this.expectLiteral(mark)
    const token = this.token()
    if (token.kind !== 'mark' || token.text !== mark) return false
    this.advance()
    return true
  }

  needMark(mark: string): void {
    if (!this.takeMark(mark)) throw new Stopped()
  }

  /** The plain single word at hand in lower case, else null. */
  word(): string | null {
    const token = this.token()
    const segment = token.kind === 'name' && token.segments.length === 1 ? token.segments[0] : undefined
    return segment === undefined || segment.quoted ? null : segment.text.toLowerCase()
  }

  /** The token at hand. */
  token(): Token {
    const token = this.#tokens[this.#index]
    if (token === undefined) throw new Error('read past the end token')
    return token
  }

  /** The token behind the one at hand. */
  next(): Token | undefined {
    return this.#tokens[this.#index + 1]
  }

  advance(): void {
    this.#index += 1
    this.#expected = []
  }

  expect(expected: Expected): void {
    this.#expected.push(expected)
  }

  expectLiteral(text: string): void {
    this.#expected.push({ kind: 'literal', text })
  }
}
