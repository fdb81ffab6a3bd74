// Cuts the objects of one array out of a JSON document of any size, byte by byte, without parsing the rest.
import { FoibleError } from '#core/errors.ts'

const quote = 0x22
const backslash = 0x5c
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d
const maxObjectBytes = 256 << 20

export interface JsonSlice {
  readonly text: string
  /** The byte at which the object starts in the file. */
  readonly position: number
}

/**
 * The objects of the array under the top-level key `key`, as text. Throws `broken_file` if the document ends before the array
 * does, or has no such array.
 */
export async function* splitJsonArray(
  chunks: AsyncIterable<Uint8Array>,
  key: string,
  file: string,
): AsyncGenerator<JsonSlice> {
  const decoder = new TextDecoder()
  const keyBytes = new TextEncoder().encode(key)
  let depth = 0
  let inString = false
  let escaped = false
  let stringStart = -1
  let keyMatches = false
  /** Bytes of the current top-level string seen so far, compared with the key as they come. */
  let keyProgress = 0
  let inArray = false
  let finished = false
  let objectStart = -1
  let offset = 0
  let pieces: Uint8Array[] = []
  let pieceBytes = 0

  for await (const chunk of chunks) {
    let from = 0
    for (let i = 0; i < chunk.length && !finished; i++) {
      const byte = chunk[i]
      if (inString) {
        if (depth === 1 && !escaped && byte !== quote)
          keyProgress = byte === keyBytes[keyProgress] && keyProgress >= 0 ? keyProgress + 1 : -1
        if (escaped) escaped = false
        else if (byte === backslash) escaped = true
        else if (byte === quote) {
          inString = false
          if (depth === 1) keyMatches = keyProgress === keyBytes.length
        }
      } else if (byte === quote) {
        inString = true
        stringStart = offset + i
        keyProgress = 0
      } else if (byte === openBrace || byte === openBracket) {
        depth++
        if (depth === 2 && byte === openBracket && keyMatches) inArray = true
        else if (depth === 3 && inArray && byte === openBrace) {
          objectStart = offset + i
          from = i
        }
      } else if (byte === closeBrace || byte === closeBracket) {
        depth--
        if (depth === 2 && objectStart >= 0) {
          pieces.push(chunk.subarray(from, i + 1))
          yield { text: decoder.decode(join(pieces)), position: objectStart }
          objectStart = -1
          pieces = []
          pieceBytes = 0
        } else if (depth === 1 && inArray) finished = true
      }
    }
    if (objectStart >= 0) {
      // The stream may reuse its buffer for the next chunk.
      pieces.push(chunk.slice(from))
      pieceBytes += chunk.length - from
      if (pieceBytes > maxObjectBytes) {
        throw new FoibleError('too_large', `One sample in “${file}” is larger than ${maxObjectBytes} bytes.`, {
          file,
          position: objectStart,
        })
      }
    }
    offset += chunk.length
  }
  if (finished) return
  const position = objectStart >= 0 ? objectStart : inString ? stringStart : offset
  throw new FoibleError(
    'broken_file',
    inArray
      ? `“${file}” ends in the middle of a sample (at byte ${position}); fetch or export it again.`
      : `“${file}” has no list “${key}”; it is not what FiftyOne writes.`,
    { file, position },
  )
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  const [first] = pieces
  if (pieces.length === 1 && first) return first
  const joined = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    joined.set(piece, at)
    at += piece.length
  }
  return joined
}
