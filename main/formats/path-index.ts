// Finds files by the paths that metadata give them, also where those spell accents in another Unicode form.
import type { TreeEntry } from './dataset-reader.ts'

export interface PathIndex {
  /** The file as spelt, else the one that is equal after Unicode normalisation; null if there is neither. */
  find(path: string): TreeEntry | null
}

export function createPathIndex(entries: readonly TreeEntry[]): PathIndex {
  const byPath = new Map(entries.map((entry) => [entry.path, entry]))
  // Only made when a path is missing: normalising a million names takes longer than all the rest.
  let byNormalPath: Map<string, TreeEntry> | null = null
  return {
    find(path) {
      const exact = byPath.get(path)
      if (exact) return exact
      byNormalPath ??= new Map(entries.map((entry) => [entry.path.normalize('NFC'), entry]))
      return byNormalPath.get(path.normalize('NFC')) ?? null
    },
  }
}
