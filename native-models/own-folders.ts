// Where a model's own files may lie. Pure.
import { join, sep } from 'node:path'

/**
 * The folder itself; of one in a snapshot of Hugging Face's cache, which is made of links, also the repository's blobs.
 * Layout: https://huggingface.co/docs/hub/local-cache
 * @param folder Its real path.
 */
export function ownFolders(folder: string): readonly string[] {
  const parts = folder.split(sep)
  const at = parts.lastIndexOf('snapshots')
  return at > 0 && at < parts.length - 1 ? [folder, join(parts.slice(0, at).join(sep) || sep, 'blobs')] : [folder]
}

/** Whether a file's real path lies in one of the folders. */
export function liesIn(file: string, folders: readonly string[]): boolean {
  return folders.some((folder) => file.startsWith(folder + sep))
}
