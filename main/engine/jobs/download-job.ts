// The job that fetches a Hub dataset's images, so that everything works without the network afterwards.
import { throwIfCancelled } from '#core/errors.ts'
import { getSample } from '#store/sample-table.ts'
import type { EngineParts } from '../engine-parts.ts'
import type { JobContext } from './job-runner.ts'

const together = 6

export async function downloadMedia(parts: EngineParts, input: { readonly dataset: string }, context: JobContext) {
  const dataset = parts.library.dataset(input.dataset)
  let done = 0
  const fetchOne = async (id: number) => {
    const sample = getSample(dataset.db, id)!
    if (!parts.media.isLocal(dataset, sample)) await parts.media.fetch(dataset, sample, false, context.signal)
    done++
    context.progress({ done, total: dataset.rowCount })
  }
  for (let start = 1; start <= dataset.rowCount; start += together) {
    throwIfCancelled(context.signal)
    const ids = Array.from({ length: Math.min(together, dataset.rowCount + 1 - start) }, (_, i) => start + i)
    await Promise.all(ids.map(fetchOne))
  }
  return { dataset: dataset.id, files: done }
}
