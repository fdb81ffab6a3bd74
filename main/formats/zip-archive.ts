// The members of a zip archive, listed by its directory and read one by one. Unpacks nothing to disk.
import { crc32 } from 'node:zlib'
import { Entry, fromRandomAccessReaderPromise, getFileNameLowLevel } from 'yauzl'
import { FoibleError, throwIfCancelled } from '#core/errors.ts'
import type { AsyncFile } from './dataset-reader.ts'
import type { FindingLog } from './finding-log.ts'
import { maxMemberInflatedBytes, maxSamples } from './limits.ts'
import { isHiddenPath, normalizeRelativePath } from './safe-path.ts'
import { ZipReader } from './zip-reader.ts'

export interface ZipMember {
  /** Relative path within the archive. */
  readonly path: string
  readonly sizeBytes: number
  readonly isCompressed: boolean
  /** What yauzl needs to find it again. */
  readonly entry: Pick<
    Entry,
    'compressedSize' | 'compressionMethod' | 'crc32' | 'relativeOffsetOfLocalHeader' | 'uncompressedSize'
  >
}

export interface ZipArchive {
  /** Files only, in the order of the directory. */
  readonly members: readonly ZipMember[]
  /** The content; throws `broken_file` if it is not as long as declared or fails its checksum. */
  stream(member: ZipMember): AsyncIterable<Uint8Array>
  /** Where the content of an uncompressed member starts in the archive. */
  findStart(member: ZipMember): Promise<number>
}

const directoryWindowBytes = 4 << 20
const memberWindowBytes = 128 << 10
/** Deflate cannot do better; who claims more is lying. */
const maxDeflateRatio = 1032
const utf8Flag = 0x800
const unixHost = 3
const unixTypeMask = 0o170000
const unixLink = 0o120000

/**
 * Opens the archive `name` (zip64 included). What must not be followed becomes a finding. Throws `broken_file` for what is no zip,
 * `unsupported_format` for encrypted members and methods other than deflate, `too_large` for claims beyond the limits.
 */
export async function openZip(
  file: AsyncFile,
  name: string,
  findings: FindingLog,
  signal: AbortSignal,
): Promise<ZipArchive> {
  const reader = new ZipReader(file, directoryWindowBytes)
  const zip = await fromRandomAccessReaderPromise(reader, file.byteLength, {
    autoClose: false,
    decodeStrings: false,
  }).catch((cause: unknown) => {
    throw broken(name, null, cause)
  })
  if (zip.entryCount > maxSamples) throw tooLarge(name, `has ${zip.entryCount} members`)
  const members = new Map<string, ZipMember>()
  let storedBytes = 0
  try {
    for await (const entry of zip.eachEntry()) {
      if (members.size % 1000 === 0) throwIfCancelled(signal)
      storedBytes += entry.compressedSize
      const member = toMember(entry, name, findings)
      if (member === null) continue
      if (members.has(member.path)) findings.add('repeated_member', `${name}: ${member.path}`)
      else members.set(member.path, member)
    }
  } catch (cause) {
    throw broken(name, null, cause)
  }
  // Members that share their bytes are how small archives claim to be endless.
  if (storedBytes > file.byteLength) throw tooLarge(name, 'has members that overlap')
  reader.windowBytes = memberWindowBytes
  return {
    members: [...members.values()],
    async *stream({ path, entry }) {
      let checksum = 0
      try {
        const content: AsyncIterable<Uint8Array> = await zip.openReadStreamPromise(toEntry(entry))
        for await (const bytes of content) {
          checksum = crc32(bytes, checksum)
          yield bytes
        }
      } catch (cause) {
        throw broken(name, path, cause)
      }
      if (checksum !== entry.crc32) throw broken(name, path, null)
    },
    async findStart({ path, entry }) {
      const header = await zip.readLocalFileHeaderPromise(toEntry(entry), { minimal: true }).catch((cause: unknown) => {
        throw broken(name, path, cause)
      })
      return header.fileDataStart
    },
  }
}

/** null for folders, and for what is not to be followed. */
function toMember(entry: Entry, name: string, findings: FindingLog): ZipMember | null {
  const spelt = decodeName(entry)
  if (spelt.endsWith('/')) return null
  const path = /[\\\x00-\x1f]/.test(spelt) ? null : normalizeRelativePath(spelt)
  if (path === null) {
    findings.add('unsafe_member', `${name}: ${spelt}`)
    return null
  }
  if (isHiddenPath(path)) return null
  if (entry.versionMadeBy >>> 8 === unixHost && ((entry.externalFileAttributes >>> 16) & unixTypeMask) === unixLink) {
    findings.add('archive_link', `${name}: ${path}`)
    return null
  }
  if (!entry.canDecodeFileData()) throw unsupported(name, path, entry.isEncrypted())
  const { compressedSize, uncompressedSize, compressionMethod, relativeOffsetOfLocalHeader } = entry
  if (uncompressedSize > maxMemberInflatedBytes || uncompressedSize > compressedSize * maxDeflateRatio + 64)
    throw tooLarge(name, `claims ${uncompressedSize} bytes for “${path}”`)
  return {
    path,
    sizeBytes: uncompressedSize,
    isCompressed: compressionMethod !== 0,
    entry: { compressedSize, uncompressedSize, compressionMethod, relativeOffsetOfLocalHeader, crc32: entry.crc32 },
  }
}

/** Some programs write UTF-8 without saying so; what is no UTF-8 is of the code page that zip began with. */
function decodeName({ generalPurposeBitFlag, fileNameRaw, extraFields }: Entry): string {
  try {
    if ((generalPurposeBitFlag & utf8Flag) === 0) return new TextDecoder('utf-8', { fatal: true }).decode(fileNameRaw)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
  }
  return getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, true)
}

/** Listed entries are kept without names and extra fields: they are most of the memory. */
function toEntry(kept: ZipMember['entry']): Entry {
  return Object.assign(new Entry(), kept, { generalPurposeBitFlag: 0 })
}

function broken(name: string, member: string | null, cause: unknown): unknown {
  if (cause instanceof FoibleError) return cause
  // Codes of the file system; zlib's and Node's own speak of bytes that make no sense.
  if (cause instanceof Error && 'code' in cause && !/^(?:Z|ERR)_/.test(String(cause.code))) return cause
  const message =
    member === null
      ? `“${name}” is not a readable zip archive, or is cut off; fetch or copy it again.`
      : `“${member}” in “${name}” is damaged; fetch or copy the archive again.`
  return new FoibleError('broken_file', message, { file: name, member }, { cause })
}

function unsupported(name: string, member: string, isEncrypted: boolean): FoibleError {
  const how = isEncrypted ? 'encrypted' : 'compressed by a method other than deflate'
  const message = `“${member}” in “${name}” is ${how}; unpack the archive and choose the folder.`
  return new FoibleError('unsupported_format', message, { file: name, member })
}

function tooLarge(name: string, what: string): FoibleError {
  const message = `“${name}” ${what}, more than Foible believes; unpack it if you trust it, and choose the folder.`
  return new FoibleError('too_large', message, { file: name })
}
