// Every dataset that Foible knows by itself, in the order in which they are tried.
import type { AdapterSource, DatasetAdapter } from './dataset-adapter.ts'
import { imagenetDAdapter } from './imagenet-d.ts'
import { voxel51ImagenetDAdapter } from './voxel51-imagenet-d.ts'

const datasetAdapters: readonly DatasetAdapter[] = [voxel51ImagenetDAdapter, imagenetDAdapter]

export interface AdapterMatch {
  readonly adapter: DatasetAdapter
  readonly reason: string
}

/** The first adapter that knows the dataset; null where none does. */
export async function findAdapter(source: AdapterSource, signal: AbortSignal): Promise<AdapterMatch | null> {
  for (const adapter of datasetAdapters) {
    const reason = await adapter.recognise(source, signal)
    if (reason !== null) return { adapter, reason }
  }
  return null
}
