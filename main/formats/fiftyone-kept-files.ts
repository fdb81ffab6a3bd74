// The files of a FiftyOneDataset that Foible does not read, and gives back with an export: the dataset document, and the
// results of evaluations, annotation runs and the brain. Masks and heat maps stay where they are until then.
import type { FileTree, KeptFile, TreeEntry } from './dataset-reader.ts'
import { isRecord } from './column-values.ts'
import type { FindingLog } from './finding-log.ts'
import { maxDocumentBytes } from './limits.ts'
import { normalizeRelativePath } from './safe-path.ts'

const resultPath = /^(?:annotations|brain|evaluations|runs)\/[^/]+\.json$/

/** Files beyond the limit, and further media, are noted and left out. */
export async function* readKeptFiles(
  tree: FileTree,
  entries: readonly TreeEntry[],
  findings: FindingLog,
  signal: AbortSignal,
): AsyncGenerator<KeptFile> {
  for (const { path, sizeBytes } of entries) {
    if (path.startsWith('fields/')) findings.add('extra_media', path)
    else if (path === 'metadata.json' || resultPath.test(path)) {
      if (sizeBytes > maxDocumentBytes) findings.add('kept_too_large', path)
      else yield { path, content: await tree.read(path, maxDocumentBytes, signal) }
    }
  }
}

/** The files under `fields/` that a sample's document names (`mask_path`, `map_path`, further media), relative to the root. */
export function listMediaPaths(document: unknown): readonly string[] {
  if (typeof document === 'string') {
    const path = /^fields[/\\]/.test(document) ? normalizeRelativePath(document) : null
    return path === null ? [] : [path]
  }
  if (Array.isArray(document)) return document.flatMap(listMediaPaths)
  return isRecord(document) ? Object.values(document).flatMap(listMediaPaths) : []
}
