// Files of a dataset that lie beside its samples' images, such as masks: opened when an export takes them along.
import { existsSync, realpathSync } from 'node:fs'
import path from 'node:path'
import { FoibleError } from '#core/errors.ts'
import type { ExportMedia } from '#formats/export-sample.ts'
import type { SampleRecord } from '#store/sample-table.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import type { EngineParts } from '../engine-parts.ts'

/** `file`: its path in the dataset. Null where it is not there, or only by a link. `sample`: one that names it. */
export async function openFurther(
  parts: EngineParts,
  dataset: DatasetHandle,
  sample: SampleRecord,
  file: string,
  signal: AbortSignal,
): Promise<ExportMedia | null> {
  const { source } = dataset.meta
  try {
    const place = { ...sample, locator: { kind: 'file', path: file }, problem: null } as const
    const media = await parts.media.fetch(dataset, place, false, signal)
    if ('bytes' in media) return { kind: 'bytes', read: () => Promise.resolve(media.bytes) }
    // An import that copies takes the samples' own images only.
    const places = [media.path, ...(source.kind === 'folder' && source.copied ? [path.join(source.path, file)] : [])]
    const found = places.find((candidate) => isOwnFile(candidate, file))
    return found === undefined ? null : { kind: 'path', path: found }
  } catch (error) {
    // What the dataset came without, its export goes without.
    if (error instanceof FoibleError && error.code === 'not_found') return null
    throw error
  }
}

/** Whether a file is there, and lies where its path says: no part of `relative` is a link. */
function isOwnFile(file: string, relative: string): boolean {
  if (!existsSync(file)) return false
  const root = path.resolve(file, ...relative.split('/').map(() => '..'))
  return realpathSync(file) === path.join(realpathSync(root), relative)
}
