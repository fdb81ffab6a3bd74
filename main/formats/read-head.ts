// The first bytes of a stream, without losing them for whoever reads the stream.

export interface StreamHead {
  /** At least the bytes asked for, unless the stream is shorter. */
  readonly head: Uint8Array
  /** The whole stream, the head included. To be read to its end or left with `return`. */
  readonly all: AsyncIterable<Uint8Array>
}

export async function readHead(chunks: AsyncIterable<Uint8Array>, bytes: number): Promise<StreamHead> {
  const iterator = chunks[Symbol.asyncIterator]()
  const pieces: Uint8Array[] = []
  let size = 0
  while (size < bytes) {
    const next = await iterator.next()
    if (next.done === true) break
    pieces.push(next.value)
    size += next.value.length
  }
  const head = pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces)
  return { head, all: joinHead(head, iterator) }
}

async function* joinHead(head: Uint8Array, iterator: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    if (head.length > 0) yield head
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value
  } finally {
    await iterator.return?.()
  }
}
