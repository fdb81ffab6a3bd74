// The job that makes thumbnails of a whole dataset in the background. What is looked at meanwhile comes first by itself.
import { FoibleError, throwIfCancelled } from '#core/errors.ts'
import type { EngineParts } from '../engine-parts.ts'
import type { JobContext } from './job-runner.ts'

const together = 2
const ofOneImage: ReadonlySet<string> = new Set(['broken_file', 'too_large', 'not_found', 'no_permission'])

export async function makeThumbnails(parts: EngineParts, input: { readonly dataset: string }, context: JobContext) {
  const dataset = parts.library.dataset(input.dataset)
  const made = new Set(dataset.thumbnails.listIds())
  const missing: number[] = []
  for (let id = 1; id <= dataset.rowCount; id++) if (!made.has(id)) missing.push(id)
  let done = made.size
  let failed = 0
  for (let start = 0; start < missing.length; start += together) {
    throwIfCancelled(context.signal)
    await Promise.all(
      missing.slice(start, start + together).map(async (id) => {
        try {
          await parts.images.thumbnail(dataset, id, false, context.signal)
        } catch (error) {
          // One broken image is told beside its sample; only what concerns all of them ends the job.
          if (!(error instanceof FoibleError) || !ofOneImage.has(error.code)) throw error
          failed++
        }
        done++
      }),
    )
    context.progress({ done, total: dataset.rowCount })
  }
  return { dataset: dataset.id, made: missing.length - failed, failed }
}
