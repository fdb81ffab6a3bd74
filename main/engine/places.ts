// Opaque ids for files and folders. Shells register what a person chose; the renderer only ever names the ids.
import { randomBytes } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { FoibleError } from '#core/errors.ts'

const importable = /\.(parquet|csv|tsv|jsonl|ndjson|json|tar|zip|onnx|txt)$/i

export class Places {
  readonly #paths = new Map<string, string>()
  readonly #ids = new Map<string, string>()

  register(file: string): string {
    const absolute = path.resolve(file)
    const known = this.#ids.get(absolute)
    if (known !== undefined) return known
    const id = `place-${randomBytes(8).toString('hex')}`
    this.#paths.set(id, absolute)
    this.#ids.set(absolute, id)
    return id
  }

  resolve(id: string): string {
    const file = this.#paths.get(id)
    if (file === undefined)
      throw new FoibleError('not_found', 'That file or folder is no longer known. Choose it again.', { id })
    return file
  }

  /** Folders and importable files at a place, folders first; hidden ones are left out. */
  list(id: string | null) {
    const folder = id === null ? os.homedir() : this.resolve(id)
    const entries = readFolder(folder)
      .filter((entry) => !entry.name.startsWith('.') && (entry.isDirectory() || importable.test(entry.name)))
      .map((entry) => {
        const file = path.join(folder, entry.name)
        const kind: 'folder' | 'file' = entry.isDirectory() ? 'folder' : 'file'
        return {
          place: this.register(file),
          name: entry.name,
          kind,
          sizeBytes: kind === 'file' ? statSync(file).size : null,
        }
      })
      .sort((a, b) => (a.kind === b.kind ? a.name.localeCompare(b.name) : a.kind === 'folder' ? -1 : 1))
    const parent = path.dirname(folder)
    return {
      place: this.register(folder),
      name: path.basename(folder) || folder,
      path: folder,
      parent: parent === folder ? null : this.register(parent),
      entries,
    }
  }
}

function readFolder(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    throw new FoibleError(
      'no_permission',
      `${folder} cannot be read. Choose another folder.`,
      { folder },
      { cause: error },
    )
  }
}
