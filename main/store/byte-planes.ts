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

/**
 * Writes the bytes to the front of `target`, which has room for `mostElements`; returns how many elements there are, or null
 * where `packed` is damaged or has more.
 * @param target Starts on a whole element.
 */
export function unpackPlanes(packed: Uint8Array, size: number, target: Uint8Array): number | null {
  const header = new DataView(packed.buffer, packed.byteOffset, packed.byteLength)
  let next = wordBytes * (1 + size)
  if (packed.length < next) return null
  const elements = header.getUint32(0, true)
  if (elements * size > target.length) return null
  const words = Array.from({ length: size }, (_, place) => header.getUint32(wordBytes * (1 + place), true))
  if (words.every(isConstant)) {
    if (next !== packed.length) return null
    fillElements(
      target.subarray(0, elements * size),
      words.map((word) => word - constantFlag),
    )
    return elements
  }
  const planes: Uint8Array[] = []
  for (const word of words) {
    const length = word >= deflatedFlag ? word - deflatedFlag : isConstant(word) ? 0 : word
    const plane = unpackPlane(packed.subarray(next, (next += length)), word, elements)
    if (plane?.length !== elements) return null
    planes.push(plane)
  }
  if (next !== packed.length) return null
  joinPlanes(planes, elements, target)
  return elements
}

function isConstant(word: number): boolean {
  return word >= constantFlag && word < deflatedFlag
}

function unpackPlane(stored: Uint8Array, word: number, elements: number): Uint8Array | null {
  if (isConstant(word)) return new Uint8Array(elements).fill(word - constantFlag)
  if (word < constantFlag) return stored
  try {
    return inflateRawSync(stored, { maxOutputLength: Math.max(1, elements) })
  } catch (error) {
    // Every failure of zlib is one of the bytes it was given, and has a code.
    if (error instanceof Error && 'code' in error) return null
    throw error
  }
}

/** One element over and over: twice as many with each copy. */
function fillElements(target: Uint8Array, element: readonly number[]): void {
  if (target.length === 0) return
  target.set(element)
  for (let filled = element.length; filled < target.length; filled *= 2) target.copyWithin(filled, 0, filled)
}

/** Whole elements at a time where there is an array of them: in memory their first byte is the lowest, as on every processor in use. */
function joinPlanes(planes: readonly Uint8Array[], elements: number, target: Uint8Array): void {
  const [a, b, c, d] = planes
  if (planes.length === 4) {
    const words = new Uint32Array(target.buffer, target.byteOffset, elements)
    for (let i = 0; i < elements; i++) words[i] = a![i]! | (b![i]! << 8) | (c![i]! << 16) | (d![i]! << 24)
  } else if (planes.length === 2) {
    const words = new Uint16Array(target.buffer, target.byteOffset, elements)
    for (let i = 0; i < elements; i++) words[i] = a![i]! | (b![i]! << 8)
  } else {
    planes.forEach((plane, place) => {
      for (let i = 0, at = place; i < elements; i++, at += planes.length) target[at] = plane[i]!
    })
  }
}
