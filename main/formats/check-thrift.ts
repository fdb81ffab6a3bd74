// Walks a Parquet footer (Thrift's compact protocol) without keeping anything, before a parser does that takes its word for all:
// a number of a megabyte costs that parser minutes, structs in structs its stack.
// https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md

/** Bytes of the longest number of 64 bits. */
const maxNumberBytes = 10
/** A footer has about ten levels; schemas are lists. */
const maxDepth = 64

interface Cursor {
  readonly bytes: Uint8Array
  at: number
}

/** Throws an Error that says what is wrong; its end may lie before the end of `bytes`. */
export function checkThrift(bytes: Uint8Array): void {
  skipStruct({ bytes, at: 0 }, 0)
}

function skipStruct(cursor: Cursor, depth: number): void {
  if (depth > maxDepth) throw new Error('its footer is nested too deep')
  for (;;) {
    const head = readByte(cursor)
    const type = head & 0x0f
    if (type === 0) return
    // A long form of the field's number follows where the short one is 0.
    if (head >> 4 === 0) skipNumber(cursor)
    skipValue(cursor, type, depth, false)
  }
}

function skipValue(cursor: Cursor, type: number, depth: number, isItem: boolean): void {
  switch (type) {
    case 1:
    case 2:
      // Truth values are in the type itself, and a byte each in lists.
      return skipBytes(cursor, isItem ? 1 : 0)
    case 3:
      return skipBytes(cursor, 1)
    case 4:
    case 5:
    case 6:
      return skipNumber(cursor)
    case 7:
      return skipBytes(cursor, 8)
    case 8:
      return skipBytes(cursor, readLength(cursor))
    case 9: {
      const head = readByte(cursor)
      const count = head >> 4 === 15 ? readLength(cursor) : head >> 4
      for (let i = 0; i < count; i++) skipValue(cursor, head & 0x0f, depth + 1, true)
      return
    }
    case 12:
      return skipStruct(cursor, depth + 1)
    default:
      throw new Error(`its footer has a value of the unknown type ${type}`)
  }
}

function readByte(cursor: Cursor): number {
  const byte = cursor.bytes[cursor.at++]
  if (byte === undefined) throw new Error('its footer is cut off')
  return byte
}

function skipBytes(cursor: Cursor, count: number): void {
  cursor.at += count
}

function skipNumber(cursor: Cursor): void {
  for (let i = 0; i < maxNumberBytes; i++) if (readByte(cursor) < 0x80) return
  throw new Error('its footer has a number of more than 64 bits')
}

function readLength(cursor: Cursor): number {
  let length = 0
  for (let i = 0; i < 5; i++) {
    const byte = readByte(cursor)
    length += (byte & 0x7f) * 2 ** (7 * i)
    if (byte < 0x80) return length
  }
  throw new Error('its footer has a length of more than 32 bits')
}
