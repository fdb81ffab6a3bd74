// Cuts the objects of one array out of a JSON document of any size, byte by byte, without parsing the rest.
import { FoibleError } from '#core/errors.ts'
import { maxDocumentBytes, maxJsonDepth } from './limits.ts'

const quote = 0x22
const backslash = 0x5c
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d
/** What is longer is no key that anybody asks for. */
const maxKeyLength = 1024

export interface JsonSlice {
  readonly text: string
  /** The byte at which the object starts in the file. */
  readonly position: number
}

/**
 * The objects of the array under the top-level key `key`, as text. Throws `broken_file` if the document ends before the array
 * does, or has no such array; `too_large` for an object beyond the limits of size or depth.
 */
export async function* splitJsonArray(
  chunks: AsyncIterable<Uint8Array>,
  key: string,
  file: string,
): AsyncGenerator<JsonSlice> {
  const splitter = new JsonArraySplitter(key, file)
  for await (const chunk of chunks) {
    yield* splitter.push(chunk)
    if (splitter.isFinished) return
  }
  throw splitter.unfinished()
}

/** The state between two chunks. Not in the generator, whose variables are slow to get at. */
class JsonArraySplitter {
  isFinished = false
  readonly #key: string
  readonly #file: string
  readonly #decoder = new TextDecoder()
  #depth = 0
  #inString = false
  #escaped = false
  /** The current or last string at the top level: the key of what comes next. */
  #topString = ''
  #inArray = false
  #objectStart = -1
  #offset = 0
  #pieces: Uint8Array[] = []
  #pieceBytes = 0

  constructor(key: string, file: string) {
    this.#key = key
    this.#file = file
  }

  /** The objects that end in this chunk. */
  push(chunk: Uint8Array): readonly JsonSlice[] {
    const slices: JsonSlice[] = []
    let from = 0
    for (let i = this.#inString ? this.#skipString(chunk, 0) : 0; i < chunk.length; i++) {
      const byte = chunk[i]
      if (byte === quote) {
        if (this.#depth === 1) this.#topString = ''
        i = this.#skipString(chunk, i + 1) - 1
      } else if (byte === openBrace || byte === openBracket) {
        if (++this.#depth > maxJsonDepth) throw this.#tooLarge(`nests brackets deeper than ${maxJsonDepth}`)
        if (this.#depth === 2 && byte === openBracket && this.#topString === this.#key) this.#inArray = true
        else if (this.#depth === 3 && this.#inArray && byte === openBrace) {
          this.#objectStart = this.#offset + i
          from = i
        }
      } else if (byte === closeBrace || byte === closeBracket) {
        this.#depth--
        if (this.#depth === 2 && this.#objectStart >= 0) slices.push(this.#finishObject(chunk.subarray(from, i + 1)))
        else if (this.#depth === 1 && this.#inArray) {
          this.isFinished = true
          return slices
        }
      }
    }
    if (this.#objectStart >= 0) this.#keep(chunk.slice(from))
    this.#offset += chunk.length
    return slices
  }

  unfinished(): FoibleError {
    const file = this.#file
    const position = this.#objectStart >= 0 ? this.#objectStart : this.#offset
    const message = this.#inArray
      ? `“${file}” ends in the middle of a sample (at byte ${position}); fetch or export it again.`
      : `“${file}” has no list “${this.#key}”; it is not of the format that it is read as.`
    return new FoibleError('broken_file', message, { file, position })
  }

  /** The index after the closing quote of the string that goes on at `start`, or the chunk's length if it does not end here. */
  #skipString(chunk: Uint8Array, start: number): number {
    this.#inString = true
    const end = chunk.length
    if (start >= end) return end
    let i = this.#escaped ? start + 1 : start
    while (i < end && chunk[i] !== quote) i += chunk[i] === backslash ? 2 : 1
    this.#escaped = i > end
    this.#inString = i >= end
    i = Math.min(i, end)
    if (this.#depth === 1 && this.#topString.length < maxKeyLength)
      this.#topString += this.#decoder.decode(chunk.subarray(start, i))
    return this.#inString ? i : i + 1
  }

  #finishObject(tail: Uint8Array): JsonSlice {
    const bytes = this.#pieces.length === 0 ? tail : joinBytes([...this.#pieces, tail])
    const slice = { text: this.#decoder.decode(bytes), position: this.#objectStart }
    this.#objectStart = -1
    this.#pieces = []
    this.#pieceBytes = 0
    return slice
  }

  #keep(piece: Uint8Array): void {
    this.#pieces.push(piece)
    this.#pieceBytes += piece.length
    if (this.#pieceBytes > maxDocumentBytes) throw this.#tooLarge(`is larger than ${maxDocumentBytes} bytes`)
  }

  #tooLarge(what: string): FoibleError {
    const position = Math.max(0, this.#objectStart)
    const message = `A part of “${this.#file}” ${what} (from byte ${position}); export it without that part.`
    return new FoibleError('too_large', message, { file: this.#file, position })
  }
}

function joinBytes(pieces: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    joined.set(piece, at)
    at += piece.length
  }
  return joined
}
