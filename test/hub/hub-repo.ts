// A folder as a repository of the test hub: its files with Git's and LFS's names for them, and a commit made of its content.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

export interface RepoFile {
  readonly path: string
  readonly absolute: string
  readonly size: number
  /** Git's blob name: of the content, or of the LFS pointer. */
  readonly oid: string
  readonly lfs: { readonly oid: string; readonly size: number; readonly pointerSize: number } | null
}

export interface RepoState {
  readonly sha: string
  readonly files: ReadonlyMap<string, RepoFile>
}

const lfsExtensions = /\.(?:parquet|onnx|bin|tar|jpe?g|png|gif|webp)$/i

/** Reads the folder anew; the commit changes when any content does. Files of `lfsBytes` or more are LFS whatever their name. */
export function readRepo(folder: string, lfsBytes: number): RepoState {
  const files = new Map<string, RepoFile>()
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const absolute = path.join(entry.parentPath, entry.name)
    const relative = path.relative(folder, absolute).split(path.sep).join('/')
    files.set(relative, describeFile(relative, absolute, lfsBytes))
  }
  const sorted = new Map([...files].sort(([a], [b]) => (Buffer.from(a) < Buffer.from(b) ? -1 : 1)))
  const content = [...sorted.values()].map((file) => `${file.oid} ${file.path}\n`).join('')
  return { sha: createHash('sha1').update(content).digest('hex'), files: sorted }
}

function describeFile(relative: string, absolute: string, lfsBytes: number): RepoFile {
  const content = readFileSync(absolute)
  const size = content.length
  if (size < lfsBytes && !lfsExtensions.test(relative))
    return { path: relative, absolute, size, oid: blobOid(content), lfs: null }
  const sha256 = createHash('sha256').update(content).digest('hex')
  const pointer = Buffer.from(`version https://git-lfs.github.com/spec/v1\noid sha256:${sha256}\nsize ${size}\n`)
  return {
    path: relative,
    absolute,
    size,
    oid: blobOid(pointer),
    lfs: { oid: sha256, size, pointerSize: pointer.length },
  }
}

function blobOid(content: Uint8Array): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex')
}

/** Entries of a folder as the tree API lists them: folders and files by path, each once. */
export function listTree(
  state: RepoState,
  folder: string,
  recursive: boolean,
): readonly (RepoFile | { readonly folder: string; readonly oid: string })[] {
  const prefix = folder === '' ? '' : `${folder}/`
  const entries = new Map<string, RepoFile | { folder: string; oid: string }>()
  for (const file of state.files.values()) {
    if (!file.path.startsWith(prefix)) continue
    const parts = file.path.slice(prefix.length).split('/')
    for (let depth = 1; depth < parts.length; depth++) {
      if (depth > 1 && !recursive) break
      const name = prefix + parts.slice(0, depth).join('/')
      entries.set(name, { folder: name, oid: createHash('sha1').update(name).digest('hex') })
    }
    if (recursive || parts.length === 1) entries.set(file.path, file)
  }
  return [...entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry)
}
