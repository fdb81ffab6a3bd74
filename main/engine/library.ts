// The library folder: its lock, its database, and the datasets that are open. Datasets are found by looking, so that a
// folder copied in from a colleague is there.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { datasetId } from '#contract/common.ts'
import { FoibleError } from '#core/errors.ts'
import { nearestNames } from '#core/filter/nearest.ts'
import { type LibraryLock, lockLibrary } from '#store/library-lock.ts'
import { libraryFile } from '#store/migrations/library.ts'
import { type WriteDb, openDatabase } from '#store/sqlite.ts'
import { DatasetHandle } from './dataset-handle.ts'

/** Folders of unfinished imports, and of datasets that are being removed or replaced, are cleared at the next start. */
const unfinishedPrefix = '.importing-'
const removedPrefix = '.removed-'
const replacedPrefix = '.replaced-'

/** Others of this process that have files of datasets open. */
export interface DatasetReaders {
  /** Closes them; they stay closed until the returned function is called. */
  letGo(dataset: string): Promise<() => void>
}

export class Library {
  readonly folder: string
  readonly db: WriteDb
  readonly #lock: LibraryLock
  readonly #open = new Map<string, DatasetHandle>()
  #readers: DatasetReaders | null = null

  constructor(folder: string) {
    this.folder = folder
    try {
      mkdirSync(path.join(folder, 'datasets'), { recursive: true })
      mkdirSync(path.join(folder, 'models'), { recursive: true })
    } catch (error) {
      throw new FoibleError(
        'no_permission',
        `The library folder ${folder} cannot be made. Check its permissions, or choose another with --library.`,
        { library: folder },
        { cause: error },
      )
    }
    this.#lock = lockLibrary(folder)
    try {
      this.db = openDatabase(path.join(folder, 'library.sqlite'), libraryFile)
    } catch (error) {
      this.#lock.release()
      throw error
    }
    for (const name of readdirSync(path.join(folder, 'datasets'))) {
      if (name.startsWith(replacedPrefix)) finishReplacing(path.join(folder, 'datasets'), name)
      if (name.startsWith(unfinishedPrefix) || name.startsWith(removedPrefix))
        rmSync(path.join(folder, 'datasets', name), { recursive: true, force: true })
    }
  }

  readBeside(readers: DatasetReaders): void {
    this.#readers = readers
  }

  /** To be waited for before a dataset is replaced or deleted, since an open file cannot be renamed everywhere. */
  async letGo(id: string): Promise<() => void> {
    return (await this.#readers?.letGo(id)) ?? (() => {})
  }

  datasetIds(): string[] {
    return readdirSync(path.join(this.folder, 'datasets'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map((entry) => entry.name)
      .filter((name) => existsSync(path.join(this.folder, 'datasets', name, 'dataset.sqlite')))
      .sort()
  }

  dataset(id: string): DatasetHandle {
    const known = this.#open.get(id)
    if (known !== undefined) return known
    const ids = this.datasetIds()
    if (!ids.includes(id)) {
      const nearest = nearestNames(id, ids)
      const hint = nearest.length > 0 ? ` Did you mean “${nearest[0]}”?` : ' See “foible datasets”.'
      throw new FoibleError('not_found', `There is no dataset “${id}” in this library.${hint}`, {
        dataset: id,
        nearest,
      })
    }
    if (!datasetId.safeParse(id).success) {
      const message = `The folder “${id}” of the library has a name that cannot be used. Rename it to small letters, digits and hyphens.`
      throw new FoibleError('usage', message, { dataset: id })
    }
    const handle = new DatasetHandle(id, path.join(this.folder, 'datasets', id))
    this.#open.set(id, handle)
    return handle
  }

  /** A folder for an import to write into; it becomes a dataset when it is renamed to `finalFolder`. */
  newDatasetFolders(id: string): { readonly unfinished: string; readonly final: string } {
    const folders = {
      unfinished: path.join(this.folder, 'datasets', unfinishedPrefix + id),
      final: path.join(this.folder, 'datasets', id),
    }
    rmSync(folders.unfinished, { recursive: true, force: true })
    mkdirSync(folders.unfinished, { recursive: true })
    return folders
  }

  /** A free dataset id made from a name: `Foible Sampler` -> `foible-sampler`, `-2` where that is taken or reserved. */
  freeDatasetId(name: string, reserved: readonly string[]): string {
    const base =
      name
        .normalize('NFKD')
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .replace(/^-+|-+$/g, '')
        .slice(0, 80) || 'dataset'
    const taken = new Set(
      readdirSync(path.join(this.folder, 'datasets')).map((entry) => entry.replace(unfinishedPrefix, '')),
    )
    for (let number = 1; ; number++) {
      const id = number === 1 ? base : `${base}-${number}`
      if (!taken.has(id) && !reserved.includes(id)) return id
    }
  }

  /** The unfinished folder takes the place of the dataset, which others have let go. A kill at any moment leaves one of the two at the next start. */
  replaceDataset(id: string): DatasetHandle {
    const datasets = path.join(this.folder, 'datasets')
    const [final, replaced] = [path.join(datasets, id), path.join(datasets, replacedPrefix + id)]
    const { version } = this.dataset(id)
    this.#open.get(id)?.close()
    this.#open.delete(id)
    rmSync(replaced, { recursive: true, force: true })
    renameSync(final, replaced)
    try {
      renameSync(path.join(datasets, unfinishedPrefix + id), final)
    } catch (error) {
      renameSync(replaced, final)
      throw error
    }
    rmSync(replaced, { recursive: true, force: true })
    const handle = this.dataset(id)
    handle.version = version + 1
    return handle
  }

  /** Others have let it go. */
  deleteDataset(id: string): void {
    if (!this.datasetIds().includes(id)) {
      throw new FoibleError('not_found', `There is no dataset “${id}” in this library.`, { dataset: id })
    }
    const folder = path.join(this.folder, 'datasets', id)
    this.#open.get(id)?.close()
    this.#open.delete(id)
    // Gone at once for everybody, however long its files take.
    const removed = path.join(this.folder, 'datasets', removedPrefix + id)
    rmSync(removed, { recursive: true, force: true })
    renameSync(folder, removed)
    rmSync(removed, { recursive: true, force: true })
  }

  modelFolder(sha256: string): string {
    return path.join(this.folder, 'models', sha256)
  }

  close(): void {
    for (const handle of this.#open.values()) handle.close()
    this.#open.clear()
    this.db.close()
    this.#lock.release()
  }
}

/** Between two renames there is no dataset of that name: then the old one is it again. */
function finishReplacing(datasets: string, name: string): void {
  const final = path.join(datasets, name.slice(replacedPrefix.length))
  if (existsSync(final)) rmSync(path.join(datasets, name), { recursive: true, force: true })
  else renameSync(path.join(datasets, name), final)
}
