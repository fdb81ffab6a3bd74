// Text lines out of a stream of bytes. Only line feeds end a line: JSON strings may hold any other separator raw.
import { FoibleError } from '#core/errors.ts'
import { maxLineLength } from './limits.ts'

/**
 * Lines without their line feed (and without a carriage return before it); a byte order mark is dropped. Throws `too_large` for a
 * line beyond the limit.
 */
export async function* readLines(chunks: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of chunks) {
    const [first = '', ...lines] = decoder.decode(chunk, { stream: true }).split('\n')
    // A line of many chunks is joined here and searched never again.
    rest += first
    if (rest.length > maxLineLength) throw lineTooLong(file)
    for (const line of lines) {
      yield stripReturn(rest)
      rest = line
    }
  }
  rest += decoder.decode()
  if (rest !== '') yield stripReturn(rest)
}

function lineTooLong(file: string): FoibleError {
  const message = `“${file}” has a line of more than ${maxLineLength} characters; write one object a line.`
  return new FoibleError('too_large', message, { file })
}

function stripReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line
}
