// Lists what lies in a tar archive and where, reading headers and wanted members only. Knows no dataset.
import { once } from 'node:events'
import { extract, type Header } from 'tar-stream'
import { FoibleError, throwIfCancelled } from '#core/errors.ts'
import { isRecord } from './column-values.ts'
import type { AsyncFile } from './dataset-reader.ts'

export interface TarMember {
  /** As spelt in the archive. */
  readonly name: string
  /** `other`: links, devices, pipes and what only backup programs write. */
  readonly kind: 'file' | 'folder' | 'other'
  /** Byte position of its content in the archive. */
  readonly start: number
  readonly sizeBytes: number
  /** The bytes, where they were wanted. */
  readonly content: Uint8Array | null
}

/** Large enough for sequential reading of small images, small enough to pass over large ones. */
const windowBytes = 256 << 10
/** Stands in for the content of members that nobody wants: the parser has to be fed something. */
const filler = new Uint8Array(1 << 20)

const headerBytes = 512
/** Archives of old Unix systems have no magic word. (An option that the library's types leave out.) */
const parserOptions = { highWaterMark: windowBytes, allowUnknownFormat: true }

const compressed: readonly (readonly [name: string, magic: readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b]],
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
]

/**
 * The members of the archive `name` in their order: ustar, old Unix, GNU (long names, base-256 sizes) and pax. Only the
 * contents that `wants` asks for are read. Throws `broken_file` (details: position) for what is no tar or is cut off,
 * `unsupported_format` for compressed archives and sparse members.
 */
export async function* listTarMembers(
  file: AsyncFile,
  name: string,
  wants: (header: Omit<TarMember, 'content'>) => boolean,
  signal: AbortSignal,
): AsyncGenerator<TarMember> {
  await assertNotCompressed(file, name)
  const found: TarMember[] = []
  const state = { memberEnd: 0, skipUntil: 0 }
  const parser = extract(parserOptions)
  const failed = new Promise<never>((_resolve, reject) =>
    parser.on('error', (error) => reject(translateError(error, name, state.memberEnd, file.byteLength))),
  )
  // Heard where the parser is fed; between two windows nobody listens.
  failed.catch(() => undefined)
  parser.on('entry', (header, content, next) => {
    // The parser fails with the same error.
    content.on('error', () => undefined)
    const read = toMember(header, content.offset + headerBytes)
    const end = read.start + read.sizeBytes
    if (isSparse(header)) return next(sparse(name, read.name))
    if (end > file.byteLength) return next(cutOff(name, read.start, read.name))
    state.memberEnd = Math.ceil(end / headerBytes) * headerBytes
    if (read.kind === 'folder') {
      found.push({ ...read, content: null })
      // The stream of a folder that claims a size never ends. Not at once, or a row of folders would overflow the stack.
      return queueMicrotask(next)
    }
    const pieces: Uint8Array[] | null = wants(read) ? [] : null
    if (pieces === null) state.skipUntil = end
    content.on('end', () => {
      found.push({ ...read, content: pieces && Buffer.concat(pieces) })
      next()
    })
    content.on('data', (piece) => {
      if (piece instanceof Uint8Array) pieces?.push(piece)
    })
  })
  try {
    for (let position = 0; position < file.byteLength;) {
      throwIfCancelled(signal)
      const unwanted = state.skipUntil - position
      const bytes =
        unwanted > windowBytes
          ? filler.subarray(0, Math.min(unwanted, filler.length))
          : new Uint8Array(await file.slice(position, Math.min(position + windowBytes, file.byteLength)))
      position += bytes.length
      if (!parser.write(bytes)) await Promise.race([once(parser, 'drain'), failed])
      yield* found.splice(0)
    }
    parser.end(null)
    await Promise.race([once(parser, 'finish'), failed])
  } finally {
    parser.destroy()
  }
  yield* found
}

function toMember({ name, type, size }: Header, start: number): Omit<TarMember, 'content'> {
  const kind = type === 'file' || type === 'contiguous-file' ? 'file' : type === 'directory' ? 'folder' : 'other'
  return { name, kind, start, sizeBytes: kind === 'folder' ? 0 : size }
}

/** Old GNU sparse files have a type of their own (which the library does not know), newer ones pax keys. */
function isSparse({ type, pax }: Header): boolean {
  return type === null || (isRecord(pax) && Object.keys(pax).some((key) => key.startsWith('GNU.sparse.')))
}

async function assertNotCompressed(file: AsyncFile, name: string): Promise<void> {
  const head = new Uint8Array(await file.slice(0, Math.min(8, file.byteLength)))
  const method = compressed.find(([, magic]) => magic.every((byte, i) => head[i] === byte))?.[0]
  if (method === undefined) return
  const message = `“${name}” is compressed with ${method}; unpack it to a plain .tar, so that its members can be read where they lie.`
  throw new FoibleError('unsupported_format', message, { file: name, format: method })
}

function sparse(name: string, member: string): FoibleError {
  const message = `“${name}” holds “${member}” as a sparse file or in another form of backup programs; pack it again with plain tar.`
  return new FoibleError('unsupported_format', message, { file: name, member })
}

function cutOff(name: string, position: number, member: string): FoibleError {
  const message = `“${name}” ends in the middle of “${member}”; fetch or copy it again.`
  return new FoibleError('broken_file', message, { file: name, position })
}

function translateError(cause: Error, name: string, position: number, sizeBytes: number): FoibleError {
  if (cause instanceof FoibleError) return cause
  const isShort = sizeBytes - position < headerBytes || cause.message === 'Unexpected end of data'
  const message = isShort
    ? `“${name}” is cut off after byte ${position}; fetch or copy it again.`
    : `“${name}” is not a readable tar archive from byte ${position} on; fetch or pack it again.`
  return new FoibleError('broken_file', message, { file: name, position }, { cause })
}
