// JSON of other people's making: no deeper than whoever walks or writes it has stack for.
import { FoibleError } from '#core/errors.ts'
import { maxJsonDepth } from './limits.ts'

/** As JSON.parse; throws SyntaxError also for brackets nested deeper than the limit. */
export function parseJson(text: string): unknown {
  if (isTooDeep(text)) throw new SyntaxError(`brackets are nested deeper than ${maxJsonDepth}`)
  return JSON.parse(text)
}

/** The content of a file; `way`: what to do where it is no JSON. Throws `broken_file`. */
export function parseJsonFile(bytes: Uint8Array, file: string, way: string): unknown {
  try {
    return parseJson(new TextDecoder().decode(bytes))
  } catch (cause) {
    throw new FoibleError('broken_file', `“${file}” is not valid JSON; ${way}.`, { file }, { cause })
  }
}

export function isTooDeep(text: string): boolean {
  if (text.length <= maxJsonDepth) return false
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit === 0x22) {
      i = endOfString(text, i)
      if (i < 0) return false
    } else if (unit === 0x7b || unit === 0x5b) {
      if (++depth > maxJsonDepth) return true
    } else if (unit === 0x7d || unit === 0x5d) depth--
  }
  return false
}

/** The index of the quote that closes the string which opens at `start`; -1 if none does. */
export function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let backslashes = 0
    while (text.charCodeAt(end - 1 - backslashes) === 0x5c) backslashes++
    if (backslashes % 2 === 0) return end
  }
  return -1
}
