// Tar archives made in memory, as the library writes them.
import { type Header, pack } from 'tar-stream'

export type TarPart = readonly [name: string, content: string | Uint8Array, header?: Partial<Header>]

export async function makeTar(parts: readonly TarPart[]): Promise<Uint8Array> {
  const tar = pack()
  for (const [name, content, header] of parts) {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
    if (header?.type === undefined || header.type === 'file') tar.entry({ mtime: new Date(0), ...header, name }, bytes)
    else tar.entry({ mtime: new Date(0), ...header, name })
  }
  tar.finalize()
  const pieces: Uint8Array[] = []
  for await (const piece of tar) if (piece instanceof Uint8Array) pieces.push(piece)
  return Buffer.concat(pieces)
}

/** One header block of the old Unix kind, without a magic word, for what the library does not write. */
export function oldHeader(name: string, sizeBytes: number, type: string, size?: Uint8Array): Uint8Array {
  const block = Buffer.alloc(512)
  block.write(name, 0)
  block.write('0000644\0', 100)
  if (size) block.set(size, 124)
  else block.write(`${sizeBytes.toString(8).padStart(11, '0')}\0`, 124)
  block.write('00000000000\0', 136)
  block.write('        ', 148)
  block.write(type, 156)
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return block
}

/** Content padded to whole blocks. */
export function blocks(content: string): Uint8Array {
  const bytes = Buffer.from(content)
  return Buffer.concat([bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)])
}
