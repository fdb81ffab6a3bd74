// The bytes of a sample's image, wherever they lie: the user's folder, the dataset's own copy, a Parquet file, the Hub.
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { FoibleError } from '#core/errors.ts'
import type { MediaLocator } from '#core/sample.ts'
import { expandArchives, isArchivePath } from '#formats/archive-tree.ts'
import { createFolderTree } from '#formats/folder-tree.ts'
import type { AsyncFile, FileTree } from '#formats/dataset-reader.ts'
import { readPart } from '#formats/read-part.ts'
import type { SampleRecord } from '#store/sample-table.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import type { Hub } from '#hub/hub.ts'
import { raceAbort } from '#hub/race-abort.ts'
import { isImageNotHere } from '../imports/image-not-here.ts'

export type Media = { readonly path: string } | { readonly bytes: Uint8Array }

/** Of one image in an archive, inflated. */
const maxImageBytes = 512 << 20

const unbound = new AbortController().signal

/** Finds (and where needed fetches) the image of a sample. Urgent requests overtake the others. */
export class MediaSource {
  readonly #hub: Hub
  readonly #trees = new Map<string, Promise<FileTree>>()
  /** Those of `#trees` whose archives are open. */
  readonly #expanded = new Map<string, Promise<FileTree>>()
  readonly #files = new Map<string, Promise<AsyncFile>>()
  /** What is being fetched of each dataset, and how to end it. */
  readonly #fetching = new Map<string, Map<Promise<Media>, AbortController>>()

  constructor(hub: Hub) {
    this.#hub = hub
  }

  async fetch(dataset: DatasetHandle, sample: SampleRecord, urgent: boolean, signal: AbortSignal): Promise<Media> {
    if (dataset.meta.source.kind === 'folder') return await this.#fetch(dataset, sample, urgent, signal)
    const fetching = this.#fetching.get(dataset.id) ?? new Map<Promise<Media>, AbortController>()
    this.#fetching.set(dataset.id, fetching)
    const stop = new AbortController()
    const abort = () => stop.abort()
    signal.addEventListener('abort', abort, { once: true })
    if (signal.aborted) abort()
    const work = this.#fetch(dataset, sample, urgent, stop.signal)
    fetching.set(work, stop)
    try {
      return await work
    } finally {
      signal.removeEventListener('abort', abort)
      fetching.delete(work)
    }
  }

  async #fetch(dataset: DatasetHandle, sample: SampleRecord, urgent: boolean, signal: AbortSignal): Promise<Media> {
    const { source } = dataset.meta
    const { locator } = sample
    if (locator.kind === 'file') {
      const file = this.localPath(dataset, locator.path)
      if (isArchivePath(file) && !existsSync(file)) return await this.#readMember(dataset, locator.path, signal)
      // What the repository does not hold is not asked for: its file is missing, as it would be in a folder.
      if (source.kind === 'hub' && !existsSync(file) && !isImageNotHere(sample.problem)) {
        await this.#hub.download(source.repo, source.sha, locator.path, file, urgent, signal)
      }
      return { path: file }
    }
    const cached = partFile(dataset, locator)
    const isRemote = source.kind === 'hub' && !existsSync(this.localPath(dataset, locator.file))
    if (isRemote && existsSync(cached)) return { path: cached }
    const file = await this.#openFile(dataset, locator.file, signal)
    const bytes = await readPart(file, locator, signal)
    if (isRemote) await writeWhole(cached, bytes)
    return { bytes }
  }

  /** The image's own file on this machine; null where it is part of another file, or somewhere else. */
  ownFile(dataset: DatasetHandle, { locator }: SampleRecord): string | null {
    if (locator.kind !== 'file' || dataset.meta.source.kind !== 'folder') return null
    const file = this.localPath(dataset, locator.path)
    return isArchivePath(file) && !existsSync(file) ? null : file
  }

  /** Whether the image can be read without the network. */
  isHere(dataset: DatasetHandle, { locator }: SampleRecord): boolean {
    if (dataset.meta.source.kind === 'folder') return true
    if (locator.kind === 'file') {
      const file = this.localPath(dataset, locator.path)
      return existsSync(file) || (isArchivePath(file) && existsSync(memberFile(dataset, locator.path)))
    }
    return existsSync(this.localPath(dataset, locator.file)) || existsSync(partFile(dataset, locator))
  }

  /** The encoded bytes of a sample's image. */
  async read(dataset: DatasetHandle, sample: SampleRecord, signal: AbortSignal): Promise<Uint8Array> {
    return await readMedia(await this.fetch(dataset, sample, false, signal), signal)
  }

  /** Where a file of the dataset's source lies on this machine, or would after a download. */
  localPath(dataset: DatasetHandle, relative: string): string {
    const { source } = dataset.meta
    const root = source.kind === 'folder' && !source.copied ? source.path : path.join(dataset.folder, 'media')
    const file = path.resolve(root, relative)
    if (file !== root && !file.startsWith(path.resolve(root) + path.sep)) {
      throw new FoibleError('unsafe_path', `${relative} lies outside the dataset.`, { path: relative })
    }
    return file
  }

  /** Where an image of a dataset of the Hub is kept once it was fetched, if it is not part of a file that is here whole. */
  keptAt(dataset: DatasetHandle, { locator }: SampleRecord): string {
    if (locator.kind !== 'file') return partFile(dataset, locator)
    const file = this.localPath(dataset, locator.path)
    return isArchivePath(file) && !existsSync(file) ? memberFile(dataset, locator.path) : file
  }

  /** Ends what is being fetched of a dataset; nothing is under way when it resolves. */
  async interrupt(datasetId: string): Promise<void> {
    const fetching = this.#fetching.get(datasetId)
    while (fetching !== undefined && fetching.size > 0) {
      for (const stop of fetching.values()) stop.abort()
      await Promise.allSettled(fetching.keys())
    }
  }

  /** Drops what is held open of a dataset. */
  forget(datasetId: string): void {
    this.#trees.delete(datasetId)
    this.#expanded.delete(datasetId)
    for (const key of this.#files.keys()) if (key.startsWith(`${datasetId}\n`)) this.#files.delete(key)
  }

  /** An image in a zip archive; from the Hub it is kept, so that it is asked for once. */
  async #readMember(dataset: DatasetHandle, member: string, signal: AbortSignal): Promise<Media> {
    const isRemote = dataset.meta.source.kind === 'hub'
    const kept = memberFile(dataset, member)
    if (isRemote && existsSync(kept)) return { path: kept }
    const opening =
      this.#expanded.get(dataset.id) ?? this.#treeOf(dataset, member).then((tree) => expandArchives(tree, unbound))
    this.#expanded.set(dataset.id, opening)
    opening.catch(() => this.#expanded.delete(dataset.id))
    const bytes = await (await raceAbort(opening, signal)).read(member, maxImageBytes, signal)
    if (isRemote) await writeWhole(kept, bytes)
    return { bytes }
  }

  /** Several may wait for one opening: who leaves does not stop it. */
  async #openFile(dataset: DatasetHandle, file: string, signal: AbortSignal): Promise<AsyncFile> {
    const key = `${dataset.id}\n${file}`
    const opening = this.#files.get(key) ?? this.#treeOf(dataset, file).then((tree) => tree.open(file, unbound))
    this.#files.set(key, opening)
    opening.catch(() => this.#files.delete(key))
    return await raceAbort(opening, signal)
  }

  /** An archive that was fetched whole lies in the dataset's folder (see adopt-shards.ts); other files of the Hub do not. */
  async #treeOf(dataset: DatasetHandle, file: string): Promise<FileTree> {
    const { source } = dataset.meta
    if (source.kind === 'hub' && existsSync(this.localPath(dataset, file)))
      return await createFolderTree(path.join(dataset.folder, 'media'))
    const known = this.#trees.get(dataset.id)
    if (known !== undefined) return await known
    const tree =
      source.kind === 'hub'
        ? this.#hub.tree(source.repo, source.sha)
        : createFolderTree(source.copied ? path.join(dataset.folder, 'media') : source.path)
    this.#trees.set(dataset.id, tree)
    return await tree
  }
}

/** The encoded bytes of a medium. */
export async function readMedia(media: Media, signal: AbortSignal): Promise<Uint8Array> {
  if ('bytes' in media) return media.bytes
  try {
    return await readFile(media.path, { signal })
  } catch (error) {
    if (signal.aborted) throw new FoibleError('cancelled', 'Cancelled.')
    const isGone = await stat(media.path).then(
      () => false,
      () => true,
    )
    const message = isGone
      ? `${media.path} is no longer there. Put it back, or import the dataset again.`
      : `${media.path} cannot be read. Check its permissions.`
    throw new FoibleError(isGone ? 'not_found' : 'no_permission', message, { file: media.path }, { cause: error })
  }
}

/** Where a part of a larger remote file is kept once it was fetched. */
function partFile(dataset: DatasetHandle, locator: Exclude<MediaLocator, { readonly kind: 'file' }>): string {
  const at = locator.kind === 'parquet' ? locator.row : locator.start
  return path.join(dataset.folder, 'media', '.parts', cacheName(locator.file, at))
}

function memberFile(dataset: DatasetHandle, member: string): string {
  return path.join(dataset.folder, 'media', '.parts', cacheName(member, 0))
}

function cacheName(file: string, at: number): string {
  return `${createHash('sha256').update(file).digest('hex').slice(0, 16)}-${at}`
}

async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true })
  await writeFile(`${file}.part`, bytes)
  await rename(`${file}.part`, file)
}
