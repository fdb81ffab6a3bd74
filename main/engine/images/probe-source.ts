// Looks at the headers of images that an import finds, wherever in the source they lie: files, members of archives.
import { existsSync } from 'node:fs'
import path from 'node:path'
import { FoibleError } from '#core/errors.ts'
import type { MediaLocator } from '#core/sample.ts'
import { isArchivePath } from '#formats/archive-tree.ts'
import type { AsyncFile, FileTree } from '#formats/dataset-reader.ts'
import { readHead } from '#formats/read-head.ts'
import type { ImageProbe } from '../imports/build-dataset.ts'
import { probeImageBytes, probeImageFile } from './probe-image.ts'

/** Headers of images are here, and most small images as a whole. */
const headBytes = 64 << 10
const tailBytes = 12
const unknown: ImageProbe = { width: null, height: null, problem: null }

/** `root`: the local folder (or archive) that the tree shows. Cells of Parquet files are not looked at. */
export function createSourceProbe(
  tree: FileTree,
  root: string,
  signal: AbortSignal,
): (locator: MediaLocator) => Promise<ImageProbe> {
  const files = new Map<string, Promise<AsyncFile>>()
  const open = (file: string) => {
    const opening = files.get(file) ?? tree.open(file, signal)
    files.set(file, opening)
    return opening
  }
  return async (locator) => {
    if (locator.kind === 'parquet') return unknown
    if (locator.kind === 'range') return await probeRange(await open(locator.file), locator.start, locator.size)
    const file = path.join(root, locator.path)
    if (isArchivePath(file) && !existsSync(file)) return await probeMember(tree, locator.path, signal)
    return await probeImageFile(file)
  }
}

async function probeRange(file: AsyncFile, start: number, size: number): Promise<ImageProbe> {
  const end = start + size
  const head = new Uint8Array(await file.slice(start, Math.min(end, start + headBytes)))
  if (size <= headBytes) return probeImageBytes(head, head.subarray(-tailBytes))
  return probeImageBytes(head, new Uint8Array(await file.slice(end - tailBytes, end)))
}

/** The end of a compressed image costs as much as all of it: whether it is whole is found out when it is decoded. */
async function probeMember(tree: FileTree, member: string, signal: AbortSignal): Promise<ImageProbe> {
  try {
    const { head, all } = await readHead(tree.stream(member, signal), headBytes)
    await all[Symbol.asyncIterator]().return?.()
    return probeImageBytes(head, null)
  } catch (error) {
    if (error instanceof FoibleError && error.code === 'broken_file') return { ...unknown, problem: error.message }
    throw error
  }
}
