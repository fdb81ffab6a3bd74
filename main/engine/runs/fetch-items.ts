// The images of a run, fetched ahead of the predictor.
import { FoibleError } from '#core/errors.ts'
import type { PredictItem } from '#models/predictor.ts'
import { getSample } from '#store/sample-table.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import type { EngineParts } from '../engine-parts.ts'
import type { Truth } from './truth.ts'

/** So that the Hub's latency hides behind the work. */
const fetchAhead = 16
const ofOneImage: ReadonlySet<string> = new Set(['broken_file', 'not_found', 'too_large', 'unsafe_path'])

export async function* fetchItems(
  parts: EngineParts,
  dataset: DatasetHandle,
  rows: Uint32Array,
  acceptedIds: Truth['acceptedIds'],
  signal: AbortSignal,
): AsyncGenerator<PredictItem> {
  const fetchOne = async (row: number): Promise<PredictItem> => {
    const sample = getSample(dataset.db, row + 1)!
    const image = await parts.media.fetch(dataset, sample, false, signal).catch((error: unknown) => {
      // What concerns one image is its own failure; what concerns all of them, such as the network, ends the job.
      if (error instanceof FoibleError && ofOneImage.has(error.code)) return { problem: error.message }
      throw error
    })
    return { sampleId: sample.id, image, acceptedIds: acceptedIds(row) }
  }
  const ahead: Promise<PredictItem>[] = []
  let next = 0
  const fill = () => {
    while (ahead.length < fetchAhead && next < rows.length) {
      const item = fetchOne(rows[next++]!)
      // Its failure is thrown when its turn comes; until then it is not unhandled.
      item.catch(() => undefined)
      ahead.push(item)
    }
  }
  for (fill(); ahead.length > 0; fill()) yield await ahead.shift()!
}
