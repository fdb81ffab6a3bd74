// Zip archives made in memory, of every kind that programs write and some that nobody should.
import { crc32, deflateRawSync } from 'node:zlib'

export interface ZipPart {
  readonly name: string | Uint8Array
  readonly content: string | Uint8Array
  readonly isStored?: boolean
  /** General purpose flags; 0x800 says that the name is UTF-8. */
  readonly flags?: number
  readonly method?: number
  /** Unix mode, as in the directory's external attributes. */
  readonly mode?: number
  /** What the directory claims instead of the truth. */
  readonly sizeBytes?: number
  readonly crc?: number
  /** Sizes and offset in 64 bits. */
  readonly isLong?: boolean
}

export function makeZip(parts: readonly ZipPart[]): Uint8Array {
  const pieces: Uint8Array[] = []
  const directory: Uint8Array[] = []
  let offset = 0
  for (const part of parts) {
    const name = typeof part.name === 'string' ? Buffer.from(part.name) : part.name
    const content = typeof part.content === 'string' ? Buffer.from(part.content) : part.content
    const data = part.isStored ? content : deflateRawSync(content)
    const method = part.method ?? (part.isStored ? 0 : 8)
    const flags = part.flags ?? 0x800
    const checksum = part.crc ?? crc32(content)
    const sizeBytes = part.sizeBytes ?? content.length
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50, 0)
    local.writeUInt16LE(flags, 6)
    local.writeUInt16LE(method, 8)
    local.writeUInt16LE(name.length, 26)
    const extra = part.isLong ? longField([sizeBytes, data.length, offset]) : Buffer.alloc(0)
    const central = Buffer.alloc(46)
    central.writeUInt32LE(0x02014b50, 0)
    central.writeUInt16LE((3 << 8) | 45, 4)
    central.writeUInt16LE(flags, 8)
    central.writeUInt16LE(method, 10)
    central.writeUInt32LE(checksum, 16)
    central.writeUInt32LE(part.isLong ? 0xffffffff : data.length, 20)
    central.writeUInt32LE(part.isLong ? 0xffffffff : sizeBytes, 24)
    central.writeUInt16LE(name.length, 28)
    central.writeUInt16LE(extra.length, 30)
    central.writeUInt32LE(((part.mode ?? 0o100644) << 16) >>> 0, 38)
    central.writeUInt32LE(part.isLong ? 0xffffffff : offset, 42)
    pieces.push(local, name, data)
    directory.push(central, name, extra)
    offset += local.length + name.length + data.length
  }
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(parts.length, 8)
  end.writeUInt16LE(parts.length, 10)
  end.writeUInt32LE(Buffer.concat(directory).length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...pieces, ...directory, end])
}

function longField(numbers: readonly number[]): Buffer {
  const field = Buffer.alloc(4 + numbers.length * 8)
  field.writeUInt16LE(1, 0)
  field.writeUInt16LE(numbers.length * 8, 2)
  numbers.forEach((number, i) => field.writeBigUInt64LE(BigInt(number), 4 + i * 8))
  return field
}
