// Reads filter text. One grammar serves parsing, error messages and completion: it notes what it would have taken
// at the place where it stopped.
import { FoibleError } from '../errors.ts'
import { everything } from './expr.ts'
import type { CompareOp, FilterExpr, FilterVocabulary, ModelSetCall, Path, Scalar } from './expr.ts'
import { filterSyntax, syntaxError } from './expected.ts'
import type { Expected } from './expected.ts'
import { callSignatures, isKeyword } from './names.ts'
import type { CallName } from './names.ts'
import { normaliseFilter } from './normalise.ts'
import { resolvePath, unknownName } from './resolve-path.ts'
import { Stopped, TokenReader } from './token-reader.ts'
import { tokenize } from './tokens.ts'
import type { Token } from './tokens.ts'

/** Where parsing stopped, what it would have taken there, and the path whose value or operator was due. */
export interface ParseStop {
  readonly token: Token
  readonly expected: readonly Expected[]
  readonly path: Path | null
}

const maxDepth = 200
const markOps: ReadonlySet<string> = new Set(['=', '!=', '<', '<=', '>', '>='])

/**
 * The expression that `text` stands for, normalised; empty text is everything.
 * Throws `filter_syntax` with `{position, expected}` (position: UTF-16 offset), and, where a vocabulary is given,
 * `unknown_name` with `{position, name, nearest}`.
 */
export function parseFilter(text: string, vocabulary?: FilterVocabulary): FilterExpr {
  const parser = new Parser(tokenize(text), vocabulary)
  try {
    return normaliseFilter(parser.parseAll())
  } catch (error) {
    if (error instanceof Stopped) {
      const { token, expected } = parser.stop()
      throw syntaxError(token, expected, text)
    }
    throw error
  }
}

/** Where the parser stands after the tokens, or where they stop making sense. For completion. */
export function findStop(tokens: readonly Token[], vocabulary: FilterVocabulary): ParseStop {
  const parser = new Parser(tokens, vocabulary)
  try {
    parser.parseAll()
  } catch (error) {
    if (!(error instanceof Stopped) && !(error instanceof FoibleError)) throw error
  }
  return parser.stop()
}

class Parser extends TokenReader {
  readonly #vocabulary: FilterVocabulary | undefined
  #depth = 0
  #path: Path | null = null

  constructor(tokens: readonly Token[], vocabulary: FilterVocabulary | undefined) {
    super(tokens)
    this.#vocabulary = vocabulary
  }

  stop(): ParseStop {
    return { token: this.token(), expected: this.expected(), path: this.#path }
  }

  parseAll(): FilterExpr {
    if (this.token().kind === 'end') {
      this.expect({ kind: 'path' })
      this.expect({ kind: 'call' })
      this.expectLiteral('not')
      this.expectLiteral('(')
      return everything
    }
    const expr = this.#or()
    this.expect({ kind: 'end' })
    if (this.token().kind !== 'end') throw new Stopped()
    return expr
  }

  #or(): FilterExpr {
    this.#depth += 1
    if (this.#depth > maxDepth) {
      throw filterSyntax(this.token().start, `at most ${maxDepth} levels of parentheses`, 'more')
    }
    const items = [this.#and()]
    while (this.takeWord('or')) items.push(this.#and())
    this.#depth -= 1
    return items.length === 1 && items[0] !== undefined ? items[0] : { kind: 'or', items }
  }

  #and(): FilterExpr {
    const items = [this.#not()]
    while (this.takeWord('and')) items.push(this.#not())
    return items.length === 1 && items[0] !== undefined ? items[0] : { kind: 'and', items }
  }

  #not(): FilterExpr {
    let negations = 0
    while (this.takeWord('not')) negations += 1
    if (negations > maxDepth) throw filterSyntax(this.token().start, `at most ${maxDepth} times “not”`, 'more')
    let expr = this.#primary()
    for (; negations > 0; negations -= 1) expr = { kind: 'not', item: expr }
    return expr
  }

  #primary(): FilterExpr {
    if (this.takeMark('(')) {
      if (this.takeMark(')')) return everything
      const expr = this.#or()
      this.needMark(')')
      return expr
    }
    this.expect({ kind: 'call' })
    const call = this.#callName()
    if (call !== null) {
      this.advance()
      this.needMark('(')
      const expr = this.#call(call)
      this.needMark(')')
      return expr
    }
    const path = this.#takePath()
    this.#path = path
    const expr = this.#condition(path)
    this.#path = null
    return expr
  }

  #condition(path: Path): FilterExpr {
    const token = this.token()
    for (const op of markOps) this.expectLiteral(op)
    if (token.kind === 'mark' && markOps.has(token.text)) {
      this.advance()
      return { kind: 'compare', path, op: token.text as CompareOp, value: this.#takeValue() }
    }
    if (this.takeWord('contains')) return { kind: 'compare', path, op: 'contains', value: this.#takeValue() }
    if (this.takeWord('starts')) {
      this.needWord('with')
      return { kind: 'compare', path, op: 'starts with', value: this.#takeValue() }
    }
    if (this.takeWord('in')) return { kind: 'in', path, values: this.#takeValues() }
    if (this.takeWord('not')) {
      this.needWord('in')
      return { kind: 'not', item: { kind: 'in', path, values: this.#takeValues() } }
    }
    if (this.takeWord('between')) {
      const low = this.#takeNumber()
      this.needWord('and')
      return { kind: 'between', path, low, high: this.#takeNumber() }
    }
    this.needWord('is')
    const missing = !this.takeWord('not')
    this.needWord('missing')
    return { kind: 'missing', path, missing }
  }

  #call(name: CallName): FilterExpr {
    switch (name) {
      case 'tagged':
        return { kind: 'tagged', tag: this.#takeKnown('tag', this.#vocabulary?.tags) }
      case 'view':
        return { kind: 'view', name: this.#takeKnown('view', this.#vocabulary?.views) }
      case 'finding':
        return { kind: 'finding', rule: this.#takeKnown('finding', this.#vocabulary?.findings) }
      case 'exactly_wrong': {
        const at = this.token()
        const count = this.#takeNumber()
        if (!Number.isInteger(count) || count < 0) {
          throw filterSyntax(at.start, 'how many of the models are wrong', String(count))
        }
        this.needMark(',')
        return { kind: 'exactly_wrong', count: Math.abs(count), models: this.#takeModels() }
      }
      case 'disagree': {
        const a = this.#takeModel()
        this.needMark(',')
        return { kind: 'disagree', a, b: this.#takeModel() }
      }
      case 'only_wrong':
      case 'has_prediction':
        return { kind: name, model: this.#takeModel() }
      default:
        return { kind: name satisfies ModelSetCall, models: this.#takeModels() }
    }
  }

  #callName(): CallName | null {
    const next = this.next()
    const word = this.word()
    if (word === null || isKeyword(word) || next?.kind !== 'mark' || next.text !== '(') return null
    const name = (Object.keys(callSignatures) as CallName[]).find((call) => call === word)
    if (name !== undefined) return name
    const token = this.token()
    throw unknownName(token.start, word, Object.keys(callSignatures), 'call')
  }

  #takeModels(): string[] {
    const models = [this.#takeModel()]
    while (this.takeMark(',')) models.push(this.#takeModel())
    return models
  }

  #takeModel(): string {
    return this.#takeKnown('model', this.#vocabulary?.models)
  }

  #takeKnown(kind: 'model' | 'tag' | 'view' | 'finding', known: readonly string[] | undefined): string {
    this.expect({ kind })
    const token = this.token()
    if (token.kind !== 'name' && token.kind !== 'string') throw new Stopped()
    this.advance()
    const name = token.kind === 'string' ? token.text : token.segments.map((segment) => segment.text).join('.')
    if (known !== undefined && !known.includes(name)) throw unknownName(token.start, name, known, kind)
    return name
  }

  #takePath(): Path {
    this.expect({ kind: 'path' })
    const token = this.token()
    if (token.kind !== 'name' || isKeyword(this.word())) throw new Stopped()
    this.advance()
    return resolvePath(token.segments, token.start, this.#vocabulary)
  }

  #takeValues(): Scalar[] {
    this.needMark('(')
    if (this.takeMark(')')) return []
    const values = [this.#takeValue()]
    while (this.takeMark(',')) values.push(this.#takeValue())
    this.needMark(')')
    return values
  }

  #takeValue(): Scalar {
    this.expect({ kind: 'value' })
    const token = this.token()
    if (token.kind === 'string') {
      this.advance()
      return token.text
    }
    if (token.kind === 'number') {
      this.advance()
      return token.value
    }
    const segment = token.kind === 'name' && token.segments.length === 1 ? token.segments[0] : undefined
    if (segment === undefined || segment.quoted) throw new Stopped()
    const lower = segment.text.toLowerCase()
    if (lower === 'true' || lower === 'false') {
      this.advance()
      return lower === 'true'
    }
    if (isKeyword(lower)) throw new Stopped()
    this.advance()
    return segment.text
  }

  #takeNumber(): number {
    this.expect({ kind: 'number' })
    const token = this.token()
    if (token.kind !== 'number') throw new Stopped()
    this.advance()
    return token.value
  }
}
