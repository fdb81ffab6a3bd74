// MongoDB extended JSON as FiftyOne writes it, old and new spellings, and the bare NaN and Infinity of Python's writer.

/**
 * Parses a document. Bare `NaN`, `Infinity` and `-Infinity` are accepted as numbers that are none (null). Throws SyntaxError.
 */
export function parseExtendedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    // Only now, because it costs a pass: outside of strings, the bare words become null.
    const mended = text.replace(/"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/gs, (token) =>
      token.startsWith('"') ? token : 'null',
    )
    if (mended === text) throw error
    return JSON.parse(mended)
  }
}

/**
 * The plain value of an extended one: `$oid` as hex text, `$date` as ISO text, numbers as numbers (null where they are none);
 * undefined for binaries and for all that is not extended.
 */
export function simplifyExtended(value: Readonly<Record<string, unknown>>): string | number | null | undefined {
  if (typeof value['$oid'] === 'string') return value['$oid']
  if ('$date' in value) return toIsoDate(value['$date'])
  for (const key of ['$numberLong', '$numberInt', '$numberDouble', '$numberDecimal']) {
    const number = value[key]
    if (typeof number === 'string') return Number.isFinite(Number(number)) ? Number(number) : null
  }
  return undefined
}

function toIsoDate(date: unknown): string | null {
  const plain = typeof date === 'object' && date !== null && '$numberLong' in date ? Number(date.$numberLong) : date
  if (typeof plain !== 'string' && typeof plain !== 'number') return null
  const parsed = new Date(plain)
  return Number.isNaN(parsed.getTime()) ? null : parsed.toISOString()
}
