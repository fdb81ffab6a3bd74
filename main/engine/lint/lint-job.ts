// The job that looks at every image that is here and says what is odd. A second run looks only at what is new.
import { listFindings } from '#store/finding-table.ts'
import { getSample, listProblemIds } from '#store/sample-table.ts'
import type { EngineParts } from '../engine-parts.ts'
import type { JobContext } from '../jobs/job-runner.ts'
import { lintDataset } from './lint-dataset.ts'
import { lookAtImages } from './look-at-images.ts'

export async function lint(parts: EngineParts, input: { readonly dataset: string }, context: JobContext) {
  const dataset = parts.library.dataset(input.dataset)
  // Images that could not be read may have been mended since.
  const problems = new Set(listProblemIds(dataset.db))
  const ids: number[] = []
  for (let id = 1; id <= dataset.rowCount; id++) {
    if (dataset.looks.has(id - 1) && !problems.has(id)) continue
    if (parts.media.isHere(dataset, getSample(dataset.db, id)!)) ids.push(id)
  }
  const failed = await lookAtImages(parts, dataset, ids, problems, context)
  context.progress({ done: dataset.rowCount, total: dataset.rowCount, message: 'Comparing the images' })
  await lintDataset(dataset, context.signal)
  parts.events.emit('dataset.changed', { dataset: dataset.id, version: dataset.version })
  return { dataset: dataset.id, looked: ids.length - failed, failed, findings: listFindings(dataset.db).length }
}
