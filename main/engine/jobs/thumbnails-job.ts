// The job that makes the thumbnails of a whole dataset in the background, and says what is odd about the images.
import type { DatasetHandle } from '../dataset-handle.ts'
import type { EngineParts } from '../engine-parts.ts'
import { lintDataset } from '../lint/lint-dataset.ts'
import { lookAtImages } from '../lint/look-at-images.ts'
import type { JobContext } from './job-runner.ts'

export async function makeThumbnails(parts: EngineParts, input: { readonly dataset: string }, context: JobContext) {
  const dataset = parts.library.dataset(input.dataset)
  const made = new Set(dataset.thumbnails.listIds())
  const missing: number[] = []
  for (let id = 1; id <= dataset.rowCount; id++) if (!made.has(id) || !dataset.looks.has(id - 1)) missing.push(id)
  if (dataset.meta.source.kind === 'hub')
    await parts.hub.assertRoom(dataset.folder, sumSizes(dataset, missing), 'What is not here yet')
  const failed = await lookAtImages(parts, dataset, missing, new Set(), context)
  if (missing.length > 0) {
    await lintDataset(dataset, context.signal)
    parts.events.emit('dataset.changed', { dataset: dataset.id, version: dataset.version })
  }
  return { dataset: dataset.id, made: missing.length - failed, failed }
}

/** Bytes of the images with these ids, as far as they are known. */
function sumSizes(dataset: DatasetHandle, ids: readonly number[]): number {
  const sizes = dataset.columns.column({ kind: 'field', name: 'size_bytes' })
  if (sizes.kind !== 'numbers') return 0
  return ids.reduce((sum, id) => sum + (sizes.values[id - 1] || 0), 0)
}
