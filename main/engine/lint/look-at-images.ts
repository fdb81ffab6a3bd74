// Looks at images one after the other, making their thumbnails on the way. What is on screen meanwhile comes first by itself.
import { FoibleError, throwIfCancelled } from '#core/errors.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import type { EngineParts } from '../engine-parts.ts'
import type { JobContext } from '../jobs/job-runner.ts'

const together = 8
const ofOneImage: ReadonlySet<string> = new Set(['broken_file', 'too_large', 'not_found', 'no_permission'])

/** The number of images that could not be looked at. `again`: also those that were looked at before. */
export async function lookAtImages(
  parts: EngineParts,
  dataset: DatasetHandle,
  ids: readonly number[],
  again: ReadonlySet<number>,
  context: JobContext,
): Promise<number> {
  let done = dataset.rowCount - ids.length
  let failed = 0
  try {
    for (let start = 0; start < ids.length; start += together) {
      throwIfCancelled(context.signal)
      // All of them, also where one fails: nothing goes on behind a job that has ended.
      const looked = await Promise.allSettled(
        ids.slice(start, start + together).map(async (id) => {
          try {
            await parts.images.prepare(dataset, id, again.has(id), context.signal)
          } catch (error) {
            // One broken image is told beside its sample; only what concerns all of them ends the job.
            if (!(error instanceof FoibleError) || !ofOneImage.has(error.code)) throw error
            failed++
          }
          done++
        }),
      )
      const unlucky = looked.find((result) => result.status === 'rejected')
      if (unlucky !== undefined) throw unlucky.reason
      context.progress({ done, total: dataset.rowCount })
    }
  } finally {
    dataset.looks.save()
  }
  return failed
}
