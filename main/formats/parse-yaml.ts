// YAML 1.2 of other people's making: what takes no more than its length in time, and no more depth than the stack has.
import { parseDocument, visit } from 'yaml'
import { maxJsonDepth } from './limits.ts'

/** Each is looked for in the whole document. */
const maxAliases = 1000
/** Lines without anything take the parser microseconds each. */
const maxYamlLength = 2 << 20

/**
 * The value of a document. Of a key that stands there twice the later one counts, and keys are texts: looking for repetitions
 * takes time by the square of their number, which lists of 20,000 classes have. Throws SyntaxError.
 */
export function parseYaml(text: string): unknown {
  if (text.length > maxYamlLength) throw new SyntaxError(`it has more than ${maxYamlLength} characters`)
  if (isTooDeep(text)) throw new SyntaxError(`brackets are nested deeper than ${maxJsonDepth}`)
  const document = parseDocument(text, { version: '1.2', schema: 'core', uniqueKeys: false, stringKeys: true })
  const [error] = document.errors
  if (error !== undefined) throw new SyntaxError(error.message, { cause: error })
  let aliases = 0
  visit(document, {
    Alias() {
      if (++aliases > maxAliases) throw new SyntaxError(`it has more than ${maxAliases} aliases`)
    },
  })
  try {
    return document.toJS()
  } catch (cause) {
    // Aliases that lead nowhere, or multiply.
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new SyntaxError(reason, { cause })
  }
}

/** The parser takes minutes for a hundred thousand brackets. Those in texts count as well: nobody leaves so many open. */
function isTooDeep(text: string): boolean {
  let depth = 0
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    depth = bracket === '[' || bracket === '{' ? depth + 1 : Math.max(0, depth - 1)
    if (depth > maxJsonDepth) return true
  }
  return false
}
