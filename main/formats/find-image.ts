// Finds the images that an index (a table, an annotation file) names: where it says, else by what is unmistakable of the path.
// Follows nothing out of the dataset.
import type { FileTree, TreeEntry } from './dataset-reader.ts'
import type { FindingLog } from './finding-log.ts'
import { createPathIndex } from './path-index.ts'
import { basename, dirname } from './safe-path.ts'

export type FoundImage =
  | { readonly kind: 'image'; readonly entry: TreeEntry }
  /** A safe path that leads to no file. */
  | { readonly kind: 'missing'; readonly path: string }
  | { readonly kind: 'refused' }

/** Where a path was read. */
interface PathOrigin {
  /** Folders that it may start from, the likeliest first; '' is the root. */
  readonly bases: readonly string[]
  /** The file that named it: of several candidates the one in a folder of its name is meant. */
  readonly file: string
  /** `file row 3`, for findings. */
  readonly place: string
}

export interface ImageFinder {
  /** Reports to the finding log what it had to change of a path. */
  find(path: string, origin: PathOrigin): FoundImage
}

const urlPattern = /^[a-z][a-z0-9+.-]+:\/\//i

export function isUrl(path: string): boolean {
  return urlPattern.test(path)
}

export function createImageFinder(
  tree: Pick<FileTree, 'root'>,
  images: readonly TreeEntry[],
  findings: FindingLog,
): ImageFinder {
  const index = createPathIndex(images)
  const root = tree.root?.replaceAll('\\', '/').replace(/\/$/, '')
  const prefixes = new Map<string, number>()
  // Only made when a path leads nowhere: most indexes say where their images are.
  let byName: ReadonlyMap<string, readonly NamedImage[]> | null = null

  const findElsewhere = (path: string, file: string): readonly TreeEntry[] => {
    byName ??= groupByName(images)
    const normal = path.normalize('NFC')
    const named = byName.get(basename(normal)) ?? []
    const end = `/${normal}`
    const fitting = named.filter(({ path, stem }) => path.endsWith(end) || stem.endsWith(end)).map(({ entry }) => entry)
    if (fitting.length <= 1) return fitting
    return narrow(fitting, [
      (entry) => (folderNamedIn(file, entry.path) === null ? 0 : 1),
      (entry) => prefixes.get(prefixOf(entry.path, path)) ?? 0,
    ])
  }

  return {
    find(text, { bases, file, place }) {
      let path = text.trim().replaceAll('\\', '/')
      let starts = bases
      if (root !== undefined && path.startsWith(`${root}/`)) {
        path = path.slice(root.length + 1)
        starts = ['']
        findings.add('path_made_relative', `${place}: ${text}`)
      }
      // Where it leads from the likeliest folder decides whether it is safe: from a deeper one `..` may seem to stay inside.
      const first = joinInside(starts[0] ?? '', path)
      if (first === null || isUrl(path)) {
        findings.add('unsafe_path', `${place}: ${text}`)
        return { kind: 'refused' }
      }
      for (const base of starts) {
        const candidate = joinInside(base, path)
        const entry = candidate === null ? null : index.find(candidate)
        if (entry === null) continue
        if (entry.path !== candidate) findings.add('name_normalized', entry.path)
        return { kind: 'image', entry }
      }
      const [entry, ...others] = findElsewhere(joinInside('', path.replace(/^(?:\.\.?\/)+/, '')) ?? first, file)
      if (entry === undefined || others.length > 0) {
        if (others.length > 0) findings.add('ambiguous_path', `${place}: ${text}`)
        return { kind: 'missing', path: first }
      }
      const prefix = prefixOf(entry.path, path)
      prefixes.set(prefix, (prefixes.get(prefix) ?? 0) + 1)
      findings.add('found_elsewhere', `${place}: ${text} is ${entry.path}`)
      return { kind: 'image', entry }
    },
  }
}

/** `base/path` without `.` and `..`; null if the path is absolute or the result leaves the root. */
function joinInside(base: string, path: string): string | null {
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path) || path.includes('\0')) return null
  const parts: string[] = base === '' ? [] : base.split('/')
  for (const part of path.split('/')) {
    if (part === '..' && parts.pop() === undefined) return null
    if (part !== '..' && part !== '.' && part !== '') parts.push(part)
  }
  return parts.length === 0 ? null : parts.join('/')
}

/** An image with its path from `/` on, in NFC, with the extension and without. */
interface NamedImage {
  readonly entry: TreeEntry
  readonly path: string
  readonly stem: string
}

/** Images by their file names, with the extension and without. */
function groupByName(images: readonly TreeEntry[]): ReadonlyMap<string, readonly NamedImage[]> {
  const groups = new Map<string, NamedImage[]>()
  for (const entry of images) {
    const path = `/${entry.path.normalize('NFC')}`
    const image = { entry, path, stem: withoutExtension(path) }
    for (const key of [basename(path), basename(image.stem)]) {
      const group = groups.get(key)
      if (group === undefined) groups.set(key, [image])
      else group.push(image)
    }
  }
  return groups
}

function withoutExtension(path: string): string {
  return path.replace(/\.[^./]*$/, '')
}

function prefixOf(path: string, end: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf(basename(withoutExtension(end)))))
}

/** The first folder of a path that is part of the file's name: `instances_val2017.json` speaks of `val2017/`. */
export function folderNamedIn(file: string, path: string): string | null {
  const stem = withoutExtension(basename(file)).toLowerCase()
  const folders = dirname(path).split('/')
  const at = folders.findIndex((folder) => folder.length > 2 && stem.includes(folder.toLowerCase()))
  return at < 0 ? null : folders.slice(0, at + 1).join('/')
}

/** Those with the highest score by the first measure that tells them apart; all of them if none does. */
function narrow(
  entries: readonly TreeEntry[],
  measures: readonly ((entry: TreeEntry) => number)[],
): readonly TreeEntry[] {
  for (const measure of measures) {
    const scores = entries.map(measure)
    const best = Math.max(...scores)
    if (scores.some((score) => score < best)) return entries.filter((_, i) => scores[i] === best)
  }
  return entries
}
