// Shows the members of zip archives as files of the tree that the archives lie in. Knows no format.
import nodePath from 'node:path'
import { throwIfCancelled } from '#core/errors.ts'
import { readDatasetCard } from './dataset-card.ts'
import type { AsyncFile, FileTree, TreeEntry } from './dataset-reader.ts'
import { createFindingLog, type FindingLog } from './finding-log.ts'
import { tooLarge } from './folder-tree.ts'
import { isImagePath } from './image-type.ts'
import { basename, extension } from './safe-path.ts'
import { splitOfName, splitsByCard } from './splits.ts'
import { openZip, type ZipArchive, type ZipMember } from './zip-archive.ts'

/** Beginnings up to this are inflated alone. */
const beginningBytes = 1 << 20

interface PlacedMember {
  readonly archive: ZipArchive
  /** The archive's path in its tree. */
  readonly file: string
  readonly member: ZipMember
}

/** Whether a path may lead into an archive: no more than its spelling tells. */
export function isArchivePath(path: string): boolean {
  return /\.zip(?:[\\/]|$)/i.test(path)
}

/**
 * The tree with the members of its zip archives in their place: `train.zip/cat/1.png`. An archive that is all there is becomes
 * the root. Archives are opened where the card lists them, or where no data lies beside them; others stay files. Throws as `openZip`.
 */
export async function expandArchives(tree: FileTree, signal: AbortSignal): Promise<FileTree> {
  const entries = await tree.list(signal)
  const archives = await chooseArchives(tree, entries, signal)
  if (archives.length === 0) return tree
  const findings = createFindingLog()
  // A folder with one archive in it is still a folder: what it shows lies below the archive's name.
  const isAlone = tree.chosen !== undefined && entries.length === 1
  const placed = new Map<string, PlacedMember>()
  const listed: TreeEntry[] = entries.filter(({ path }) => !archives.includes(path))
  for (const file of archives) {
    const archive = await openZip(await tree.open(file, signal), file, findings, signal)
    const prefix = isAlone ? '' : `${file}/`
    const outer = isAlone ? outerFolder(archive.members) : ''
    for (const member of archive.members) {
      const path = prefix + member.path.slice(outer.length)
      placed.set(path, { archive, file, member })
      listed.push({ path, sizeBytes: member.sizeBytes, sha256: null })
    }
  }
  const sortKey = ({ path }: TreeEntry) => path.replaceAll('/', '\0')
  listed.sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1))
  const shown = overlay(tree, listed, placed, findings)
  if (!isAlone) return { ...tree, ...shown }
  const root = tree.root === undefined ? {} : { root: nodePath.join(tree.root, tree.chosen) }
  return { ...shown, ...root, name: tree.name.replace(/\.zip$/i, '') }
}

/** As `datasets`, which opens the archives among its data files: those of the card, else those without data beside them. */
async function chooseArchives(
  tree: FileTree,
  entries: readonly TreeEntry[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const archives = entries.map(({ path }) => path).filter((path) => extension(path) === 'zip')
  if (archives.length === 0) return []
  const { dataFiles } = await readDatasetCard(tree, entries, signal)
  const listed = dataFiles ? [...splitsByCard(archives, dataFiles).keys()] : []
  if (listed.length > 0) return listed
  return entries.some(({ path }) => isData(path)) ? [] : archives
}

function isData(path: string): boolean {
  const name = basename(path)
  return isImagePath(path) || /^(?:samples\.json|fiftyone\.ya?ml)$/.test(name) || /\.(?:parquet|tar)$/i.test(name)
}

/** The folder that everything lies in (with its `/`), as archives of a folder have it; '' if there is none, or if it names a split. */
function outerFolder(members: readonly ZipMember[]): string {
  const first = members[0]?.path ?? ''
  const outer = first.slice(0, first.indexOf('/') + 1)
  const isShared = outer !== '' && members.every(({ path }) => path.startsWith(outer))
  return isShared && splitOfName(outer.slice(0, -1)) === null ? outer : ''
}

function overlay(
  tree: FileTree,
  listed: readonly TreeEntry[],
  placed: ReadonlyMap<string, PlacedMember>,
  findings: FindingLog,
): Omit<FileTree, 'name'> {
  const open = async (path: string, signal: AbortSignal): Promise<AsyncFile> => {
    const found = placed.get(path)
    if (!found) return await tree.open(path, signal)
    const { archive, member } = found
    if (member.isCompressed) return openInflated(archive, member)
    const start = await archive.findStart(member)
    const file = await tree.open(found.file, signal)
    return {
      byteLength: member.sizeBytes,
      slice: async (from, to = member.sizeBytes) =>
        await file.slice(start + from, start + Math.max(from, Math.min(to, member.sizeBytes))),
    }
  }
  return {
    list: () => Promise.resolve(listed),
    findings: () => [...tree.findings(), ...findings.list()],
    async read(path, maxBytes, signal) {
      const found = placed.get(path)
      if (!found) return await tree.read(path, maxBytes, signal)
      if (found.member.sizeBytes > maxBytes) throw tooLarge(path, found.member.sizeBytes, maxBytes)
      return await readWhole(found.archive, found.member)
    },
    async *stream(path, signal) {
      const found = placed.get(path)
      if (!found) yield* tree.stream(path, signal)
      else
        for await (const bytes of found.archive.stream(found.member)) {
          throwIfCancelled(signal)
          yield bytes
        }
    },
    open,
    openWhole: async (path, signal) =>
      placed.has(path) ? await open(path, signal) : await tree.openWhole(path, signal),
  }
}

/** Compressed bytes can only be read from their beginning: the first slice beyond it inflates them all. */
function openInflated(archive: ZipArchive, member: ZipMember): AsyncFile {
  let content: Promise<Uint8Array> | null = null
  return {
    byteLength: member.sizeBytes,
    async slice(start, end = member.sizeBytes) {
      // Who looks at how a file begins does not want a gigabyte of it.
      if (content === null && end <= beginningBytes)
        return Uint8Array.from((await readBeginning(archive, member, end)).subarray(start, end)).buffer
      content ??= readWhole(archive, member)
      return Uint8Array.from((await content).subarray(start, end)).buffer
    },
  }
}

async function readWhole(archive: ZipArchive, member: ZipMember): Promise<Uint8Array> {
  // The archive gives no byte more than it claims.
  const content = new Uint8Array(member.sizeBytes)
  let filled = 0
  for await (const bytes of archive.stream(member)) {
    content.set(bytes, filled)
    filled += bytes.length
  }
  return content
}

async function readBeginning(archive: ZipArchive, member: ZipMember, bytes: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of archive.stream(member)) {
    pieces.push(piece)
    length += piece.length
    if (length >= bytes) break
  }
  return Buffer.concat(pieces)
}
