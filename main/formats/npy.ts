// NumPy's .npy format (https://numpy.org/neps/nep-0001-npy-format.html), and the deflated form in which FiftyOne stores arrays.
import { inflateSync } from 'node:zlib'
import { FoibleError } from '#core/errors.ts'
import { maxInflatedBytes } from './limits.ts'

export interface NpyArray {
  readonly shape: readonly number[]
  /** Row-major, whatever order the file has. Whole numbers beyond 2^53 are rounded. */
  readonly values: Float64Array
}

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]

/** Throws `too_large` beyond the limit, `broken_file` for what is no zlib stream or no .npy file. */
export function inflateNpy(bytes: Uint8Array, file: string): NpyArray {
  let inflated: Uint8Array
  try {
    inflated = inflateSync(bytes, { maxOutputLength: maxInflatedBytes })
  } catch (cause) {
    const isLarge = cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE'
    const message = isLarge
      ? `An array in “${file}” inflates to more than ${maxInflatedBytes} bytes; store it outside of the document.`
      : `An array in “${file}” is not compressed with zlib; export it again.`
    throw new FoibleError(isLarge ? 'too_large' : 'broken_file', message, { file }, { cause })
  }
  return parseNpy(inflated, file)
}

/** Versions 1 to 3; numbers and truth values only. Throws `broken_file`. */
export function parseNpy(bytes: Uint8Array, file: string): NpyArray {
  const broken = (reason: string) =>
    new FoibleError('broken_file', `An array in “${file}” ${reason}; export it again.`, { file })
  if (bytes.length < 10 || magic.some((byte, i) => bytes[i] !== byte)) throw broken('is not in NumPy’s format')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const isFirst = view.getUint8(6) === 1
  const start = isFirst ? 10 : 12
  if (bytes.length < start) throw broken('ends in its header')
  const headerLength = isFirst ? view.getUint16(8, true) : view.getUint32(8, true)
  if (view.getUint8(6) > 3 || start + headerLength > bytes.length) throw broken('ends in its header')
  const header = new TextDecoder().decode(bytes.subarray(start, start + headerLength))
  const type = /'descr'\s*:\s*'([<>|=])([biuf])(\d+)'/.exec(header)
  const shape = /'shape'\s*:\s*\(([\d,\s]*)\)/.exec(header)?.[1]
  if (!type || shape === undefined) throw broken('holds neither numbers nor truth values')
  const dimensions = shape
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(Number)
  const read = numberReader(view, `${type[2]}${type[3]}`, type[1] !== '>')
  const size = Number(type[3])
  const count = dimensions.reduce((product, length) => product * length, 1)
  if (!read) throw broken(`has numbers of the type ${type[2]}${type[3]}, which Foible does not read`)
  if (start + headerLength + count * size > bytes.length) throw broken('ends before its last number')
  const values = Float64Array.from({ length: count }, (_, i) => read(start + headerLength + i * size))
  const isFortran = /'fortran_order'\s*:\s*True/.test(header) && dimensions.length > 1
  return { shape: dimensions, values: isFortran ? toRowMajor(values, dimensions) : values }
}

function numberReader(view: DataView, type: string, little: boolean): ((at: number) => number) | null {
  switch (type) {
    case 'b1':
    case 'u1':
      return (at) => view.getUint8(at)
    case 'i1':
      return (at) => view.getInt8(at)
    case 'i2':
      return (at) => view.getInt16(at, little)
    case 'u2':
      return (at) => view.getUint16(at, little)
    case 'i4':
      return (at) => view.getInt32(at, little)
    case 'u4':
      return (at) => view.getUint32(at, little)
    case 'i8':
      return (at) => Number(view.getBigInt64(at, little))
    case 'u8':
      return (at) => Number(view.getBigUint64(at, little))
    case 'f2':
      return (at) => toHalf(view.getUint16(at, little))
    case 'f4':
      return (at) => view.getFloat32(at, little)
    case 'f8':
      return (at) => view.getFloat64(at, little)
    default:
      return null
  }
}

/** IEEE 754 binary16. */
function toHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * 2 ** -24 * fraction
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity
  return sign * 2 ** (exponent - 25) * (1024 + fraction)
}

function toRowMajor(values: Float64Array, shape: readonly number[]): Float64Array {
  const sorted = new Float64Array(values.length)
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, length) => product * length, 1))
  for (let from = 0; from < values.length; from++) {
    let rest = from
    let to = 0
    for (const [axis, length] of shape.entries()) {
      to += (rest % length) * strides[axis]!
      rest = Math.floor(rest / length)
    }
    sorted[to] = values[from]!
  }
  return sorted
}
