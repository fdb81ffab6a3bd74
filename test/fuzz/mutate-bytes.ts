// Damage that any file may take: bits, lengths, chunks, ends.
import type { Random } from './random.ts'

/** Numbers at which lengths, counts and offsets go wrong. */
const edges: readonly bigint[] = [
  0n,
  1n,
  2n,
  0x7fn,
  0x80n,
  0xffn,
  0x100n,
  0x7fffn,
  0x8000n,
  0xffffn,
  0x10000n,
  0x7fffffffn,
  0x80000000n,
  0xfffffff0n,
  0xffffffffn,
  0x100000000n,
  0x7fffffffffffffffn,
  0xffffffffffffffffn,
]

const magicWords: readonly Uint8Array[] = [
  'PAR1',
  'PK\x01\x02',
  'PK\x03\x04',
  'PK\x05\x06',
  'ustar\x0000',
  '\x89PNG\r\n\x1a\n',
  '\xff\xd8\xff\xe0',
  'RIFF\xff\xff\xff\xffWEBP',
  'GIF89a\xff\xff\xff\xff',
  'II*\0',
  '\x93NUMPY\x01\0',
  '\x1f\x8b\x08\0',
  '\xef\xbb\xbf',
  '\xff\xfe',
  '\0\0\0\0',
  '\xff\xff\xff\xff',
].map((word) => Buffer.from(word, 'latin1'))

type Damage = (random: Random, bytes: Uint8Array) => Uint8Array

const damages: readonly Damage[] = [flipBits, setNumber, setNumber, cutEnd, dropChunk, repeatChunk, swapChunks, splice]

/** One to four damages. With `from`, those that keep the length begin there: at a footer, a directory. */
export function mutateBytes(random: Random, bytes: Uint8Array, from = 0): Uint8Array {
  let mutated = bytes
  const count = 1 + random.int(4)
  for (let i = 0; i < count; i++) {
    const damage = random.pick(damages)
    const isInPlace = (damage === flipBits || damage === setNumber) && from < mutated.length
    mutated = isInPlace
      ? joinBytes([mutated.subarray(0, from), damage(random, mutated.subarray(from))])
      : damage(random, mutated)
  }
  return mutated
}

export function joinBytes(pieces: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(pieces))
}

function flipBits(random: Random, bytes: Uint8Array): Uint8Array {
  const flipped = Uint8Array.from(bytes)
  const count = 1 + random.int(8)
  for (let i = 0; i < count && flipped.length > 0; i++) {
    const at = random.int(flipped.length)
    flipped[at] = (flipped[at] ?? 0) ^ (1 << random.int(8))
  }
  return flipped
}

/** A number of 1, 2, 4 or 8 bytes, in either order, becomes one at which things go wrong. */
function setNumber(random: Random, bytes: Uint8Array): Uint8Array {
  const size = random.pick([1, 2, 4, 8])
  if (bytes.length < size) return bytes
  const changed = Buffer.from(bytes)
  const value = BigInt.asUintN(size * 8, random.pick(edges))
  const digits = Uint8Array.from({ length: size }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn))
  changed.set(random.isLikely(0.5) ? digits : digits.toReversed(), random.int(bytes.length - size + 1))
  return changed
}

function cutEnd(random: Random, bytes: Uint8Array): Uint8Array {
  return bytes.subarray(0, random.int(bytes.length))
}

function chunkOf(random: Random, bytes: Uint8Array): readonly [start: number, end: number] {
  const start = random.int(bytes.length)
  return [start, Math.min(bytes.length, start + 1 + random.int(random.pick([8, 64, 512, 4096])))]
}

function dropChunk(random: Random, bytes: Uint8Array): Uint8Array {
  const [start, end] = chunkOf(random, bytes)
  return joinBytes([bytes.subarray(0, start), bytes.subarray(end)])
}

function repeatChunk(random: Random, bytes: Uint8Array): Uint8Array {
  const [start, end] = chunkOf(random, bytes)
  const times = random.pick([2, 3, 10, 100])
  return joinBytes([
    bytes.subarray(0, start),
    ...new Array(times).fill(bytes.subarray(start, end)),
    bytes.subarray(end),
  ])
}

function swapChunks(random: Random, bytes: Uint8Array): Uint8Array {
  const cuts = [random.int(bytes.length), random.int(bytes.length), random.int(bytes.length)].sort((a, b) => a - b)
  const [a = 0, b = 0, c = 0] = cuts
  return joinBytes([bytes.subarray(0, a), bytes.subarray(b, c), bytes.subarray(a, b), bytes.subarray(c)])
}

function splice(random: Random, bytes: Uint8Array): Uint8Array {
  const at = random.int(bytes.length + 1)
  const word = random.isLikely(0.7) ? random.pick(magicWords) : random.bytes(1 + random.int(64))
  return joinBytes([bytes.subarray(0, at), word, bytes.subarray(random.isLikely(0.5) ? at : at + word.length)])
}
