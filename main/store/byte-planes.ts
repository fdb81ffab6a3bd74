// Numbers packed without loss: the first bytes of all of them, then the second ones, and so on. Exponents and high bytes repeat and are
// deflated; the last digits of measured numbers do not and are kept as they are, so that they cost no time either.
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib'

/** Words at the front: elements, then for every plane its stored length, or with a flag what it is instead. */
const wordBytes = 4
const deflatedFlag = 0x8000_0000
/** The plane is one byte over and over, which is the rest of the word. */
const constantFlag = 0x4000_0000
/** What is tried of a plane before all of it is deflated. */
const trialBytes = 4096
/** A plane, and all of them together, must become this much smaller. */
const worthwhile = 0.9
/** Repeats of one byte and the frequencies of bytes are all that planes have. */
const deflateOptions = { level: 1, strategy: constants.Z_RLE }

/** The bytes of elements of `size` bytes each; null where packing does not pay. */
export function packPlanes(bytes: Uint8Array, size: number): Buffer | null {
  const elements = bytes.length / size
  if (elements === 0) return null
  const header = Buffer.alloc(wordBytes * (1 + size))
  header.writeUInt32LE(elements, 0)
  const stored = Array.from({ length: size }, (_, place) => {
    const plane = new Uint8Array(elements)
    for (let i = 0, at = place; i < elements; i++, at += size) plane[i] = bytes[at]!
    const { word, data } = packPlane(plane)
    header.writeUInt32LE(word, wordBytes * (1 + place))
    return data
  })
  const packed = Buffer.concat([header, ...stored])
  return packed.length < bytes.length * worthwhile ? packed : null
}

function packPlane(plane: Uint8Array): { readonly word: number; readonly data: Uint8Array } {
  const first = plane[0]!
  if (plane.every((byte) => byte === first)) return { word: constantFlag + first, data: new Uint8Array(0) }
  const pays = (part: Uint8Array, deflated: Buffer) => deflated.length < part.length * worthwhile
  const trial = plane.subarray(0, trialBytes)
  if (pays(trial, deflateRawSync(trial, deflateOptions))) {
    const deflated = deflateRawSync(plane, deflateOptions)
    if (pays(plane, deflated)) return { word: deflatedFlag + deflated.length, data: deflated }
  }
  return { word: plane.length, data: plane }
}

/** The bytes again, at the start of a buffer of their own; null where `packed` is damaged or has more elements than may be. */
export function unpackPlanes(packed: Uint8Array, size: number, mostElements: number): Uint8Array | null {
  const header = new DataView(packed.buffer, packed.byteOffset, packed.byteLength)
  let next = wordBytes * (1 + size)
  if (packed.length < next) return null
  const elements = header.getUint32(0, true)
  if (elements > mostElements) return null
  const planes: Uint8Array[] = []
  for (let place = 0; place < size; place++) {
    const word = header.getUint32(wordBytes * (1 + place), true)
    const length = word >= deflatedFlag ? word - deflatedFlag : word >= constantFlag ? 0 : word
    const stored = packed.subarray(next, (next += length))
    const plane = unpackPlane(stored, word, elements)
    if (plane?.length !== elements) return null
    planes.push(plane)
  }
  return next === packed.length ? joinPlanes(planes, elements) : null
}

function unpackPlane(stored: Uint8Array, word: number, elements: number): Uint8Array | null {
  if (word < constantFlag) return stored
  if (word < deflatedFlag) return new Uint8Array(elements).fill(word - constantFlag)
  try {
    return inflateRawSync(stored, { maxOutputLength: Math.max(1, elements) })
  } catch (error) {
    // Every failure of zlib is one of the bytes it was given, and has a code.
    if (error instanceof Error && 'code' in error) return null
    throw error
  }
}

/** Whole elements at a time where there is an array of them: in memory their first byte is the lowest, as on every processor in use. */
function joinPlanes(planes: readonly Uint8Array[], elements: number): Uint8Array {
  const [a, b, c, d] = planes
  if (planes.length === 4) {
    const words = new Uint32Array(elements)
    for (let i = 0; i < elements; i++) words[i] = a![i]! | (b![i]! << 8) | (c![i]! << 16) | (d![i]! << 24)
    return new Uint8Array(words.buffer)
  }
  if (planes.length === 2) {
    const words = new Uint16Array(elements)
    for (let i = 0; i < elements; i++) words[i] = a![i]! | (b![i]! << 8)
    return new Uint8Array(words.buffer)
  }
  const bytes = new Uint8Array(elements * planes.length)
  planes.forEach((plane, place) => {
    for (let i = 0, at = place; i < elements; i++, at += planes.length) bytes[at] = plane[i]!
  })
  return bytes
}
