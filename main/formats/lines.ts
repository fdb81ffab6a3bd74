// Text lines out of a stream of bytes. Only line feeds end a line: JSON strings may hold any other separator raw.

/** Lines without their line feed (and without a carriage return before it); a byte order mark is dropped. */
export async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) yield stripReturn(line)
  }
  rest += decoder.decode()
  if (rest !== '') yield stripReturn(rest)
}

function stripReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line
}
