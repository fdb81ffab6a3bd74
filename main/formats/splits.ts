// Which split a file belongs to: by the card's patterns, else by words in its path as huggingface/datasets knows them.
import type { DataFiles } from './dataset-card.ts'
import { compileGlob } from './glob.ts'
import { basename } from './safe-path.ts'

const splitWords: Readonly<Record<string, string>> = {
  train: 'train',
  training: 'train',
  validation: 'validation',
  valid: 'validation',
  val: 'validation',
  dev: 'validation',
  test: 'test',
  testing: 'test',
  eval: 'test',
  evaluation: 'test',
}

/** The split that a folder's or file's name speaks of: a split word at its start or end, set off by one of `-._ 0-9`. */
export function splitOfName(name: string): string | null {
  const words = name
    .toLowerCase()
    .split(/[-._ 0-9]+/)
    .filter((word) => word !== '')
  return splitWords[words[0] ?? ''] ?? splitWords[words.at(-1) ?? ''] ?? null
}

/** `train` for a tag or a value that names a split, else null. */
export function splitOfTag(tag: string): string | null {
  return splitWords[tag.toLowerCase()] ?? null
}

/** The split of each path that the card lists; who lists an archive lists its members. */
export function splitsByCard(paths: readonly string[], dataFiles: readonly DataFiles[]): ReadonlyMap<string, string> {
  const matchers = dataFiles.map(({ split, patterns }) => ({ split, matches: patterns.map(compileGlob) }))
  const splits = new Map<string, string>()
  for (const path of paths) {
    const archive = /^.*?\.zip(?=\/)/i.exec(path)?.[0] ?? null
    const lists = (matches: (path: string) => boolean) => matches(path) || (archive !== null && matches(archive))
    const match = matchers.find(({ matches }) => matches.some(lists))
    if (match) splits.set(path, match.split)
  }
  return splits
}

/**
 * The split of each path by its words: taken from the first folder level at which every path has one, else from the file
 * names if each of them has one. A folder `train` beside `cat` and `dog` is a class, not a split.
 */
export function splitsByWords(paths: readonly string[], useFileNames: boolean): ReadonlyMap<string, string> {
  const folders = paths.map((path) => path.split('/').slice(0, -1))
  const depth = folders.reduce((least, parts) => Math.min(least, parts.length), Infinity)
  const cache = new Map<string, string | null>()
  const cached = (name: string) => {
    let split = cache.get(name)
    if (split === undefined) cache.set(name, (split = splitOfName(name)))
    return split
  }
  for (let level = 0; level < depth && paths.length > 0; level++) {
    if (folders.every((parts) => cached(parts[level] ?? '') !== null)) {
      return new Map(paths.map((path, i) => [path, cached(folders[i]?.[level] ?? '') ?? '']))
    }
  }
  const splits = new Map<string, string>()
  if (!useFileNames) return splits
  for (const path of paths) {
    const split = splitOfName(basename(path).replace(/\.[^.]*$/, ''))
    if (split === null) return new Map()
    splits.set(path, split)
  }
  return splits
}
