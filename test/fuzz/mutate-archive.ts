// Damage to archives that their readers do not see at the checksum: headers are changed and made whole again.
import { joinBytes, mutateBytes } from './mutate-bytes.ts'
import { hostileTexts } from './hostile-texts.ts'
import type { Random } from './random.ts'

const block = 512

const sizes: readonly Uint8Array[] = [
  '00000000000\0',
  '77777777777\0',
  '0000000001x\0',
  '-0000000001\0',
  '            ',
  '\x80\0\0\0\0\0\0\0\0\0\x7f\xff',
  '\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff',
  '\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff',
].map((field) => Buffer.from(field, 'latin1'))

/** One to three headers changed, or records put before one; else bytes anywhere. */
export function mutateTar(random: Random, bytes: Uint8Array): Uint8Array {
  if (random.isLikely(0.3)) return mutateBytes(random, bytes)
  let mutated: Uint8Array = Uint8Array.from(bytes)
  const count = 1 + random.int(3)
  for (let i = 0; i < count; i++) {
    const headers = listTarHeaders(mutated)
    if (headers.length === 0) return mutateBytes(random, mutated)
    const at = random.pick(headers)
    if (random.isLikely(0.3)) {
      mutated = joinBytes([mutated.subarray(0, at), paxOf(random), mutated.subarray(at)])
      continue
    }
    const header = Buffer.from(mutated.subarray(at, at + block))
    changeTarHeader(random, header)
    mutated = joinBytes([mutated.subarray(0, at), sealed(header), mutated.subarray(at + block)])
  }
  return random.isLikely(0.1) ? mutateBytes(random, mutated) : mutated
}

function listTarHeaders(bytes: Uint8Array): readonly number[] {
  const starts: number[] = []
  for (let at = 0; at + block <= bytes.length; at += block) {
    if (Buffer.from(bytes.subarray(at + 257, at + 262)).toString('latin1') === 'ustar') starts.push(at)
  }
  return starts
}

function changeTarHeader(random: Random, header: Buffer): void {
  switch (random.int(5)) {
    case 0:
      header.fill(0, 0, 100).write(random.pick(hostileTexts), 0, 100)
      return
    case 1:
      header.set(random.pick(sizes), 124)
      return
    case 2:
      header.write(random.pick([...'01234567xgLKSDMV?\0']), 156)
      return
    case 3:
      header.fill(0, 345, 500).write(random.pick(hostileTexts), 345, 155)
      return
    default:
      header[random.int(block)] = random.int(256)
  }
}

/** The header with a checksum that fits. */
function sealed(header: Buffer): Buffer {
  header.write('        ', 148)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return header
}

/** A pax record, or GNU's long name, that speaks of the next member. */
function paxOf(random: Random): Uint8Array {
  const [key, value] = random.pick([
    ['path', random.pick(hostileTexts)],
    ['path', 'p/'.repeat(random.pick([2000, 200_000]))],
    ['path', 'p.'.repeat(random.pick([2000, 200_000]))],
    ['size', random.pick(['-1', '1e9', '99999999999999999999', 'NaN', ''])],
    ['GNU.sparse.major', '1'],
    ['__proto__', 'x'],
    ['linkpath', '/etc/passwd'],
  ] as const)
  const record = ` ${key}=${value}\n`
  const own = Buffer.byteLength(record)
  const length =
    [1, 2, 3, 4, 5, 6, 7].map((digits) => own + digits).find((sum) => String(sum).length + own === sum) ?? own
  const isGnu = random.isLikely(0.2)
  const text = isGnu
    ? `${value}\0`
    : `${random.isLikely(0.1) ? random.pick(['0', '-5', '999999', 'x']) : length}${record}`
  const content = Buffer.from(text)
  const header = Buffer.alloc(block)
  header.write('PaxHeader')
  header.write('0000644\0', 100)
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124)
  header.write(isGnu ? 'L' : random.pick(['x', 'x', 'g']), 156)
  header.write('ustar\x0000', 257)
  return joinBytes([sealed(header), content, Buffer.alloc((block - (content.length % block)) % block)])
}

const zipNumbers = [0, 1, 8, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0xfffffffe, 0xffffffff]
/** Fields of the directory's entries and of its end, by signature: position and length. */
const zipFields: Readonly<Record<number, readonly (readonly [position: number, length: 2 | 4])[]>> = {
  0x02014b50: [
    [4, 2],
    [8, 2],
    [10, 2],
    [16, 4],
    [20, 4],
    [24, 4],
    [28, 2],
    [30, 2],
    [32, 2],
    [38, 4],
    [42, 4],
  ],
  0x04034b50: [
    [6, 2],
    [8, 2],
    [26, 2],
    [28, 2],
  ],
  0x06054b50: [
    [8, 2],
    [10, 2],
    [12, 4],
    [16, 4],
    [20, 2],
  ],
}

/** Numbers and names of the directory, of members and of the end; else bytes anywhere. */
export function mutateZip(random: Random, bytes: Uint8Array): Uint8Array {
  if (random.isLikely(0.3)) return mutateBytes(random, bytes)
  const mutated = Buffer.from(bytes)
  const records: number[] = []
  for (let at = 0; at + 46 <= mutated.length; at++) if (mutated.readUInt32LE(at) in zipFields) records.push(at)
  if (mutated.length >= 22) records.push(mutated.length - 22)
  const count = 1 + random.int(3)
  for (let i = 0; i < count && records.length > 0; i++) {
    const at = random.pick(records)
    const signature = mutated.readUInt32LE(at)
    if (signature === 0x02014b50 && random.isLikely(0.3)) {
      const name = Buffer.from(random.pick(hostileTexts)).subarray(0, mutated.readUInt16LE(at + 28))
      mutated.set(name, at + 46)
      continue
    }
    const [position, length] = random.pick(zipFields[signature] ?? [[0, 4]])
    const value = random.pick(zipNumbers)
    if (length === 2) mutated.writeUInt16LE(value & 0xffff, at + position)
    else mutated.writeUInt32LE(value >>> 0, at + position)
  }
  return random.isLikely(0.1) ? mutateBytes(random, mutated) : mutated
}
