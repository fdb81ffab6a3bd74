// Whole files of repositories in the library, by commit, with what the commit lists and which commit a branch stood for:
// `<folder>/<type>s/<owner>/<name>/{<sha>/<path>, <sha>.json, refs.json}`. Only checked files get their names here.
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { FoibleError } from '#core/errors.ts'
import type { HubEntry } from './hub-entry.ts'
import { assertRepoName, type HubRepo, isCommit } from './hub-client.ts'

/** Stands for the owner of repositories that have none. */
const noOwner = '_'
const types = ['dataset', 'model'] as const

/** `[path, size, sha256 or null, blob name or null]` */
const listingSchema = z.array(z.tuple([z.string(), z.number(), z.string().nullable(), z.string().nullable()]))
const refsSchema = z.record(z.string(), z.string().regex(/^[0-9a-f]{40}$/))

export interface CachedCommit {
  readonly repo: HubRepo
  readonly sha: string
  readonly changedAt: Date
}

export class HubCache {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Where the files of a commit lie. */
  commitFolder(repo: HubRepo, sha: string): string {
    if (!isCommit(sha)) throw new FoibleError('usage', `“${sha}” is not a commit.`, { sha })
    return path.join(this.#repoFolder(repo), sha)
  }

  /** Where a file of a commit lies, or would. */
  fileAt(repo: HubRepo, sha: string, file: string): string {
    const root = this.commitFolder(repo, sha)
    const absolute = path.resolve(root, file)
    if (absolute.startsWith(root + path.sep)) return absolute
    throw new FoibleError('unsafe_path', `“${file}” lies outside the repository.`, { path: file })
  }

  /** The file if it has come whole. */
  async find(repo: HubRepo, sha: string, entry: HubEntry): Promise<string | null> {
    const file = this.fileAt(repo, sha, entry.path)
    const info = await stat(file).catch(() => null)
    return info?.isFile() && info.size === entry.sizeBytes ? file : null
  }

  async readListing(repo: HubRepo, sha: string): Promise<readonly HubEntry[] | null> {
    const listing = await readJson(`${this.commitFolder(repo, sha)}.json`, listingSchema)
    return listing && listing.map(([file, sizeBytes, sha256, gitOid]) => ({ path: file, sizeBytes, sha256, gitOid }))
  }

  async writeListing(repo: HubRepo, sha: string, entries: readonly HubEntry[]): Promise<void> {
    const listing = entries.map((entry) => [entry.path, entry.sizeBytes, entry.sha256, entry.gitOid])
    await writeJson(`${this.commitFolder(repo, sha)}.json`, listing)
  }

  /** The commit that a revision stood for when it was last asked for. */
  async readRef(repo: HubRepo, revision: string): Promise<string | null> {
    const refs = await readJson(this.#refsFile(repo), refsSchema)
    return refs?.[revision] ?? null
  }

  async writeRef(repo: HubRepo, revision: string, sha: string): Promise<void> {
    const refs = (await readJson(this.#refsFile(repo), refsSchema)) ?? {}
    if (refs[revision] !== sha) await writeJson(this.#refsFile(repo), { ...refs, [revision]: sha })
  }

  /** Every commit of which something is here. */
  async list(): Promise<readonly CachedCommit[]> {
    const commits: CachedCommit[] = []
    for (const type of types) {
      for (const owner of await listNames(path.join(this.#folder, `${type}s`))) {
        for (const name of await listNames(path.join(this.#folder, `${type}s`, owner))) {
          const repo: HubRepo = { type, name: owner === noOwner ? name : `${owner}/${name}` }
          const names = await listNames(this.#repoFolder(repo))
          for (const sha of new Set(names.map((file) => file.replace(/\.json$/, '')).filter(isCommit))) {
            const one = path.join(this.#repoFolder(repo), names.includes(sha) ? sha : `${sha}.json`)
            commits.push({ repo, sha, changedAt: (await stat(one)).mtime })
          }
        }
      }
    }
    return commits
  }

  /** Frees what is here of a commit; with the last one, what is known of the repository. */
  async remove(repo: HubRepo, sha: string): Promise<void> {
    const folder = this.commitFolder(repo, sha)
    await rm(folder, { recursive: true, force: true })
    await rm(`${folder}.json`, { force: true })
    const left = await listNames(this.#repoFolder(repo))
    if (left.every((name) => name === 'refs.json')) await rm(this.#repoFolder(repo), { recursive: true, force: true })
  }

  #repoFolder(repo: HubRepo): string {
    assertRepoName(repo.name)
    const parts = repo.name.split('/')
    return path.join(this.#folder, `${repo.type}s`, ...(parts.length === 1 ? [noOwner] : []), ...parts)
  }

  #refsFile(repo: HubRepo): string {
    return path.join(this.#repoFolder(repo), 'refs.json')
  }
}

/** null where there is no such file, or none that this version wrote: the Hub is asked again. */
async function readJson<T>(file: string, schema: z.ZodType<T>): Promise<T | null> {
  try {
    return schema.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    if (isMissing || error instanceof SyntaxError || error instanceof z.ZodError) return null
    throw error
  }
}

/** Whole or not at all. */
async function writeJson(file: string, value: unknown): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true })
  await writeFile(`${file}.part`, JSON.stringify(value))
  await rename(`${file}.part`, file)
}

async function listNames(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return []
    throw error
  }
}
