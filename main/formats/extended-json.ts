// MongoDB extended JSON as FiftyOne writes it, old and new spellings, and the bare NaN and Infinity of Python's writer.
import { maxJsonDepth } from './limits.ts'
import { endOfString, isTooDeep } from './parse-json.ts'

/** What JSON.parse refuses or rounds: bare NaN and Infinity, whole numbers beyond 2^53. */
const bareWords = /-?\bInfinity\b|\bNaN\b|(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g
const longNumber = /[\s:[,]-?\d{16}/

/**
 * Parses a document. What JSON has no words for comes out in its extended spelling: `NaN` and `Infinity` as `$numberDouble`,
 * whole numbers beyond 2^53 as `$numberLong`. Throws SyntaxError, also for brackets nested deeper than the limit.
 */
export function parseExtendedJson(text: string): unknown {
  if (isTooDeep(text)) throw new SyntaxError(`brackets are nested deeper than ${maxJsonDepth}`)
  return parseShallowJson(text)
}

/** As `parseExtendedJson`, of a text whose depth has been looked at. */
export function parseShallowJson(text: string): unknown {
  if (longNumber.test(text)) return JSON.parse(spellOut(text))
  try {
    return JSON.parse(text)
  } catch (error) {
    // Only now, because it costs a pass.
    const mended = spellOut(text)
    if (mended === text) throw error
    return JSON.parse(mended)
  }
}

/** String by string: one pattern for texts and strings alike overflows the stack on a long string. */
function spellOut(text: string): string {
  const parts: string[] = []
  for (let at = 0; at < text.length;) {
    const opening = text.indexOf('"', at)
    const until = opening < 0 ? text.length : opening
    parts.push(text.slice(at, until).replace(bareWords, spellWord))
    const closing = opening < 0 ? -1 : endOfString(text, opening)
    at = closing < 0 ? text.length : closing + 1
    parts.push(text.slice(until, at))
  }
  return parts.join('')
}

function spellWord(word: string): string {
  if (!/\d/.test(word)) return `{"$numberDouble":"${word}"}`
  return Number.isSafeInteger(Number(word)) ? word : `{"$numberLong":"${word}"}`
}

/**
 * The plain value of an extended one: `$oid` as hex text, `$date` as ISO text, numbers as numbers (null where they are none);
 * undefined for binaries and for all that is not extended.
 */
export function simplifyExtended(value: Readonly<Record<string, unknown>>): string | number | null | undefined {
  if (typeof value['$oid'] === 'string') return value['$oid']
  if ('$date' in value) return toIsoDate(value['$date'])
  if (typeof value['$uuid'] === 'string') return value['$uuid']
  if (typeof value['$symbol'] === 'string') return value['$symbol']
  for (const key of ['$numberLong', '$numberInt', '$numberDouble', '$numberDecimal']) {
    const number = value[key]
    if (typeof number === 'string' || typeof number === 'number')
      return Number.isFinite(Number(number)) ? Number(number) : null
  }
  return undefined
}

/** The bytes of a binary value, in its new spelling or the legacy one with `$type`; null for anything else. */
export function readBinary(value: unknown): Uint8Array | null {
  if (typeof value !== 'object' || value === null || !('$binary' in value)) return null
  const { $binary: binary } = value
  const text = typeof binary === 'object' && binary !== null && 'base64' in binary ? binary.base64 : binary
  return typeof text === 'string' ? Buffer.from(text, 'base64') : null
}

function toIsoDate(date: unknown): string | null {
  const plain = typeof date === 'object' && date !== null && '$numberLong' in date ? Number(date.$numberLong) : date
  if (typeof plain !== 'string' && typeof plain !== 'number') return null
  const parsed = new Date(plain)
  return Number.isNaN(parsed.getTime()) ? null : parsed.toISOString()
}
