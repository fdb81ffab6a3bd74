// How files begin: enough to see what they are, for one small request each.
import type { FileHead, FileTree } from './dataset-reader.ts'

const headBytes = 1 << 16

/** Gives the beginning of a file of the tree; asks for each only once. */
export function createHeadReader(tree: FileTree, signal: AbortSignal): (path: string) => Promise<FileHead> {
  const heads = new Map<string, Promise<FileHead>>()
  const read = async (path: string) => {
    const file = await tree.open(path, signal)
    const bytes = new Uint8Array(await file.slice(0, Math.min(headBytes, file.byteLength)))
    return { bytes, sizeBytes: file.byteLength }
  }
  return async (path) => {
    let head = heads.get(path)
    if (head === undefined) heads.set(path, (head = read(path)))
    return await head
  }
}
