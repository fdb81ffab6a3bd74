// Damage to pictures that decoders do not see at a checksum: sizes and lengths, with PNG's checksums made whole again.
import { crc32 } from 'node:zlib'
import { joinBytes, mutateBytes } from './mutate-bytes.ts'
import type { Random } from './random.ts'

const sides = [0, 1, 2, 0x7f, 0x4000, 0x7fff, 0xffff, 60_000, 0x10000, 0x7fffffff, 0xffffffff]

export function mutateImage(random: Random, bytes: Uint8Array): Uint8Array {
  const isPng = bytes[0] === 0x89 && bytes[1] === 0x50
  if (isPng && random.isLikely(0.6)) return mutatePng(random, bytes)
  // Sizes, segments and directories lie at the beginning.
  if (random.isLikely(0.5)) {
    const head = mutateBytes(random, bytes.subarray(0, Math.min(64, bytes.length)))
    return joinBytes([head, bytes.subarray(64)])
  }
  return mutateBytes(random, bytes)
}

function mutatePng(random: Random, bytes: Uint8Array): Uint8Array {
  const png = Buffer.from(bytes)
  const chunks: Buffer[] = []
  for (let at = 8; at + 12 <= png.length; at += 12 + png.readUInt32BE(at))
    chunks.push(Buffer.from(png.subarray(at, at + 12 + png.readUInt32BE(at))))
  const count = 1 + random.int(3)
  for (let i = 0; i < count && chunks.length > 0; i++) {
    const at = random.int(chunks.length)
    const chunk = chunks[random.isLikely(0.5) ? 0 : at]!
    if (random.isLikely(0.2)) chunks.splice(at, random.int(2), chunk)
    else if (chunk.subarray(4, 8).toString('latin1') === 'IHDR' && random.isLikely(0.7))
      chunk.writeUInt32BE(random.pick(sides), random.pick([8, 12]))
    else if (chunk.length > 12) chunk[8 + random.int(chunk.length - 12)] = random.int(256)
    chunk.writeUInt32BE(crc32(chunk.subarray(4, -4)), chunk.length - 4)
  }
  return joinBytes([png.subarray(0, 8), ...chunks])
}
